import { tellPersonalData } from '#libs/database';

const OF_ACCOUNT = { column: 'account_id', of: 'memberships', by: 'account_id' };

tellPersonalData(
  {
    table: 'passkeys',
    person: OF_ACCOUNT,
    personal: ['name', 'created_at', 'last_used_at'],
    impersonal: ['credential_id', 'public_key', 'transports'],
    erasure: 'row',
  },
  {
    table: 'authenticator_apps',
    person: OF_ACCOUNT,
    personal: ['created_at', 'last_used_at'],
    impersonal: ['sealed_secret'],
    erasure: 'row',
  },
  { table: 'recovery_codes', person: OF_ACCOUNT, personal: [], impersonal: ['code_hash'], erasure: 'row' },
  {
    table: 'second_factor_challenges',
    person: OF_ACCOUNT,
    personal: [],
    impersonal: ['token_hash', 'purpose', 'password_digest', 'sealed_secret'],
    erasure: 'row',
  },
);
