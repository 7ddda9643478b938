import { allPermissions, type Permission, PERMISSIONS, type Role, roleRank, ROLES } from '#libs/auth';
import { EnumField, EnumListField, InstantField, IntegerField, TextField, UuidField } from '#libs/common';
import { type Language, LANGUAGES } from '#libs/users';
import type { CurrentSession } from '../own-account.service';

export class SessionResponse {
  @UuidField({ example: '0193a5c2-7f4e-7b1a-9c3d-2e8f6a4b1c0d', description: 'The name of the person in contract C' })
  userId: string;

  @IntegerField({ example: 42, description: 'The name of the person in contract D' })
  id: number;

  @IntegerField({ example: 7 })
  organizationId: number;

  @UuidField({ example: '0193a5c2-1111-7b1a-9c3d-2e8f6a4b1c0d' })
  organizationUuid: string;

  @TextField({ maxLength: 200, example: 'Northern Crewing' })
  organizationName: string;

  @TextField({ maxLength: 64, example: 'Europe/Oslo', description: "The organisation's; decides which day is today" })
  timeZone: string;

  @EnumField(LANGUAGES, { example: 'en', description: "The organisation's" })
  language: Language;

  @UuidField({
    nullable: true,
    example: '0193a5c2-2222-7b1a-9c3d-2e8f6a4b1c0d',
    description: 'null with a token of the identity provider',
  })
  sessionId: string | null;

  @EnumField(ROLES, { example: 'crew-member' })
  role: Role;

  @EnumListField(ROLES, { example: ['crew-member'], description: 'Roles in this organisation' })
  roles: Role[];

  @EnumListField(allPermissions, {
    example: ['certificate:read', 'profile:read'],
    description: 'In alphabetical order',
  })
  permissions: Permission[];

  @EnumListField(ROLES, { example: [], description: 'Roles that this person may give to others: none above their own' })
  grantableRoles: Role[];

  @InstantField({ nullable: true, description: 'When the session ends unless signed out before; null without one' })
  expiresAt: Date | null;

  static from({ actor, organizationUuid, organizationName, language, expiresAt }: CurrentSession): SessionResponse {
    return {
      userId: actor.userUuid,
      id: actor.userId,
      organizationId: actor.organizationId,
      organizationUuid,
      organizationName,
      timeZone: actor.timeZone,
      language,
      sessionId: actor.sessionId,
      role: actor.role,
      roles: [actor.role],
      permissions: [...PERMISSIONS[actor.role]].sort(),
      grantableRoles: grantableBy(actor),
      expiresAt,
    };
  }
}

function grantableBy(actor: CurrentSession['actor']): Role[] {
  return actor.may('user:create') ? ROLES.filter((role) => roleRank(role) <= roleRank(actor.role)) : [];
}
