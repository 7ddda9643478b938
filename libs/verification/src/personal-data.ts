import { tellPersonalData } from '#libs/database';

tellPersonalData(
  {
    table: 'verifications',
    person: 'user_uuid',
    personal: ['subject', 'rejection_reason', 'submitted_at', 'reviewed_at'],
    impersonal: ['target_type', 'status', 'duplicate_target_type'],
    erasure: { empty: ['rejection_reason'] },
  },
  {
    table: 'submissions',
    person: { column: 'verification_id', of: 'verifications' },
    personal: ['snapshot'],
    impersonal: ['file_sha256'],
    files: ['upload_id'],
    erasure: { empty: ['snapshot', 'file_sha256'] },
  },
  {
    table: 'decisions',
    person: { column: 'submission_id', of: 'submissions' },
    personal: ['reason', 'decided_at'],
    impersonal: ['outcome'],
    erasure: { empty: ['reason'] },
  },
  { table: 'review_claims', person: 'user_uuid', personal: [], impersonal: [], erasure: 'row' },
  {
    table: 'profile_counts',
    person: 'user_uuid',
    personal: ['state'],
    impersonal: [],
    erasure: { keptBecause: 'it is counted from the reviews' },
  },
);
