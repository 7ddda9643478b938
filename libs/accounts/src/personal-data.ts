import { tellPersonalData } from '#libs/database';

/** The column has the name that the version before knows; it is an account's id. */
const OF_ACCOUNT = { column: 'user_uuid', of: 'memberships', by: 'account_id' };

tellPersonalData(
  {
    table: 'sessions',
    person: 'user_uuid',
    personal: ['address', 'user_agent', 'created_at', 'last_used_at', 'ended_at'],
    impersonal: [],
    erasure: 'row',
  },
  { table: 'identities', person: OF_ACCOUNT, personal: ['issuer', 'subject'], impersonal: [], erasure: 'row' },
  { table: 'known_addresses', person: OF_ACCOUNT, personal: ['network'], impersonal: [], erasure: 'row' },
  {
    table: 'password_resets',
    person: OF_ACCOUNT,
    personal: ['created_at'],
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
