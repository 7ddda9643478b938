import type { SwaggerCustomOptions } from '@nestjs/swagger';
import type { Config } from '#libs/config';
import { DOCS_PATH } from './security-headers';

/** How the Swagger UI looks and signs in. */
export function swaggerUiOptions({ oidc, publicUrl }: Config): SwaggerCustomOptions['swaggerOptions'] {
  return {
    ...(oidc?.clientId && {
      oauth2RedirectUrl: `${publicUrl}/${DOCS_PATH}/oauth2-redirect.html`,
      initOAuth: {
        clientId: oidc.clientId,
        usePkceWithAuthorizationCodeGrant: true,
        scopes: ['openid', 'email', 'profile'],
        additionalQueryStringParams: { audience: oidc.audience },
      },
      responseInterceptor: offerOneWayIn,
    }),
    // Tokens entered once survive a reload of the page.
    persistAuthorization: true,
    displayRequestDuration: true,
    deepLinking: true,
    // All operations at once are more than a slow browser draws before something changes and it begins again.
    docExpansion: 'none',
    defaultModelsExpandDepth: 0,
    // Without the bar on top, whose logo writes a style into the page that the policy would have to allow.
    layout: 'BaseLayout',
    // The badge would tell a stranger's server where this installation is.
    validatorUrl: null,
    filter: true,
    tryItOutEnabled: true,
  };
}

interface UiResponse {
  url: string;
  text: string;
}

/**
 * Runs in the browser, where it is sent as text: of the ways to a token that the provider's discovery document lists, the page
 * would offer each as a form of its own. The one that works here is left, with the scopes that are asked for.
 */
function offerOneWayIn(response: UiResponse): UiResponse {
  if (!response.url.endsWith('/.well-known/openid-configuration')) return response;
  const scopes = ['openid', 'email', 'profile'];
  const narrowed = { grant_types_supported: ['authorization_code'], scopes_supported: scopes };
  response.text = JSON.stringify({ ...(JSON.parse(response.text) as object), ...narrowed });
  return response;
}
