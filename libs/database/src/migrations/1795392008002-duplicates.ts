import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an organisation wants done about a file that it has already, and which credential had it first. Adds only. */
export class Duplicates1795392008002 implements MigrationInterface {
  name = 'Duplicates1795392008002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table organizations add column duplicate_policy varchar(6) not null default 'warn'
        constraint organizations_duplicate_policy_check check (duplicate_policy in ('warn', 'refuse'));
      alter table verifications
        add column duplicate_target_type varchar(20),
        add column duplicate_target_id uuid,
        add column duplicate_user_uuid uuid;
      create index submissions_file_idx on submissions (organization_id, file_sha256) where file_sha256 is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index submissions_file_idx;
      alter table verifications drop column duplicate_target_type, drop column duplicate_target_id,
        drop column duplicate_user_uuid;
      alter table organizations drop column duplicate_policy;
    `);
  }
}
