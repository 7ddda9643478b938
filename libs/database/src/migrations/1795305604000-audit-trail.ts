import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The trail tells what changed and whom it concerns; personal values are kept beside it, where they can be erased one day.
 * Adds only: records of an older version have no person and no changes.
 */
export class AuditTrail1795305604000 implements MigrationInterface {
  name = 'AuditTrail1795305604000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table audit_records
        add column subject_user_uuid uuid,
        add column changes jsonb not null default '{}';

      create index audit_records_at_idx on audit_records (organization_id, at, id);
      create index audit_records_subject_idx on audit_records (organization_id, subject_user_uuid, at, id)
        where subject_user_uuid is not null;
      create index audit_records_target_idx on audit_records (organization_id, target_id, target_type, at, id);
      create index audit_records_actor_idx on audit_records (organization_id, actor_uuid, at, id)
        where actor_uuid is not null;
      create index audit_records_action_idx on audit_records (organization_id, action, at, id);

      create table audit_personal_values (
        audit_record_id uuid not null,
        field varchar(60) not null,
        person_uuid uuid,
        before text,
        after text,
        constraint audit_personal_values_pkey primary key (audit_record_id, field)
      );
      create index audit_personal_values_person_idx on audit_personal_values (person_uuid);

      -- They may be erased one day, but never become other values.
      create trigger audit_personal_values_are_not_changed before update on audit_personal_values
        for each row execute function refuse_change();
      create trigger audit_personal_values_are_not_truncated before truncate on audit_personal_values
        for each statement execute function refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table audit_personal_values;
      drop index audit_records_at_idx, audit_records_subject_idx, audit_records_target_idx, audit_records_actor_idx,
        audit_records_action_idx;
      alter table audit_records
        drop column subject_user_uuid,
        drop column changes;
    `);
  }
}
