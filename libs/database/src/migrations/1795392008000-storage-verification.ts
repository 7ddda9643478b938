import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the comparison of storage and records has come, what it has found, and which files are withheld because of it. Adds only. */
export class StorageVerification1795392008000 implements MigrationInterface {
  name = 'StorageVerification1795392008000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table uploads add column altered_at timestamptz(3);

      create table storage_verifications (
        id uuid constraint storage_verifications_pkey primary key,
        started_at timestamptz(3) not null,
        ended_at timestamptz(3),
        last_number bigint not null,
        file_count integer not null,
        read_number bigint not null,
        read_count integer not null,
        listed_key text not null,
        listed_count integer not null
      );

      create table storage_findings (
        id uuid constraint storage_findings_pkey primary key,
        verification_id uuid not null
          constraint storage_findings_verification_fkey references storage_verifications (id) on delete cascade,
        kind varchar(20) not null constraint storage_findings_kind_check
          check (kind in ('missing', 'altered', 'unreadable', 'orphaned', 'picture_missing')),
        key text not null,
        upload_id uuid,
        organization_id bigint
      );
      create index storage_findings_verification_idx on storage_findings (verification_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table storage_findings, storage_verifications;
      alter table uploads drop column altered_at;
    `);
  }
}
