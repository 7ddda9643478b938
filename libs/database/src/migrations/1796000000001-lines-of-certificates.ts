import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a certificate proves, and how it stands to others. Adds only, and nothing is rewritten; of the new columns no row has anything yet,
 * so that the foreign keys hold without being checked. A large installation may have made the indexes' columns and the indexes before,
 * these concurrently.
 */
export class LinesOfCertificates1796000000001 implements MigrationInterface {
  name = 'LinesOfCertificates1796000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table certificates
        add column if not exists certificate_kind_id uuid,
        add column if not exists renews_id uuid,
        add column lines jsonb,
        add column issuing_state varchar(3),
        add column course_date date,
        add column endorses_id uuid,
        add column extended_until date,
        add column extended_by varchar(200),
        add column suspension jsonb,
        add constraint certificates_renews_fkey foreign key (renews_id) references certificates (id) not valid,
        add constraint certificates_endorses_fkey foreign key (endorses_id) references certificates (id) not valid;
      create index if not exists certificates_kind_idx
        on certificates (organization_id, user_uuid, certificate_kind_id, issue_date)
        where deleted_at is null and certificate_kind_id is not null;
      create index if not exists certificates_renews_idx on certificates (renews_id)
        where deleted_at is null and renews_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index certificates_renews_idx, certificates_kind_idx;
      alter table certificates
        drop column certificate_kind_id, drop column renews_id, drop column lines, drop column issuing_state,
        drop column course_date, drop column endorses_id, drop column extended_until, drop column extended_by,
        drop column suspension;
    `);
  }
}
