import { permissionsOf, type Permission, type Scope, scopeNames } from '#libs/auth';
import { EnumListField, InstantField, IntegerField, ListField, TextField, UuidField } from '#libs/common';
import type { ApiKey } from './api-key.entity';
import type { NewApiKey } from './api-keys.service';

const ID = { example: '0193a5c2-3333-7b1a-9c3d-2e8f6a4b1c0d' };

export class ApiKeyResponse {
  @UuidField({ ...ID, description: 'What it sends in is recorded under this id' })
  id: string;

  @TextField({ maxLength: 100, example: 'Crew planning' })
  name: string;

  @EnumListField(scopeNames, { example: ['certificates:read', 'people:read'] })
  scopes: Scope[];

  @TextField({ maxLength: 12, example: 'crd_4fT9xQ0a', description: 'How the secret begins' })
  prefix: string;

  @UuidField({ example: '0193a5c2-7f4e-7b1a-9c3d-2e8f6a4b1c0d', description: 'The admin who made it' })
  createdByUserId: string;

  @InstantField()
  createdAt: Date;

  @InstantField({ nullable: true, example: '2025-12-05T14:56:23.000Z', description: 'null: does not expire' })
  expiresAt: Date | null;

  @InstantField({ nullable: true, description: 'To the minute; null before the first use' })
  lastUsedAt: Date | null;

  @InstantField({ nullable: true, example: null, description: 'When it got the secret of today; null for the first' })
  rotatedAt: Date | null;

  static from(key: ApiKey): ApiKeyResponse {
    return {
      id: key.id,
      name: key.name,
      scopes: key.scopes,
      prefix: key.prefix,
      createdByUserId: key.createdByUserUuid,
      createdAt: key.createdAt,
      expiresAt: key.expiresAt,
      lastUsedAt: key.lastUsedAt,
      rotatedAt: key.rotatedAt,
    };
  }

  static etag(key: ApiKey): string {
    return key.etag;
  }
}

export class ApiKeysResponse {
  @ListField(() => ApiKeyResponse)
  items: ApiKeyResponse[];

  static from(keys: ApiKey[]): ApiKeysResponse {
    return { items: keys.map((key) => ApiKeyResponse.from(key)) };
  }
}

export class CurrentApiKeyResponse extends ApiKeyResponse {
  @IntegerField({ example: 7 })
  organizationId: number;

  @EnumListField(() => permissionsOf(scopeNames()), {
    example: ['api-key:current', 'certificate:read', 'verification:read'],
    description: 'What the scopes add up to, in alphabetical order',
  })
  permissions: Permission[];

  static override from(key: ApiKey): CurrentApiKeyResponse {
    return {
      ...ApiKeyResponse.from(key),
      organizationId: key.organizationId,
      permissions: permissionsOf(key.scopes),
    };
  }
}

export class NewApiKeyResponse extends ApiKeyResponse {
  @TextField({
    maxLength: 60,
    example: 'crd_4fT9xQ0a...',
    description: 'Send it as "Authorization: Bearer ...". Shown only this once',
  })
  secret: string;

  @InstantField({ nullable: true, example: null, description: 'When the secret before ends; null without one' })
  previousSecretExpiresAt: Date | null;

  static override from(key: NewApiKey): NewApiKeyResponse {
    const { secret, previousSecretExpiresAt } = key;
    return { ...ApiKeyResponse.from(key), secret, previousSecretExpiresAt };
  }
}
