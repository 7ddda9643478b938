import { tellPersonalData } from '#libs/database';

tellPersonalData(
  {
    table: 'verifications',
    person: 'user_uuid',
    personal: ['subject', 'verified_name', 'rejection_reason', 'submitted_at', 'reviewed_at', 'checked_at'],
    impersonal: ['target_type', 'status', 'duplicate_target_type', 'method', 'also_edited_by'],
    erasure: { empty: ['verified_name', 'rejection_reason'] },
  },
  {
    table: 'submissions',
    person: { column: 'verification_id', of: 'verifications' },
    personal: ['snapshot', 'reopen_reason'],
    impersonal: ['file_sha256'],
    files: ['upload_id'],
    erasure: { empty: ['snapshot', 'file_sha256', 'reopen_reason'] },
  },
  {
    table: 'decisions',
    person: { column: 'submission_id', of: 'submissions' },
    personal: ['reason', 'reference', 'decided_at', 'checked_at'],
    impersonal: ['outcome', 'method', 'pages_shown'],
    erasure: { empty: ['reason', 'reference'] },
  },
  {
    table: 'confirmations',
    person: { column: 'submission_id', of: 'submissions' },
    personal: ['reference', 'confirmed_at', 'checked_at'],
    impersonal: ['method', 'pages_shown'],
    erasure: { empty: ['reference'] },
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
