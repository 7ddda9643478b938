import { ROLES, type Role } from '#libs/auth';
import { BooleanField, EnumField, InstantField, TextField, UuidField } from '#libs/common';
import type { Offer } from './acceptances.service';
import type { OpenInvitation } from './open-invitation';

export class InvitationResponse {
  @UuidField({ example: '0193a5c2-3333-7b1a-9c3d-2e8f6a4b1c0d' })
  id: string;

  @UuidField({
    example: '0193a5c2-7f4e-7b1a-9c3d-2e8f6a4b1c0d',
    description: 'The person on the roster, before and after they accept',
  })
  userId: string;

  @TextField({ maxLength: 250, format: 'email', example: 'kari.nordmann@example.org' })
  email: string;

  @EnumField(ROLES, { example: 'crew-member' })
  role: Role;

  @TextField({ maxLength: 100, example: 'Kari' })
  firstName: string;

  @TextField({ maxLength: 100, example: 'Nordmann' })
  lastName: string;

  @UuidField({
    nullable: true,
    description:
      'Who invited, or sent it again last; it counts as long as they are an active member who may give the role. null: whoever runs the installation',
  })
  invitedByUserId: string | null;

  @InstantField()
  createdAt: Date;

  @InstantField({ description: 'Until when it can be accepted' })
  expiresAt: Date;

  static from(invitation: OpenInvitation): InvitationResponse {
    return {
      id: invitation.id,
      userId: invitation.userUuid,
      email: invitation.email,
      role: invitation.role,
      firstName: invitation.firstName,
      lastName: invitation.lastName,
      invitedByUserId: invitation.invitedByUserUuid,
      createdAt: invitation.createdAt,
      expiresAt: invitation.expiresAt,
    };
  }

  static etag(invitation: OpenInvitation): string {
    return etagOf(invitation);
  }
}

/** All that changes is until when it holds, each time it is sent. */
export function etagOf({ id, expiresAt }: OpenInvitation): string {
  return `${id}.${expiresAt.getTime()}`;
}

export class OfferResponse {
  @TextField({ maxLength: 200, example: 'Northern Crewing' })
  organizationName: string;

  @TextField({ maxLength: 250, format: 'email', example: 'kari.nordmann@example.org' })
  email: string;

  @BooleanField({
    example: false,
    description: 'Whether the address has an account: then there is no password to choose',
  })
  hasAccount: boolean;

  static from({ organizationName, email, hasAccount }: Offer): OfferResponse {
    return { organizationName, email, hasAccount };
  }
}
