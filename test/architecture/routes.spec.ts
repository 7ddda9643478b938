import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { PERMISSION_KEY, PUBLIC_KEY } from '#libs/auth';
import { previewProduct } from '../../apps/api/src/openapi';
import { committedDocument, routesOf } from '../support/openapi';

/** Nest keeps the path of a handler under this name. */
const PATH_KEY = 'path';

/** The far end of signed links: a client follows what it was given, as with S3. Checks each link's signature itself. */
const NOT_PART_OF_THE_API = ['DiskObjectsController'];

interface Handler {
  name: string;
  isPublic: boolean;
  permission: string | undefined;
}

function handlersOf(app: INestApplication): Handler[] {
  return [...app.get(ModulesContainer).values()].flatMap((module) =>
    [...module.controllers.values()].flatMap(({ metatype }) => {
      const { name, prototype } = metatype as unknown as { name: string; prototype: Record<string, object> };
      if (NOT_PART_OF_THE_API.includes(name)) return [];
      return Object.getOwnPropertyNames(prototype)
        .filter((method) => method !== 'constructor' && Reflect.hasMetadata(PATH_KEY, prototype[method] ?? {}))
        .map((method) => ({
          name: `${name}.${method}`,
          isPublic: Reflect.getMetadata(PUBLIC_KEY, prototype[method] ?? {}) === true,
          permission: Reflect.getMetadata(PERMISSION_KEY, prototype[method] ?? {}) as string | undefined,
        }));
    }),
  );
}

describe('every route', () => {
  let handlers: Handler[];
  beforeAll(async () => {
    handlers = handlersOf(await previewProduct());
  });

  it('says who may use it: @Public() or @Permit(...), and not both', () => {
    expect(handlers.length).toBeGreaterThan(20);
    const undecided = handlers.filter(({ isPublic, permission }) => isPublic === (permission !== undefined));
    expect(undecided.map(({ name }) => name)).toEqual([]);
  });

  it('is in openapi.json, with the permission or as public', () => {
    const routes = routesOf(committedDocument());
    expect(routes).toHaveLength(handlers.length);
    for (const { name, operation } of routes) {
      const isPublic = operation.security.length === 0;
      expect({ name, decided: isPublic !== (operation['x-permission'] !== undefined) }).toEqual({
        name,
        decided: true,
      });
    }
    expect(routes.map(({ operation }) => operation['x-permission'] ?? 'public').sort()).toEqual(
      handlers.map(({ permission }) => permission ?? 'public').sort(),
    );
  });

  it('that needs no sign-in is on this list', () => {
    const open = routesOf(committedDocument()).filter(({ operation }) => operation.security.length === 0);
    expect(open.map(({ name }) => name).sort()).toEqual(PUBLIC_ROUTES);
  });
});

/** Adding one is a decision, not an accident. The file route checks the signature in its link. */
const PUBLIC_ROUTES = [
  'GET /.well-known/jwks.json',
  'GET /health/live',
  'GET /health/ready',
  'GET /health/serving',
  'GET /users-organizations/v1/rs/files',
  'GET /version',
  'POST /auth/v1/rs/invitations/accept',
  'POST /auth/v1/rs/invitations/look-up',
  'POST /auth/v1/rs/login/credentials',
  'POST /auth/v1/rs/login/refresh',
  'POST /auth/v1/rs/login/second-factor/code',
  'POST /auth/v1/rs/login/second-factor/passkey',
  'POST /auth/v1/rs/password/forgot',
  'POST /auth/v1/rs/password/reset',
];
