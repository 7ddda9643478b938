import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PERMISSIONS, type Permission, ROLES } from '#libs/auth';
import { buildOpenApiDocument, previewProduct } from '../../apps/api/src/openapi';
import { describePermissions } from '../../apps/api/src/permissions-page';
import { committedDocument, routesOf } from '../support/openapi';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'permissions.md'), 'utf8');

/** The cells of each row of the table under a heading, without the back-quotes. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = page.split(`## ${heading}\n`);
  return (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((text) => text.trim().replaceAll('`', '')));
}

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
    expect(listed).toEqual(routes.map(({ name, operation }) => `${name}: ${operation['x-permission'] ?? 'public'}`));
  });

  it('is what `npm run openapi` writes', async () => {
    expect(page).toBe(describePermissions(buildOpenApiDocument(await previewProduct())));
  });
});
