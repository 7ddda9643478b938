import { chmodSync, existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
// Resolved by Node, so this is the built product: `npm test` builds first.
import { databaseOptions, EmbeddedPostgres, migrate } from '#libs/database';
import { RUNTIME, TEMPLATE } from './template';
import { installTrailCheck } from './trail-check';

/** Files that live in memory, on Linux. */
const MEMORY = '/dev/shm';
/** Far more than a run writes; containers often have 64 MB. */
const ENOUGH_BYTES = 4e9;

/** One real PostgreSQL for the run, with a migrated template database that each test file clones. */
export default async function globalSetup(): Promise<void> {
  // Thousands of small files come and go, many of them written through to the disk.
  if (hasMemory()) process.env['TMPDIR'] = MEMORY;
  const directory = mkdtempSync(join(tmpdir(), 'credence-test-'));
  // Started as root, PostgreSQL runs as another user, who has to get in.
  chmodSync(directory, 0o755);
  const postgres = await EmbeddedPostgres.start({
    directory: join(directory, 'postgres'),
    password: 'test',
    // Test data need not survive a power cut.
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'],
  });
  const admin = await new DataSource({ type: 'postgres', url: postgres.url('postgres') }).initialize();
  await admin.query(`create database ${TEMPLATE}`);
  await admin.destroy();
  const template = await new DataSource(databaseOptions(postgres.url(TEMPLATE), 2)).initialize();
  await migrate(template, postgres.url(TEMPLATE), postgres.url(TEMPLATE, RUNTIME));
  await installTrailCheck(template);
  await template.destroy();
  process.env['TEST_POSTGRES_URL'] = postgres.url('postgres');
  process.env['TEST_TRAIL_COUNTS'] = join(directory, 'trail-counts');
  process.env['TEST_NOTES'] = join(directory, 'notes');
  Object.assign(globalThis, { testPostgres: postgres, testDirectory: directory });
}

function hasMemory(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ENOUGH_BYTES;
}
