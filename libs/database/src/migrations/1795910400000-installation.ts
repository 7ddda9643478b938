import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the data and the program must agree on. The version before does not look here. */
export class Installation1795910400000 implements MigrationInterface {
  name = 'Installation1795910400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table installation (
        id smallint constraint installation_pkey primary key,
        secret_fingerprint bytea,
        schema_version varchar(20),
        constraint installation_id_check check (id = 1)
      );
      insert into installation (id) values (1);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table installation');
  }
}
