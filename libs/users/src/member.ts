import type { Role } from '#libs/auth';
import type { Access, MembershipState } from './membership.entity';

/** A person as a member of one organisation, as it keeps them. */
export interface Member {
  membershipId: string;
  organizationId: number;
  uuid: string;
  userId: number;
  /** Null until they have accepted. */
  accountId: string | null;
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  state: MembershipState;
  /** The end of the open invitation. */
  invitedUntil: Date | null;
  lastLogin: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** Changes with all but a sign-in. */
  etag: string;
}

/** `where` follows; `m` is the membership, `u` the person's two names. */
export const SELECT_MEMBER = `
  select m.id as "membershipId", m.organization_id as "organizationId", u.uuid, u.id as "userId", m.account_id as "accountId", m.email,
         m.first_name as "firstName", m.last_name as "lastName", m.role, m.state, m.invited_until as "invitedUntil",
         m.last_login as "lastLogin", m.created_at as "createdAt", m.updated_at as "updatedAt", m.id || '.' || m.revision as "etag"
  from memberships m join users u on u.uuid = m.user_uuid`;

/** Whether they can sign in. */
export function accessOf(member: Pick<Member, 'accountId' | 'invitedUntil'>): Access {
  if (member.accountId !== null) return 'active';
  return member.invitedUntil === null ? 'none' : 'invited';
}
