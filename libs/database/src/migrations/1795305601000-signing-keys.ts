import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The keys that sign our tokens. An older version signs with secrets of its own and does not look here. */
export class SigningKeys1795305601000 implements MigrationInterface {
  name = 'SigningKeys1795305601000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table signing_keys (
        kid varchar(43) constraint signing_keys_pkey primary key,
        public_jwk jsonb not null,
        encrypted_private_key bytea not null,
        signs_from timestamptz(3) not null,
        retires_at timestamptz(3),
        created_at timestamptz(3) not null
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table signing_keys');
  }
}
