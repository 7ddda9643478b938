import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Counters of failed sign-ins, the addresses that people are known at, what sessions show of themselves, invitations,
 * password resets. Adds only.
 */
export class SignInOfPeople1795305602000 implements MigrationInterface {
  name = 'SignInOfPeople1795305602000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sign_in_budgets (
        key varchar(64) constraint sign_in_budgets_pkey primary key,
        used integer not null,
        resets_at timestamptz(3) not null,
        slowed boolean not null
      );
      create index sign_in_budgets_resets_at_idx on sign_in_budgets (resets_at);

      create table known_addresses (
        user_uuid uuid not null constraint known_addresses_user_fkey references users (uuid),
        network varchar(45) not null,
        last_used_at timestamptz(3) not null,
        constraint known_addresses_pkey primary key (user_uuid, network)
      );

      alter table sessions
        add column last_used_at timestamptz(3),
        add column address varchar(45),
        add column user_agent varchar(200);

      create table invitations (
        id uuid constraint invitations_pkey primary key,
        organization_id bigint not null constraint invitations_organization_fkey references organizations (id),
        email varchar(250) not null,
        first_name varchar(100) not null,
        last_name varchar(100) not null,
        role varchar(20) not null
          constraint invitations_role_check check (role in ('admin', 'office-admin', 'office-employee', 'crew-member')),
        invited_by_user_uuid uuid not null constraint invitations_invited_by_fkey references users (uuid),
        token_hash varchar(64) constraint invitations_token_hash_key unique,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3) not null
      );
      create index invitations_organization_email_idx on invitations (organization_id, email);
      create index invitations_expires_at_idx on invitations (expires_at);

      create table password_resets (
        id uuid constraint password_resets_pkey primary key,
        user_uuid uuid constraint password_resets_user_fkey references users (uuid),
        token_hash varchar(64) constraint password_resets_token_hash_key unique,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3) not null
      );
      create index password_resets_user_idx on password_resets (user_uuid);
      create index password_resets_expires_at_idx on password_resets (expires_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table sessions drop column last_used_at, drop column address, drop column user_agent;
      drop table password_resets, invitations, known_addresses, sign_in_budgets;
    `);
  }
}
