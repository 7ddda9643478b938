import { ROLES, type Role } from '#libs/auth';
import { EnumField, InstantField, TextField, UuidField } from '#libs/common';
import type { Invitation } from './invitation.entity';

export class InvitationResponse {
  @UuidField({ example: '0193a5c2-3333-7b1a-9c3d-2e8f6a4b1c0d' })
  id: string;

  @TextField({ maxLength: 250, format: 'email', example: 'kari.nordmann@example.org' })
  email: string;

  @EnumField(ROLES, { example: 'crew-member' })
  role: Role;

  @TextField({ maxLength: 100, example: 'Kari' })
  firstName: string;

  @TextField({ maxLength: 100, example: 'Nordmann' })
  lastName: string;

  @UuidField({ description: 'Who invited, or sent it again last; it counts as long as they are an active member' })
  invitedByUserId: string;

  @InstantField()
  createdAt: Date;

  @InstantField({ description: 'Until when it can be accepted' })
  expiresAt: Date;

  static from(invitation: Invitation): InvitationResponse {
    return {
      id: invitation.id,
      email: invitation.email,
      role: invitation.role,
      firstName: invitation.firstName,
      lastName: invitation.lastName,
      invitedByUserId: invitation.invitedByUserUuid,
      createdAt: invitation.createdAt,
      expiresAt: invitation.expiresAt,
    };
  }

  static etag(invitation: Invitation): string {
    return invitation.etag;
  }
}
