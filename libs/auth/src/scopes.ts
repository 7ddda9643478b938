import type { CredentialPermissions, Permission } from './permissions';

const table: Record<string, readonly Permission[]> = {
  'people:read': ['user:list', 'user:read', 'roster:read'],
  'titles:write': ['title:create', 'title:update', 'title:delete'],
  'certificate-kinds:write': ['certificate-kind:create', 'certificate-kind:update'],
  'fitness:read': ['fitness:read', 'fitness:list', 'requirement-set:read', 'waiver:read', 'verification:read'],
  'requirement-sets:write': ['requirement-set:create', 'requirement-set:update'],
  'particulars:read': ['particulars:read'],
  'particulars:write': ['particulars:update'],
  'vessels:read': ['vessel:read'],
  'vessels:write': ['vessel:create', 'vessel:update', 'vessel:delete'],
  'uploads:read': ['upload:read'],
  'uploads:write': ['upload:create'],
  'queue:read': ['queue:read', 'verification:read'],
  'organization:read': ['organization:read'],
  'audit:read': ['audit:read'],
};

/**
 * What a key for a system can be given, and what each scope allows. No scope decides on a credential: that is vouched for by a
 * person. None manages people, sessions or keys.
 */
export const SCOPES: Readonly<typeof table> = table;

export type Scope = string;

export function scopeNames(): Scope[] {
  return Object.keys(SCOPES);
}

/** Adds the two scopes of a kind of credential: `certificates:read`, with what else its readers need, and `certificates:write`. */
export function scopeCredentials(
  plural: string,
  { read, create, update, delete: remove }: CredentialPermissions,
  alsoRead: readonly Permission[],
): void {
  table[`${plural}:read`] = [read, ...alsoRead, 'verification:read'];
  table[`${plural}:write`] = [create, update, remove];
}

/** Every key may ask who it is. */
const EVERY_KEY: readonly Permission[] = ['api-key:current'];

/** The scopes that allow something; none where a person is needed. */
export function scopesFor(permission: Permission): Scope[] {
  return scopeNames().filter((scope) => SCOPES[scope]?.includes(permission));
}

/** In alphabetical order. */
export function permissionsOf(scopes: readonly Scope[]): Permission[] {
  return [...new Set([...EVERY_KEY, ...scopes.flatMap((scope) => SCOPES[scope] ?? [])])].sort();
}

export function scopesAllow(scopes: readonly Scope[], permission: Permission): boolean {
  return EVERY_KEY.includes(permission) || scopesFor(permission).some((scope) => scopes.includes(scope));
}
