import type { Role } from '#libs/auth';

/** An invitation that can still be accepted, with the membership that it offers. */
export interface OpenInvitation {
  id: string;
  membershipId: string;
  userUuid: string;
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  invitedByUserUuid: string | null;
  createdAt: Date;
  expiresAt: Date;
}

export const INVITED = 'invitations i join member_directory m on m.membership_id = i.membership_id';

/** `where` follows. */
export const SELECT_INVITATION = `
  select i.id, m.membership_id as "membershipId", m.user_uuid as "userUuid", m.email, m.first_name as "firstName",
         m.last_name as "lastName", m.role, i.invited_by_user_uuid as "invitedByUserUuid", i.created_at as "createdAt",
         i.expires_at as "expiresAt"
  from ${INVITED}`;
