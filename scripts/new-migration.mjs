// npm run migration:new -- <name>: compares the entities with the migrations so far on a throw-away PostgreSQL and writes
// the difference as a new migration, and into the list beside it. Read it before it is committed.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIGRATIONS, writeMigrationIndex } from './migration-index.mjs';
import { prepare, ROOT } from './prepare.mjs';

const name = process.argv[2];
if (!name || !/^[a-z][a-z0-9-]*$/.test(name)) {
  process.stderr.write('Give it a name in lower case: npm run migration:new -- add-expiry-notice\n');
  process.exit(1);
}
prepare();
const require = createRequire(import.meta.url);
const { databaseOptions, EmbeddedPostgres, migrate } = require('../dist/libs/database/src/index.js');
const { DataSource } = require('typeorm');

const directory = mkdtempSync(join(tmpdir(), 'credence-migration-'));
// Started as root, PostgreSQL runs as another user, who has to get in.
chmodSync(directory, 0o755);
const postgres = await EmbeddedPostgres.start({ directory: join(directory, 'postgres'), password: 'throw-away' });
try {
  const url = postgres.url('postgres');
  const dataSource = await new DataSource(databaseOptions(url, 2)).initialize();
  await migrate(dataSource, url);
  await dataSource.destroy();
  const typeorm = join(ROOT, 'node_modules', 'typeorm', 'cli.js');
  const target = join(MIGRATIONS, name);
  const { status } = spawnSync(process.execPath, [typeorm, 'migration:generate', '-d', 'dist/ormconfig.js', target], {
    cwd: ROOT,
    stdio: 'inherit',
    // ormconfig.ts reads the complete configuration; only the database is used.
    env: {
      ...process.env,
      DATABASE_URL: url,
      S3_BUCKET: 'none',
      S3_REGION: 'none',
      SECRET_KEY: 'not used: no key is derived by this command',
      PUBLIC_URL: 'http://localhost',
    },
  });
  if (status === 0) writeMigrationIndex();
  process.exitCode = status ?? 1;
} finally {
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
}
