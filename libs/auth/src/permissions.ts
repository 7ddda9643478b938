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
  'title:read',
  'certificate-kind:read',
  'fitness:read',
  'particulars:read',
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
  'queue:read',
  'verification:decide',
  'organization:read',
  'fitness:list',
  'requirement-set:read',
  'waiver:read',
  'particulars:update',
  'vessel:read',
] as const;

const OFFICE_ADMIN = [
  'title:create',
  'title:update',
  'title:delete',
  'certificate-kind:create',
  'certificate-kind:update',
  'requirement-set:create',
  'requirement-set:update',
  'waiver:create',
  'waiver:delete',
  'vessel:create',
  'vessel:update',
  'vessel:delete',
] as const;

const ADMIN = [
  'organization:update',
  'audit:read',
  'user-session:read',
  'user-session:end',
  'api-key:manage',
  'invitation:manage',
  'system:read',
  'system:manage',
] as const;

/** No role has these: they are for systems with a key. */
export const KEY_ONLY = ['api-key:current'] as const;

declare const credential: unique symbol;

/** Of a kind of credential: only `permitCredentials` makes one. */
export type CredentialPermission = string & { readonly [credential]: true };

export type Permission =
  | CredentialPermission
  | (typeof EVERYBODY)[number]
  | (typeof STAFF)[number]
  | (typeof OFFICE_ADMIN)[number]
  | (typeof ADMIN)[number]
  | (typeof KEY_ONLY)[number];

const table: Readonly<Record<Role, Set<Permission>>> = {
  'crew-member': new Set<Permission>(EVERYBODY),
  'office-employee': new Set<Permission>([...EVERYBODY, ...STAFF]),
  'office-admin': new Set<Permission>([...EVERYBODY, ...STAFF, ...OFFICE_ADMIN]),
  admin: new Set<Permission>([...EVERYBODY, ...STAFF, ...OFFICE_ADMIN, ...ADMIN]),
};

/** The one table of who may do what. Without a staff role a permission reaches one's own things only. */
export const PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = table;

/** Everything that some role may do, in alphabetical order. */
export function allPermissions(): Permission[] {
  return [...table.admin].sort();
}

/** What everybody may do with their own credentials of one kind, and staff with all of them. */
export type CredentialPermissions = Readonly<Record<'create' | 'read' | 'update' | 'delete', CredentialPermission>>;

/** Enters a kind of credential, `certificate`, into the table. */
export function permitCredentials(resource: string): CredentialPermissions {
  const permissions = {
    create: `${resource}:create` as CredentialPermission,
    read: `${resource}:read` as CredentialPermission,
    update: `${resource}:update` as CredentialPermission,
    delete: `${resource}:delete` as CredentialPermission,
  };
  for (const role of ROLES) for (const permission of Object.values(permissions)) table[role].add(permission);
  return permissions;
}

/** The same for reading one after the other all of the organisation's, which is for staff. */
export function permitRegister(resource: string): CredentialPermission {
  const list = `${resource}:list` as CredentialPermission;
  for (const role of ROLES) if (isStaffRole(role)) table[role].add(list);
  return list;
}

/** Staff see everybody of their organisation, the others only themselves. */
export function isStaffRole(role: Role): boolean {
  return role !== 'crew-member';
}

/** Higher roles first: `roleRank('admin')` is the largest. Nobody gives or takes a role above their own. */
export function roleRank(role: Role): number {
  return ROLES.length - ROLES.indexOf(role);
}
