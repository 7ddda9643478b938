import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { runMigrations as migrateJobQueue } from 'graphile-worker';

/** Any constant; it only has to be the same in every process. */
const MIGRATION_LOCK = 4_703_110;

/**
 * Brings the schema (ours and the job queue's) up to date. Safe when several processes start at once: a session lock in
 * PostgreSQL lets one work while the others wait and then find nothing to do.
 */
export async function migrate(dataSource: DataSource, databaseUrl: string): Promise<void> {
  const lock = new Client({ connectionString: databaseUrl });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations();
    await migrateJobQueue({ connectionString: databaseUrl });
  } finally {
    await lock.end();
  }
}
