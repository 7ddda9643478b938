import { ROLES, type Role } from '#libs/auth';
import { EnumField, ForbiddenFields, PageQuery } from '#libs/common';
import { NameField } from './account-fields';
import { MEMBERSHIP_STATES, type MembershipState } from './membership.entity';

export class ListUsersQuery extends PageQuery {
  @EnumField(ROLES, { optional: true, description: 'Only people with this role' })
  role?: Role;

  @EnumField(MEMBERSHIP_STATES, { optional: true, description: 'Only people in this state' })
  state?: MembershipState;
}

@ForbiddenFields('email', 'password')
export class UpdateUserDto {
  @NameField({ optional: true, example: 'Kari' })
  firstName?: string;

  @NameField({ optional: true, example: 'Nordmann' })
  lastName?: string;

  @EnumField(ROLES, { optional: true, example: 'office-employee', description: 'At most your own role' })
  role?: Role;

  @EnumField(MEMBERSHIP_STATES, {
    optional: true,
    example: 'active',
    description: 'A deactivated person is signed out at once and cannot sign in to this organisation',
  })
  state?: MembershipState;
}
