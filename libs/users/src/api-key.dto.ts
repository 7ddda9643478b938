import { type Scope, scopeNames } from '#libs/auth';
import { EnumListField, IntegerField } from '#libs/common';
import { NameField } from './account-fields';

export class CreateApiKeyDto {
  @NameField({ example: 'Crew planning', description: 'For people: which system it is for' })
  name: string;

  @EnumListField(scopeNames, {
    example: ['certificates:read', 'people:read'],
    description: 'What it may do; fixed for its life',
  })
  scopes: Scope[];

  @IntegerField({
    min: 1,
    max: 3650,
    optional: true,
    nullable: true,
    example: 365,
    description: 'Left out or null: until it is deleted',
  })
  expiresInDays?: number | null;
}

export class RotateApiKeyDto {
  @IntegerField({
    min: 0,
    max: 720,
    optional: true,
    example: 24,
    description: 'How long the secret before works on; 0 ends it at once',
  })
  overlapHours: number = 24;
}
