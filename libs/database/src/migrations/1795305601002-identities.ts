import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who a person is at an identity provider. */
export class Identities1795305601002 implements MigrationInterface {
  name = 'Identities1795305601002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table identities (
        issuer varchar(250) not null,
        subject varchar(255) not null,
        user_uuid uuid not null constraint identities_user_fkey references users (uuid),
        created_at timestamptz(3) not null,
        constraint identities_pkey primary key (issuer, subject)
      );
      create index identities_user_idx on identities (user_uuid);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table identities');
  }
}
