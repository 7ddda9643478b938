import type { Role } from '#libs/auth';
import type { MembershipState } from './membership.entity';

/** A person as a member of one organisation: the membership and the account behind it, read in one go. */
export interface Member {
  membershipId: string;
  organizationId: number;
  uuid: string;
  userId: number;
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  state: MembershipState;
  lastLogin: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** Changes with the account and with role and state in this organisation, not with a sign-in. */
  etag: string;
}

/** `where` follows; `m` is the membership, `u` the account. */
export const SELECT_MEMBER = `
  select m.id as "membershipId", m.organization_id as "organizationId", u.uuid, u.id as "userId", u.email,
         u.first_name as "firstName", u.last_name as "lastName", m.role, m.state, m.last_login as "lastLogin",
         m.created_at as "createdAt", greatest(m.updated_at, u.updated_at) as "updatedAt",
         m.id || '.' || m.revision || '.' || u.revision as "etag"
  from memberships m join users u on u.uuid = m.user_uuid`;
