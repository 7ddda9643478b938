import { tellPersonalData } from '#libs/database';

tellPersonalData({
  table: 'stored_answers',
  person: null,
  personal: ['answer'],
  impersonal: ['id', 'fingerprint'],
  erasure: { keptBecause: 'only who sends the request again can open it, and after a day it is gone' },
});
