/** Roles as they stand on the wire (given by contract C). */
export const ROLES = ['admin', 'office-admin', 'office-employee', 'crew-member'] as const;
export type Role = (typeof ROLES)[number];

/** What one's own papers and profile need; everybody has it. */
const EVERYBODY = [
  'session:read',
  'session:end',
  'session:switch',
  'profile:read',
  'profile:update',
  'certificate:create',
  'certificate:read',
  'certificate:update',
  'certificate:delete',
  'diploma:create',
  'diploma:read',
  'diploma:update',
  'diploma:delete',
  'title:read',
  'upload:create',
  'upload:read',
  'verification:read',
] as const;

const STAFF = [
  'user:list',
  'user:read',
  'user:create',
  'user:update',
  'roster:read',
  'certificate:list',
  'queue:read',
  'verification:decide',
  'organization:read',
] as const;

const OFFICE_ADMIN = ['title:create', 'title:update', 'title:delete'] as const;

const ADMIN = [
  'organization:update',
  'audit:read',
  'user-session:read',
  'user-session:end',
  'api-key:manage',
  'invitation:manage',
] as const;

/** No role has these: they are for systems with a key. */
export const KEY_ONLY = ['api-key:current'] as const;

export type Permission =
  | (typeof EVERYBODY)[number]
  | (typeof STAFF)[number]
  | (typeof OFFICE_ADMIN)[number]
  | (typeof ADMIN)[number]
  | (typeof KEY_ONLY)[number];

/** The one table of who may do what. Without a staff role a permission reaches one's own things only. */
export const PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  'crew-member': new Set(EVERYBODY),
  'office-employee': new Set([...EVERYBODY, ...STAFF]),
  'office-admin': new Set([...EVERYBODY, ...STAFF, ...OFFICE_ADMIN]),
  admin: new Set([...EVERYBODY, ...STAFF, ...OFFICE_ADMIN, ...ADMIN]),
};

/** Higher roles first: `roleRank('admin')` is the largest. Nobody gives or takes a role above their own. */
export function roleRank(role: Role): number {
  return ROLES.length - ROLES.indexOf(role);
}
