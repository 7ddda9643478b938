import { tellPersonalData } from '#libs/database';

tellPersonalData(
  {
    table: 'sessions',
    person: 'user_uuid',
    personal: ['address', 'user_agent', 'created_at', 'last_used_at', 'ended_at'],
    impersonal: [],
    erasure: 'row',
  },
  { table: 'identities', person: 'user_uuid', personal: ['issuer', 'subject'], impersonal: [], erasure: 'row' },
  { table: 'known_addresses', person: 'user_uuid', personal: ['network'], impersonal: [], erasure: 'row' },
  {
    table: 'password_resets',
    person: 'user_uuid',
    personal: ['created_at'],
    impersonal: ['token_hash'],
    erasure: 'row',
  },
  {
    table: 'invitations',
    person: { column: 'email', of: 'users', by: 'email' },
    personal: ['email', 'first_name', 'last_name', 'role', 'created_at'],
    impersonal: ['token_hash'],
    erasure: 'row',
  },
  {
    table: 'sign_in_budgets',
    person: null,
    personal: [],
    impersonal: ['key'],
    erasure: { keptBecause: 'it counts failed sign-ins under a hash, and is used up within a day' },
  },
);
