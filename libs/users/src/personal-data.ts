import { tellPersonalData } from '#libs/database';

tellPersonalData(
  {
    table: 'users',
    person: 'uuid',
    personal: ['email', 'first_name', 'last_name'],
    impersonal: ['password_hash'],
    erasure: { empty: ['email', 'first_name', 'last_name', 'password_hash'] },
  },
  {
    table: 'accounts',
    person: { column: 'id', of: 'memberships', by: 'account_id' },
    personal: ['email', 'proved_at', 'created_at'],
    impersonal: ['password_hash'],
    erasure: { empty: ['email', 'password_hash'] },
  },
  {
    table: 'memberships',
    person: 'user_uuid',
    personal: ['email', 'first_name', 'last_name', 'role', 'state', 'invited_until', 'last_login'],
    impersonal: [],
    erasure: { empty: ['email', 'first_name', 'last_name'] },
  },
  {
    table: 'api_keys',
    person: 'created_by_user_uuid',
    personal: ['name', 'created_at'],
    impersonal: ['scopes', 'prefix'],
    erasure: { keptBecause: "the key is the organisation's, and works on when the admin who made it has gone" },
  },
  {
    table: 'api_key_secrets',
    person: { column: 'api_key_id', of: 'api_keys' },
    personal: [],
    impersonal: ['hash'],
    erasure: { keptBecause: 'it is part of the key' },
  },
);
