import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Files of before the checks have no smaller pictures: a job sees to that, once. In a new database there are none, and the queue
 * does not exist yet.
 */
export class OlderFiles1795392004001 implements MigrationInterface {
  name = 'OlderFiles1795392004001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$ begin
        if exists (select from uploads where status = 'ready' and derivatives_prefix is null) then
          perform graphile_worker.add_job('uploads.check-older', '{}', max_attempts => 12, priority => 10);
        end if;
      end $$;
    `);
  }

  /** The job is harmless to whoever does not know it. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}
