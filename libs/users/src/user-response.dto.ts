import { ROLES, type Role } from '#libs/auth';
import { EnumField, InstantField, IntegerField, TextField, UuidField } from '#libs/common';
import { type Access, ACCESSES, MEMBERSHIP_STATES, type MembershipState } from './membership.entity';
import { accessOf, type Member } from './member';

export class UserResponse {
  @UuidField({ example: '0193a5c2-7f4e-7b1a-9c3d-2e8f6a4b1c0d', description: 'The name of the person in contract C' })
  id: string;

  @IntegerField({ example: 42, description: 'The name of the person in contract D' })
  userId: number;

  @TextField({ maxLength: 250, format: 'email', example: 'kari.nordmann@example.org' })
  email: string;

  @TextField({ maxLength: 100, example: 'Kari' })
  firstName: string;

  @TextField({ maxLength: 100, example: 'Nordmann' })
  lastName: string;

  @EnumField(ROLES, { example: 'crew-member' })
  role: Role;

  @EnumField(MEMBERSHIP_STATES, { example: 'active' })
  state: MembershipState;

  @EnumField(ACCESSES, {
    example: 'active',
    description:
      'Whether the person can sign in: has accepted, is invited, or neither; their papers are recorded all the same',
  })
  access: Access;

  @InstantField({ nullable: true, description: 'Last sign-in to this organisation; null before the first' })
  lastLogin: Date | null;

  @InstantField({ description: 'Since when the person belongs to this organisation' })
  createdAt: Date;

  @InstantField()
  updatedAt: Date;

  static from(member: Member): UserResponse {
    return {
      id: member.uuid,
      userId: member.userId,
      email: member.email,
      firstName: member.firstName,
      lastName: member.lastName,
      role: member.role,
      state: member.state,
      access: accessOf(member),
      lastLogin: member.lastLogin,
      createdAt: member.createdAt,
      updatedAt: member.updatedAt,
    };
  }

  static etag({ etag }: Member): string {
    return etag;
  }
}
