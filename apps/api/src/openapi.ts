import type { INestApplication } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import {
  BEARER_SCHEME,
  PERMISSION_KEY,
  type Permission,
  PERMIT_OPTIONS_KEY,
  type PermitOptions,
  PUBLIC_KEY,
  SESSION_SCHEME,
  SESSION_TOKEN_KEY,
} from '#libs/auth';
import {
  completeEnumerations,
  FAILS_KEY,
  fieldForbidden,
  hasForbiddenFields,
  type ProblemDefinition,
} from '#libs/common';
import { type Config, createConfig, type OidcSettings, readEnvironment, VERSION } from '#libs/config';
import { AppModule } from './app.module';
import { CONVENTIONS, tags } from './openapi.texts';
import { DOCS_PATH } from './security-headers';
import { completeOperation, type RouteFacts, sharedComponents, sorted, unwrapSingleAllOf } from './openapi.operations';
import { swaggerUiOptions } from './swagger-ui';

/** Name of the security scheme that is there only with an identity provider. */
const OIDC_SCHEME = 'identityProvider';

interface OperationObject {
  security?: Record<string, string[]>[];
}

/** Where Swagger keeps what `@ApiOperation` was given. */
const API_OPERATION_KEY = 'swagger/apiOperation';

/** Serves the document at /openapi.json and the Swagger UI at /docs. */
export function serveOpenApi(app: NestFastifyApplication, config: Config): void {
  SwaggerModule.setup(DOCS_PATH, app, () => withProvider(buildOpenApiDocument(app), config.oidc), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Credence API',
    swaggerOptions: swaggerUiOptions(config),
  });
}

/** With an identity provider its tokens will do wherever an access token does, and the Swagger UI can fetch one: code flow, PKCE. */
function withProvider(document: OpenAPIObject, oidc: OidcSettings | null): OpenAPIObject {
  if (!oidc) return document;
  const { components = {}, paths } = document;
  const openIdConnectUrl = `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  components.securitySchemes = {
    ...components.securitySchemes,
    [OIDC_SCHEME]: { type: 'openIdConnect', openIdConnectUrl },
  };
  for (const operation of Object.values(paths).flatMap((item) => Object.values(item) as OperationObject[])) {
    const bearer = operation.security?.find((schemes) => BEARER_SCHEME in schemes);
    if (!bearer) continue;
    const { [BEARER_SCHEME]: scopes = [], ...others } = bearer;
    if (Object.keys(others).length === 0) operation.security?.push({ [OIDC_SCHEME]: scopes });
  }
  return document;
}

/** The OpenAPI 3.1 document, from the decorators alone: the same for the running product and for the committed file. */
export function buildOpenApiDocument(app: INestApplication): OpenAPIObject {
  completeEnumerations();
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Credence')
    .setDescription(CONVENTIONS)
    .setVersion(VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This installation')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: '`accessToken` of the sign-in, or an API key',
      },
      BEARER_SCHEME,
    )
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'x-session-token', description: '`sessionToken` of the same sign-in' },
      SESSION_SCHEME,
    );
  for (const [name, description] of tags()) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) => `${controller}.${method}`,
    autoTagControllers: false,
  });
  const components = sharedComponents();
  unwrapSingleAllOf(document);
  document.components = {
    ...document.components,
    ...components,
    schemas: { ...document.components?.schemas, ...components.schemas },
  };
  const routes = routeFacts(app);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of Object.values(item)) {
      const facts = routes.get((operation as { operationId: string }).operationId);
      if (facts) completeOperation(document, path, operation as never, facts);
    }
  }
  return sorted(document);
}

/** The product without database, storage or port: Nest's preview mode reads the modules but builds no provider. */
export async function previewProduct(): Promise<INestApplication> {
  const config = createConfig(readEnvironment({}), {
    databaseUrl: 'postgres://preview',
    secretKey: 'nothing is signed in preview mode',
    publicUrl: 'http://localhost',
  });
  return NestFactory.create(AppModule.forRoot(config), new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
}

/** Every handler of every controller, by the operation id that Swagger knows it under. */
function routeFacts(app: INestApplication): Map<string, RouteFacts> {
  const facts = new Map<string, RouteFacts>();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      for (const [method, handler] of handlersOf(metatype)) {
        const { operationId: chosen } = (Reflect.getMetadata(API_OPERATION_KEY, handler) ?? {}) as {
          operationId?: string;
        };
        facts.set(chosen || `${metatype.name}.${method}`, {
          operationId: chosen || operationId(metatype.name, method),
          isPublic: Reflect.getMetadata(PUBLIC_KEY, handler) === true,
          permission: (Reflect.getMetadata(PERMISSION_KEY, handler) as Permission | undefined) ?? null,
          ...(Reflect.getMetadata(PERMIT_OPTIONS_KEY, handler) as PermitOptions | undefined),
          needsSessionToken: [handler, metatype].some(
            (target) => Reflect.getMetadata(SESSION_TOKEN_KEY, target) === true,
          ),
          fails: [
            ...(takesForbiddenFields(metatype, method) ? [fieldForbidden] : []),
            ...((Reflect.getMetadata(FAILS_KEY, handler) as ProblemDefinition[] | undefined) ?? []),
          ],
        });
      }
    }
  }
  return facts;
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- a class as Nest's container hands it out
function handlersOf(controller: Function): [string, object][] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype)
    .filter((name) => name !== 'constructor' && typeof prototype[name] === 'function')
    .map((name) => [name, prototype[name] as object]);
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- see handlersOf
function takesForbiddenFields(controller: Function, method: string): boolean {
  const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, method) as
    unknown[] | undefined;
  return (types ?? []).some((type) => typeof type === 'function' && hasForbiddenFields(type));
}

/** `CertificatesController.create` becomes `createCertificate`; a handler named `listRoster` already says it all. */
function operationId(controller: string, method: string): string {
  if (/[A-Z]/.test(method)) return method;
  const plural = controller.replace(/Controller$/, '');
  return method + (method === 'list' ? plural : plural.replace(/s$/, ''));
}
