import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { runMigrations as migrateJobQueue } from 'graphile-worker';
import { VERSION } from '#libs/config';
import { databaseOptions } from './database-options';
import { MIGRATIONS } from './migrations';
import { grantRuntime, roleOf } from './runtime-role';
import { DatabaseUnsuitable, lackOfRights, noteSchemaVersion, requireSuitable } from './suitability';

/** Any constant; it only has to be the same in every process. */
const MIGRATION_LOCK = 4_703_110;

/**
 * Builds the schema of an empty database as these migrations make it, which may be those of an older program, for data that was made with it.
 * @throws DatabaseUnsuitable; Error for a migration that this program does not know
 */
export async function buildSchema(ownerUrl: string, names: string[]): Promise<void> {
  const migrations = MIGRATIONS.filter(({ name }) => names.includes(name));
  if (migrations.length < names.length)
    throw new DatabaseUnsuitable('its schema is to be of a newer program than this');
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  const dataSource = new DataSource({ ...databaseOptions(ownerUrl, 1), migrations });
  try {
    await requireSuitable(client, VERSION);
    await dataSource.initialize();
    await dataSource.runMigrations();
    await migrateJobQueue({ connectionString: ownerUrl });
  } catch (error) {
    throw await lackOfRights(client, error);
  } finally {
    await client.end();
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

/**
 * Brings the schema (ours and the job queue's) up to date. Safe when several processes start at once: a session lock in
 * PostgreSQL lets one work while the others wait and then find nothing to do. With a runtime URL of another role than the
 * owner's, that role gets the rights the application needs.
 * @throws DatabaseUnsuitable, before anything is changed but for what a role may not; RuntimeRoleRefused
 */
export async function migrate(dataSource: DataSource, ownerUrl: string, runtimeUrl = ownerUrl): Promise<void> {
  const lock = new Client({ connectionString: ownerUrl });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await requireSuitable(lock, VERSION);
    try {
      await dataSource.runMigrations();
      await migrateJobQueue({ connectionString: ownerUrl });
    } catch (error) {
      throw await lackOfRights(lock, error);
    }
    await noteSchemaVersion(lock, VERSION);
    if (roleOf(runtimeUrl).name !== roleOf(ownerUrl).name) await grantRuntime(lock, runtimeUrl);
  } finally {
    await lock.end();
  }
}
