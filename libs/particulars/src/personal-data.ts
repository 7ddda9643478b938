import { tellPersonalData } from '#libs/database';

tellPersonalData({
  table: 'particulars',
  person: 'user_uuid',
  personal: [
    ...['rank', 'department', 'duties', 'date_of_birth', 'nationality', 'residence_state', 'joined_on'],
    'employee_number',
  ],
  impersonal: [],
  erasure: 'row',
});
