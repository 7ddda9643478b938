import { tellPersonalData } from '#libs/database';

const TRAIL = { keptBecause: 'it is what shows later that nothing was hidden; whose it was is not in it any more' };

tellPersonalData(
  {
    table: 'audit_records',
    person: 'subject_user_uuid',
    personal: ['action', 'details', 'changes'],
    impersonal: ['actor_kind', 'target_type', 'target_id', 'request_id'],
    erasure: TRAIL,
  },
  {
    table: 'audit_personal_values',
    person: 'person_uuid',
    personal: ['field', 'before', 'after'],
    impersonal: [],
    erasure: 'row',
  },
);
