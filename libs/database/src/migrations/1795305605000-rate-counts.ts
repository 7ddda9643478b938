import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests per minute, counted for all processes. Adds only. */
export class RateCounts1795305605000 implements MigrationInterface {
  name = 'RateCounts1795305605000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create unlogged table rate_counts (
        key varchar(64) constraint rate_counts_pkey primary key,
        minute timestamptz(3) not null,
        reserved integer not null
      );
      create index rate_counts_minute_idx on rate_counts (minute);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table rate_counts');
  }
}
