import { type Role, ROLES } from '#libs/auth';
import { BooleanField, EnumField, InstantField, IntegerField, TextField, UuidField } from '#libs/common';
import type { OwnMembership } from './memberships.service';

export class OwnMembershipResponse {
  @IntegerField({ example: 7, description: 'Send it to POST /auth/v1/rs/login/switch' })
  organizationId: number;

  @UuidField({ example: '0193a5c2-1111-7b1a-9c3d-2e8f6a4b1c0d' })
  organizationUuid: string;

  @TextField({ maxLength: 200, example: 'Northern Crewing' })
  organizationName: string;

  @EnumField(ROLES, { example: 'crew-member' })
  role: Role;

  @InstantField({ nullable: true, description: 'Last sign-in to this organisation; null before the first' })
  lastLogin: Date | null;

  @BooleanField({ example: true, description: 'Whether you are signed in to it' })
  isCurrent: boolean;

  static from(membership: OwnMembership): OwnMembershipResponse {
    return {
      organizationId: membership.organizationId,
      organizationUuid: membership.organizationUuid,
      organizationName: membership.organizationName,
      role: membership.role,
      lastLogin: membership.lastLogin,
      isCurrent: membership.isCurrent,
    };
  }
}
