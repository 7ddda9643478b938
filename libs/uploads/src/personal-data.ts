import { tellPersonalData } from '#libs/database';

tellPersonalData({
  table: 'uploads',
  person: 'uploaded_by_user_uuid',
  personal: ['original_filename', 'kind', 'mime', 'created_at'],
  impersonal: [
    ...['sent_by_office', 'api_key_id'],
    ...['status', 'object_key', 'sha256', 'declared_sha256', 'failure_code', 'threat_name', 'warnings'],
    'derivatives_prefix',
  ],
  files: ['id'],
  erasure: { empty: ['original_filename', 'sha256', 'declared_sha256'] },
});
