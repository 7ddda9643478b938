import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const permissionsPage = readFileSync(join(__dirname, '..', '..', 'docs', 'permissions.md'), 'utf8');

/** The cells of each row of the table under a heading, without the back-quotes. */
export function rowsUnder(heading: string): string[][] {
  const [, section = ''] = permissionsPage.split(`## ${heading}\n`);
  return (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((text) => text.trim().replaceAll('`', '')));
}

export interface RouteRule {
  permission: string;
  /** Needed besides, because the answer tells what was there. */
  shows: string | null;
  /** Will do for what was announced with the key itself. */
  orOwn: string | null;
  isPublic: boolean;
  /** Contract D. */
  needsSessionToken: boolean;
  /** What is refused though it is permitted. */
  besides: { code: string; when: string }[];
}

const PERMISSION_CELL = /^(\S+)(?: and (\S+))?(?: or for its own (\S+))?$/;

/** docs/permissions.md as a reader understands it. */
export class PermissionRules {
  private readonly roles = new Map<string, string[]>();
  private readonly scopes = new Map(rowsUnder('Scopes').map(([scope = '', list = '']) => [scope, list.split(', ')]));
  private readonly everyKey = [...permissionsPage.matchAll(/every key has `([\w:-]+)`/g)].map(([, name]) => name);
  private readonly routes = new Map<string, RouteRule>();

  constructor() {
    const head = /^\| Permission \|(.*)\|$/m.exec(permissionsPage)?.[1] ?? '';
    const names = head.split('|').map((text) => text.trim().replaceAll('`', ''));
    for (const [permission = '', ...cells] of rowsUnder('Roles')) {
      this.roles.set(
        permission,
        names.filter((_, index) => cells[index] === 'yes'),
      );
    }
    const besides = rowsUnder('Refused besides');
    for (const [route = '', cell = '', tokens = ''] of rowsUnder('Routes')) {
      const [, permission = '', shows = null, orOwn = null] = PERMISSION_CELL.exec(cell) ?? [];
      this.routes.set(route, {
        permission,
        shows,
        orOwn,
        isPublic: permission === 'public',
        needsSessionToken: tokens === 'accessToken and sessionToken',
        besides: besides.filter(([name]) => name === route).map(([, code = '', when = '']) => ({ code, when })),
      });
    }
  }

  get scopeNames(): string[] {
    return [...this.scopes.keys()];
  }

  /** @throws Error for a route that the page does not list */
  ofRoute(name: string): RouteRule {
    const rule = this.routes.get(name);
    if (!rule) throw new Error(`docs/permissions.md says nothing about ${name}`);
    return rule;
  }

  roleMay(role: string, permission: string): boolean {
    return this.roles.get(permission)?.includes(role) ?? false;
  }

  scopesFor(permission: string): string[] {
    return this.scopeNames.filter((scope) => this.scopes.get(scope)?.includes(permission));
  }

  /** All that the route asks for. */
  neededFor({ permission, shows }: RouteRule): string[] {
    return shows ? [permission, shows] : [permission];
  }

  keyMay(scopes: readonly string[], permission: string): boolean {
    return this.everyKey.includes(permission) || this.scopesFor(permission).some((scope) => scopes.includes(scope));
  }
}
