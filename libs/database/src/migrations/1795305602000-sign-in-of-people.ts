import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counters of failed sign-ins, the addresses that people are known at, what sessions show of themselves. Adds only. */
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
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table sessions drop column last_used_at, drop column address, drop column user_agent;
      drop table known_addresses, sign_in_budgets;
    `);
  }
}
