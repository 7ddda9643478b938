import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys for systems. An older version reads users without a password as ones whose password nobody knows. */
export class ApiKeys1795305601001 implements MigrationInterface {
  name = 'ApiKeys1795305601001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table users alter column password_hash drop not null;

      create table api_keys (
        id uuid constraint api_keys_pkey primary key constraint api_keys_user_fkey references users (uuid),
        organization_id bigint not null constraint api_keys_organization_fkey references organizations (id),
        name varchar(100) not null,
        scopes text[] not null,
        prefix varchar(12) not null,
        created_by_user_uuid uuid not null constraint api_keys_created_by_fkey references users (uuid),
        created_at timestamptz(3) not null,
        expires_at timestamptz(3),
        last_used_at timestamptz(3),
        rotated_at timestamptz(3),
        revision integer not null
      );
      create index api_keys_organization_id_idx on api_keys (organization_id, id);

      create table api_key_secrets (
        hash varchar(64) constraint api_key_secrets_pkey primary key,
        api_key_id uuid not null constraint api_key_secrets_api_key_fkey references api_keys (id),
        created_at timestamptz(3) not null,
        expires_at timestamptz(3)
      );
      create index api_key_secrets_api_key_idx on api_key_secrets (api_key_id);

      alter table audit_records drop constraint audit_records_actor_kind_check;
      alter table audit_records add constraint audit_records_actor_kind_check
        check (actor_kind in ('person', 'api-key', 'system')) not valid;
      alter table audit_records validate constraint audit_records_actor_kind_check;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    // Records and users of keys stay: nothing of the trail is ever removed.
    await runner.query('drop table api_key_secrets, api_keys');
  }
}
