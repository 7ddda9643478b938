import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which processes are running. Adds only; after a crash of PostgreSQL the table is empty, and each process writes its row again. */
export class Heartbeats1795926000000 implements MigrationInterface {
  name = 'Heartbeats1795926000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create unlogged table heartbeats (
        id uuid constraint heartbeats_pkey primary key,
        kind varchar(20) not null,
        name varchar(100) not null,
        version varchar(20) not null,
        runs_jobs boolean not null,
        started_at timestamptz(3) not null,
        beat_at timestamptz(3) not null
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table heartbeats');
  }
}
