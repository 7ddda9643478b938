// A real OpenID provider in a process of its own, told by one argument of JSON:
// { port, jwks, clients: { id: claims }, browser: { redirectUri, audience } | null }. Prints "ready".
// Each client gets tokens by its own credentials; its id is the subject, its claims are added. In a browser the clients are the people:
// who signs in as one (any password will do here) gets its claims.
import { Provider } from 'oidc-provider';

const { port, jwks, clients, browser } = JSON.parse(process.argv[2]);
const TOKEN_SECONDS = 600;

const systems = Object.keys(clients).map((client_id) => ({
  client_id,
  client_secret: 'only-for-tests',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  token_endpoint_auth_method: 'client_secret_post',
}));
const pages = browser && {
  client_id: 'credence-console',
  grant_types: ['authorization_code'],
  redirect_uris: [browser.redirectUri],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks,
  clients: pages ? [...systems, pages] : systems,
  scopes: ['api', 'openid', 'email', 'profile'],
  extraTokenClaims: (_context, token) => clients[token.accountId ?? token.clientId],
  findAccount: (_context, id) => clients[id] && { accountId: id, claims: () => ({ sub: id }) },
  clientBasedCORS: (_context, origin) => browser !== null && origin === new URL(browser.redirectUri).origin,
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: browser !== null },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => browser?.audience,
      useGrantedResource: () => true,
      getResourceServerInfo: (_context, audience) => ({
        audience,
        scope: 'api',
        accessTokenFormat: 'jwt',
        accessTokenTTL: TOKEN_SECONDS,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});
provider.listen(port, '127.0.0.1', () => process.stdout.write('ready\n'));
