import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the overview counts and the list by expiry reads, each from an index alone. Adds only. */
export class Overview1795478401000 implements MigrationInterface {
  name = 'Overview1795478401000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index certificates_expiry_idx on certificates (organization_id, certificate_type, expiry_date, id)
        where deleted_at is null;
      create index verifications_rejected_idx on verifications (organization_id, target_type)
        where status = 'rejected' and withdrawn_at is null;
      create index decisions_day_idx on decisions (organization_id, decided_at, outcome);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index certificates_expiry_idx, verifications_rejected_idx, decisions_day_idx');
  }
}
