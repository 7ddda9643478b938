import { tellPersonalData } from '#libs/database';

tellPersonalData({
  table: 'waivers',
  person: 'user_uuid',
  personal: ['reason', 'starts_on', 'ends_on'],
  impersonal: ['requirement_code'],
  erasure: 'row',
});
