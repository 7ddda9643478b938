import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who has written lately, and in which transaction: what a replica must have replayed before that person reads from it. Adds only. */
export class RecentWrites1795478410000 implements MigrationInterface {
  name = 'RecentWrites1795478410000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table recent_writes (
        author_uuid uuid not null,
        transaction_id bigint not null,
        at timestamptz(3) not null,
        constraint recent_writes_pkey primary key (author_uuid, transaction_id)
      );
      create index recent_writes_at_idx on recent_writes (at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table recent_writes');
  }
}
