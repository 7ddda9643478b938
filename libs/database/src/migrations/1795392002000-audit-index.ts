import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every list of the trail is ordered by time: audit_records_at_idx serves all that this index did, which only cost each insert. */
export class AuditIndex1795392002000 implements MigrationInterface {
  name = 'AuditIndex1795392002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index audit_records_organization_id_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('create index audit_records_organization_id_idx on audit_records (organization_id, id)');
  }
}
