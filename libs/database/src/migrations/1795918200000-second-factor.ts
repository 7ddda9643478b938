import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Passkeys, authenticator apps, recovery codes, and what is begun with them. Adds only: the version before signs people in by their
 * password alone, as it always did.
 */
export class SecondFactor1795918200000 implements MigrationInterface {
  name = 'SecondFactor1795918200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table passkeys (
        id uuid constraint passkeys_pkey primary key,
        account_id uuid not null constraint passkeys_account_fkey references accounts (id),
        name varchar(100) not null,
        credential_id varchar(1364) not null constraint passkeys_credential_id_key unique,
        public_key bytea not null,
        counter bigint not null,
        transports jsonb not null,
        created_at timestamptz(3) not null,
        last_used_at timestamptz(3)
      );
      create index passkeys_account_idx on passkeys (account_id);

      create table authenticator_apps (
        account_id uuid constraint authenticator_apps_pkey primary key
          constraint authenticator_apps_account_fkey references accounts (id),
        sealed_secret bytea not null,
        last_used_step bigint not null,
        created_at timestamptz(3) not null,
        last_used_at timestamptz(3)
      );

      create table recovery_codes (
        account_id uuid not null constraint recovery_codes_account_fkey references accounts (id),
        code_hash varchar(64) not null,
        constraint recovery_codes_pkey primary key (account_id, code_hash)
      );

      create table second_factor_challenges (
        token_hash varchar(64) constraint second_factor_challenges_pkey primary key,
        account_id uuid not null constraint second_factor_challenges_account_fkey references accounts (id),
        purpose varchar(20) not null
          constraint second_factor_challenges_purpose_check check (purpose in ('sign-in', 'passkey', 'authenticator-app')),
        user_uuid uuid,
        organization_id bigint,
        password_digest varchar(64),
        is_known_address boolean not null default false,
        sealed_secret bytea,
        expires_at timestamptz(3) not null
      );
      create index second_factor_challenges_account_idx on second_factor_challenges (account_id);
      create index second_factor_challenges_expires_at_idx on second_factor_challenges (expires_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table second_factor_challenges, recovery_codes, authenticator_apps, passkeys');
  }
}
