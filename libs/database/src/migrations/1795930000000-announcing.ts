import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Uploads are announced without waiting for each other: from parts of the quota that were reserved before, and without a job for each.
 *
 * The version before goes on with its jobs, which are worked off. It does not close what this version announced, and does not use what is
 * left in advances; both are taken up again by this version. A large installation may have made the index before, concurrently.
 */
export class Announcing1795930000000 implements MigrationInterface {
  name = 'Announcing1795930000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table upload_advances (
        id bigint generated always as identity constraint upload_advances_pkey primary key,
        organization_id bigint not null constraint upload_advances_organization_fkey references organizations (id),
        free_bytes bigint not null constraint upload_advances_free_bytes_check check (free_bytes >= 0)
      );
      create index upload_advances_organization_idx on upload_advances (organization_id);
      alter table uploads add column if not exists closes_at timestamptz(3);
      create index if not exists uploads_closes_at_idx on uploads (closes_at) where closes_at is not null;
      create or replace trigger uploads_are_counted before update on uploads
        for each row when (old.closes_at is not distinct from new.closes_at and old.* is distinct from new.*)
        execute function count_revision();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace trigger uploads_are_counted before update on uploads
        for each row when (old.* is distinct from new.*) execute function count_revision();
      alter table uploads drop column closes_at;
      update upload_usage u set reserved_bytes = reserved_bytes - a.free
        from (select organization_id, sum(free_bytes) as free from upload_advances group by 1) a
        where a.organization_id = u.organization_id;
      drop table upload_advances;
    `);
  }
}
