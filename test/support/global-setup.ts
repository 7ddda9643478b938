import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
// Resolved by Node, so this is the built product: `npm test` builds first.
import { TestPostgres } from './test-postgres';

/** Files that live in memory, on Linux. */
const MEMORY = '/dev/shm';
/** Far more than a run writes; containers often have 64 MB. */
const ENOUGH_BYTES = 4e9;

/** One PostgreSQL for the run; each test file clones its template database. */
export default async function globalSetup(): Promise<void> {
  // Thousands of small files come and go, many of them written through to the disk.
  if (hasMemory()) process.env['TMPDIR'] = MEMORY;
  const postgres = await TestPostgres.start();
  process.env['TEST_POSTGRES_URL'] = postgres.url;
  process.env['TEST_TRAIL_COUNTS'] = join(postgres.directory, 'trail-counts');
  process.env['TEST_NOTES'] = join(postgres.directory, 'notes');
  process.env['TEST_DEMO_REGISTRY'] = join(postgres.directory, 'demo-registry');
  Object.assign(globalThis, { testPostgres: postgres });
}

function hasMemory(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ENOUGH_BYTES;
}
