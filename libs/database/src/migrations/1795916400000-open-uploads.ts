import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each person has announced and not sent, or sent and not had checked, is counted before more is announced. A large installation may have made it before, concurrently. */
export class OpenUploads1795916400000 implements MigrationInterface {
  name = 'OpenUploads1795916400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index if not exists uploads_open_idx on uploads (organization_id, uploaded_by_user_uuid)
        where status in ('pending', 'uploaded') and failure_code is null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index uploads_open_idx');
  }
}
