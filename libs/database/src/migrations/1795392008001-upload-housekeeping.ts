import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the nightly sweep of files looks for. Adds only. */
export class UploadHousekeeping1795392008001 implements MigrationInterface {
  name = 'UploadHousekeeping1795392008001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index submissions_upload_idx on submissions (upload_id);
      create index uploads_left_over_idx on uploads (number) where status = 'failed' and object_key is not null;
      create index uploads_quarantine_idx on uploads (number) where status = 'infected' and failure_code is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index submissions_upload_idx, uploads_left_over_idx, uploads_quarantine_idx');
  }
}
