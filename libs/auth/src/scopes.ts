import type { Permission } from './permissions';

/**
 * What a key for a system can be given, and what each scope allows. No scope decides on a credential: that is vouched for by a
 * person. None manages people, sessions or keys.
 */
export const SCOPES = {
  'people:read': ['user:list', 'user:read', 'roster:read'],
  'certificates:read': ['certificate:read', 'certificate:list', 'verification:read'],
  'certificates:write': ['certificate:create', 'certificate:update', 'certificate:delete'],
  'diplomas:read': ['diploma:read', 'title:read', 'verification:read'],
  'diplomas:write': ['diploma:create', 'diploma:update', 'diploma:delete'],
  'titles:write': ['title:create', 'title:update', 'title:delete'],
  'uploads:read': ['upload:read'],
  'uploads:write': ['upload:create'],
  'queue:read': ['queue:read', 'verification:read'],
  'organization:read': ['organization:read'],
  'audit:read': ['audit:read'],
} as const satisfies Record<string, readonly Permission[]>;

export type Scope = keyof typeof SCOPES;

export const SCOPE_NAMES = Object.keys(SCOPES) as Scope[];

/** Every key may ask who it is. */
const EVERY_KEY: readonly Permission[] = ['api-key:current'];

/** The scopes that allow something; none where a person is needed. */
export function scopesFor(permission: Permission): Scope[] {
  return SCOPE_NAMES.filter((scope) => (SCOPES[scope] as readonly Permission[]).includes(permission));
}

/** In alphabetical order. */
export function permissionsOf(scopes: readonly Scope[]): Permission[] {
  return [...new Set([...EVERY_KEY, ...scopes.flatMap((scope) => SCOPES[scope] ?? [])])].sort();
}

export function scopesAllow(scopes: readonly Scope[], permission: Permission): boolean {
  return EVERY_KEY.includes(permission) || scopesFor(permission).some((scope) => scopes.includes(scope));
}
