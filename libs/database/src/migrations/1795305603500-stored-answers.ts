import type { MigrationInterface, QueryRunner } from 'typeorm';

/** First answers to requests with an Idempotency-Key, kept for a day. */
export class StoredAnswers1795305603500 implements MigrationInterface {
  name = 'StoredAnswers1795305603500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table stored_answers (
        id bytea constraint stored_answers_pkey primary key,
        organization_id bigint not null,
        fingerprint bytea not null,
        answer bytea not null,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3) not null
      );
      create index stored_answers_expires_at_idx on stored_answers (expires_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table stored_answers');
  }
}
