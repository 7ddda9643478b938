import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * PostgreSQL judges how many people a search finds by a sample of their names and addresses, of a hundred by default: a name of ten
 * people that is in the sample then counts for a hundredth of everybody, and a list is walked to its end for it (ADR 0086).
 */
export class SearchStatistics1795487000000 implements MigrationInterface {
  name = 'SearchStatistics1795487000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter index users_search_idx alter column 1 set statistics 1000; analyze users');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter index users_search_idx alter column 1 set statistics -1');
  }
}
