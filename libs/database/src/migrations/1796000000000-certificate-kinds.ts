import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What organisations have made of the catalogue of kinds, and kinds of their own, version by version. Adds only. */
export class CertificateKinds1796000000000 implements MigrationInterface {
  name = 'CertificateKinds1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table certificate_kinds (
        organization_id bigint not null constraint certificate_kinds_organization_fkey references organizations (id),
        id uuid not null,
        version integer not null,
        code varchar(20) not null,
        definition jsonb not null,
        is_active boolean not null,
        created_at timestamptz(3) not null,
        constraint certificate_kinds_pkey primary key (organization_id, id, version),
        constraint certificate_kinds_code_key unique (organization_id, code, version)
      );
      create trigger certificate_kinds_are_final before update or delete on certificate_kinds
        for each row execute function refuse_change();
      create trigger certificate_kinds_are_not_truncated before truncate on certificate_kinds
        for each statement execute function refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table certificate_kinds');
  }
}
