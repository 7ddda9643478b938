// Registries of several sizes for `npm run bench -- --scale`: filled once, and started again as they were left.
import { existsSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fill } from './data.mjs';
import { Stack } from './stack.mjs';

const CERTIFICATES_PER_PERSON = 20;
/** What PostgreSQL needs for a certificate with its review, its records and their indexes, and for building these. */
const BYTES_PER_CERTIFICATE = 4_000;

/** Starts a registry of so many certificates in `folder`, filling it first where that was not done. */
export async function startRegistry(folder, certificates) {
  const directory = join(folder, String(certificates));
  const noteFile = join(directory, 'filled.json');
  requireSpace(folder, existsSync(noteFile) ? 0 : certificates * BYTES_PER_CERTIFICATE);
  const stack = await Stack.start({ directory, cores: null });
  try {
    if (!existsSync(noteFile)) {
      const people = certificates / CERTIFICATES_PER_PERSON;
      const organization = await filled(stack.database, { people, certificates });
      writeFileSync(noteFile, JSON.stringify({ certificates, people, organization }));
    }
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return Object.assign(stack, JSON.parse(readFileSync(noteFile, 'utf8')));
}

async function filled(database, { people, certificates }) {
  const from = Date.now();
  let shown = '';
  const onProgress = (share, step = 'certificates') => {
    const line = `${certificates} certificates: ${step} ${Math.floor(20 * share) * 5} %`;
    if (line !== shown) process.stdout.write(`${line}, ${Math.round((Date.now() - from) / 1000)} s\n`);
    shown = line;
  };
  // Rows that can be made again need not survive a power cut while they are made.
  await configure(database, ['fsync = off', 'full_page_writes = off', 'autovacuum = off', "max_wal_size = '2GB'"]);
  const organization = await fill(database, { people, certificates, onProgress });
  await database.query('alter system reset all');
  await database.query('select pg_reload_conf()');
  await database.query('checkpoint');
  return organization;
}

async function configure(database, settings) {
  for (const setting of settings) await database.query(`alter system set ${setting}`);
  await database.query('select pg_reload_conf()');
}

function requireSpace(folder, bytes) {
  const { bavail, bsize } = statfsSync(existsSync(folder) ? folder : join(folder, '..'));
  if (bavail * bsize < bytes) throw new Error(`Filling needs ${Math.ceil(bytes / 1e9)} GB of free disk in ${folder}`);
}
