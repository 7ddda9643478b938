import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What organisations ask for besides what comes with the product, version by version, and leave to go without. Adds only. */
export class Requirements1796100000001 implements MigrationInterface {
  name = 'Requirements1796100000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table requirement_versions (
        organization_id bigint not null constraint requirement_versions_organization_fkey references organizations (id),
        set_id uuid not null,
        version integer not null,
        code varchar(40) not null,
        effective_from date not null,
        definition jsonb not null,
        created_at timestamptz(3) not null,
        constraint requirement_versions_pkey primary key (organization_id, set_id, version),
        constraint requirement_versions_code_key unique (organization_id, code, version)
      );
      create trigger requirement_versions_are_final before update or delete on requirement_versions
        for each row execute function refuse_change();
      create trigger requirement_versions_are_not_truncated before truncate on requirement_versions
        for each statement execute function refuse_change();

      create table waivers (
        id uuid constraint waivers_pkey primary key,
        organization_id bigint not null constraint waivers_organization_fkey references organizations (id),
        user_uuid uuid not null constraint waivers_user_fkey references users (uuid),
        set_id uuid not null,
        requirement_code varchar(60) not null,
        starts_on date not null,
        ends_on date not null,
        reason varchar(1000) not null,
        dispensation_id uuid constraint waivers_dispensation_fkey references certificates (id),
        created_by_user_uuid uuid not null constraint waivers_author_fkey references users (uuid),
        created_at timestamptz(3) not null,
        revoked_by_user_uuid uuid constraint waivers_revoker_fkey references users (uuid),
        revoked_at timestamptz(3),
        constraint waivers_days_check check (ends_on >= starts_on)
      );
      create index waivers_person_idx on waivers (organization_id, user_uuid, id);
      create index waivers_dispensation_idx on waivers (dispensation_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table waivers, requirement_versions');
  }
}
