import { tellPersonalData } from '#libs/database';

tellPersonalData({
  table: 'rate_counts',
  person: null,
  personal: [],
  impersonal: ['key'],
  erasure: { keptBecause: 'it counts the requests of some minutes, and is gone after them' },
});
