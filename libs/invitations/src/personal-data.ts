import { tellPersonalData } from '#libs/database';

tellPersonalData({
  table: 'invitations',
  person: { column: 'membership_id', of: 'memberships' },
  personal: ['email', 'first_name', 'last_name', 'role', 'created_at'],
  impersonal: ['token_hash'],
  erasure: 'row',
});
