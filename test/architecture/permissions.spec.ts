import { KEY_ONLY, PERMISSIONS, type Permission, ROLES, scopeNames, scopesAllow, scopesFor } from '#libs/auth';
import { credentialKinds } from '#libs/credentials';
import { buildOpenApiDocument, previewProduct } from '../../apps/api/src/openapi';
import { describePermissions } from '../../apps/api/src/permissions-page';
import { committedDocument, type Operation, routesOf } from '../support/openapi';
import { permissionsPage, rowsUnder } from '../support/permissions-page';

describe('docs/permissions.md', () => {
  it('says of every role and permission what the guard decides', () => {
    const rows = rowsUnder('Roles');
    expect(new Set(rows.map(([permission]) => permission))).toEqual(
      new Set(ROLES.flatMap((role) => [...PERMISSIONS[role]])),
    );
    for (const [permission, ...cells] of rows) {
      const decided = ROLES.map((role) => (PERMISSIONS[role].has(permission as Permission) ? 'yes' : ''));
      expect({ permission, cells }).toEqual({ permission, cells: decided });
    }
  });

  it('lists every route with its permission', () => {
    const listed = rowsUnder('Routes').map(([route, permission]) => `${route}: ${permission}`);
    const routes = routesOf(committedDocument());
    const said = ({ 'x-permission': permission = 'public', 'x-shows': shows, 'x-or-own': orOwn }: Operation) =>
      `${permission}${shows ? ` and ${shows}` : ''}${orOwn ? ` or for its own ${orOwn}` : ''}`;
    expect(listed).toEqual(routes.map(({ name, operation }) => `${name}: ${said(operation)}`));
  });

  it('names no permission that no route asks for', () => {
    const asked = new Set(routesOf(committedDocument()).map(({ operation }) => operation['x-permission']));
    const permissions = new Set([...ROLES.flatMap((role) => [...PERMISSIONS[role]]), ...KEY_ONLY]);
    expect([...permissions].filter((permission) => !asked.has(permission))).toEqual([]);
  });

  it('asks for the right to read, where an API key can change something and is answered with what was there', () => {
    const answering = routesOf(committedDocument()).filter(({ method, operation: { responses, ...operation } }) => {
      const isAnswered = Object.entries(responses).some(([status, { content }]) => status < '300' && content);
      const isChange = ['PATCH', 'PUT', 'DELETE'].includes(method);
      return isChange && isAnswered && scopesFor(operation['x-permission'] as Permission).length > 0;
    });
    const blind = answering.filter(({ operation }) => operation['x-shows'] === undefined).map(({ name }) => name);
    // All that is told of a title is the name that was just sent.
    expect(blind).toEqual(['PATCH /users-organizations/v1/rs/titles/{titleId}']);
    expect(answering.length - blind.length).toBeGreaterThanOrEqual(credentialKinds().length);
  });

  it('lets a key do what one of its scopes allows, and nothing that none does', () => {
    const permissions = [...new Set(ROLES.flatMap((role) => [...PERMISSIONS[role]]))];
    for (const permission of permissions) {
      const allowing = scopesFor(permission);
      expect(scopeNames().filter((scope) => scopesAllow([scope], permission))).toEqual(allowing);
      expect(
        scopesAllow(
          scopeNames().filter((scope) => !allowing.includes(scope)),
          permission,
        ),
      ).toBe(false);
      expect(scopesAllow(scopeNames(), permission)).toBe(allowing.length > 0);
    }
    expect(scopesFor('verification:read').length).toBeGreaterThan(1);
  });

  it('is what `npm run openapi` writes', async () => {
    expect(permissionsPage).toBe(describePermissions(buildOpenApiDocument(await previewProduct())));
  });
});
