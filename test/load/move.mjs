// npm run bench:move: how long `npm run move` takes from the embedded default to PostgreSQL 15 and 18 and an S3 server, killed twice on the way,
// and what share that is of the speed of `pg_dump | pg_restore` with a bare copy of the files. Debian: `postgresql-15`. All on this machine.
//   --people=5000 --certificates=100000 --files=20000
import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { loadavg, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { GetObjectCommand, ListObjectsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import pg from 'pg';
import { ROOT } from '../../scripts/prepare.mjs';
import database from '../../dist/libs/database/src/index.js';
import storage from '../../dist/libs/storage/src/s3-client.js';
import { fill } from './data.mjs';
import { Process } from './topology/servers.mjs';

const { EmbeddedPostgres, freePort } = database;
const { createS3Client } = storage;
const POSTGRES_15 = '/usr/lib/postgresql/15/bin';
const AS_POSTGRES = userInfo().uid === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
const FILES_AT_ONCE = 16;
/** Scans are larger; these show what each file costs by itself. */
const [SMALLEST, LARGEST] = [20_000, 80_000];

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '5000' },
    certificates: { type: 'string', default: '100000' },
    files: { type: 'string', default: '20000' },
  },
});
const extent = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
const folder = mkdtempSync(join(tmpdir(), 'credence-move-'));
// Started as root, PostgreSQL runs as another user, who has to get in.
chmodSync(folder, 0o755);
const dataDir = join(folder, 'data');
const cleanUps = [];
try {
  const secretKey = await makeSource();
  const [fifteen, eighteen] = [await startPostgres15(), await startPostgres18()];
  const s3 = await startS3();
  say(`load of the machine: ${loadavg()[0].toFixed(1)}`);
  const moves = [];
  for (const [name, server] of [
    ['15', fifteen],
    ['18', eighteen],
  ]) {
    const url = await server.database(`moved_${name}`);
    const minutes = await moveKilledTwice({ url, s3: { ...s3, prefix: `moved-${name}` }, secretKey });
    await requireEqual(url, s3.settings, `moved-${name}`);
    say(`PostgreSQL ${name}: ${minutes.toFixed(2)} minutes, killed twice; rows and files equal`);
    moves.push({ name, minutes, url });
    await goOn();
  }
  // Of the copy on 15: Debian's pg_dump refuses a newer server.
  const dump = await timed(() => dumpAndRestore(moves[0].url, fifteen));
  const copy = await timed(() => bareCopy(s3.settings));
  say(`pg_dump | pg_restore: ${dump.toFixed(2)} minutes, bare copy of the files: ${copy.toFixed(2)} minutes`);
  for (const { name, minutes } of moves) {
    say(`PostgreSQL ${name}: ${((dump + copy) / minutes).toFixed(2)} of the speed of the two`);
  }
} finally {
  for (const cleanUp of cleanUps.reverse()) await cleanUp().catch((error) => console.error(error));
  rmSync(folder, { recursive: true, force: true });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

/** In minutes. */
async function timed(work) {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 60_000;
}

/** Runs an entry of the product to its end, or until it has printed what it is to be killed at. */
async function run(entry, args = [], killAt = null) {
  const command = new Process(entry, [process.execPath, join(ROOT, 'dist/apps/api/src', entry), ...args], {
    env: { DATA_DIR: dataDir, DEMO_DATA: 'false', PORT: '0', LOG_LEVEL: 'error' },
    cwd: folder,
  });
  if (killAt !== null) {
    while (command.isRunning && !command.output.includes(killAt)) await sleep(10);
    if (!command.isRunning) throw new Error(`Ended before "${killAt}":\n${command.output}`);
    return command.stop('SIGKILL');
  }
  const code = await command.ended;
  if (code !== 0) throw new Error(command.output);
  return command.output;
}

/** A data directory with the rows of a registry and a file for each upload. Answers its secret. */
async function makeSource() {
  const product = new Process('api', [process.execPath, join(ROOT, 'dist/apps/api/src/main.js')], {
    env: { DATA_DIR: dataDir, DEMO_DATA: 'false', PORT: '0', RUN_WORKER: 'false' },
    cwd: folder,
  });
  cleanUps.push(() => product.stop(), stopSource);
  await product.printed('Credence is running');
  const { databasePassword, secretKey } = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8'));
  const port = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
  const pool = new pg.Pool({
    connectionString: `postgresql://postgres:${encodeURIComponent(databasePassword)}@127.0.0.1:${port}/credence`,
  });
  await fill(pool, { people: extent.people, certificates: extent.certificates });
  await pool.query(
    `insert into uploads (id, organization_id, uploaded_by_user_uuid, kind, status, mime, size_bytes, original_filename, object_key, sha256,
       expires_at, created_at, updated_at)
     select id, 1, person, 'certificate', 'ready', 'application/pdf', 1000, 'scan.pdf', 'files/1/' || id || '/' || id, '', now(), now(), now()
     from (select uuidv7() as id, (select user_uuid from memberships limit 1) as person from generate_series(1, $1::int)) as made`,
    [Math.max(0, extent.files - extent.people)],
  );
  const { rows } = await pool.query(
    'update uploads set derivatives_prefix = null, organization_id = organization_id returning id, object_key as key',
  );
  for (const batch of batchesOf(rows, 1000)) {
    const sums = batch.map(({ key }) => {
      const bytes = randomBytes(SMALLEST + Math.floor(Math.random() * (LARGEST - SMALLEST)));
      const path = join(dataDir, 'objects', key);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
      return createHash('sha256').update(bytes).digest('hex');
    });
    await pool.query(
      `update uploads set sha256 = made.sha256 from unnest($1::uuid[], $2::text[]) as made (id, sha256) where uploads.id = made.id`,
      [batch.map(({ id }) => id), sums],
    );
  }
  await pool.query('vacuum (analyze)');
  await pool.end();
  await product.stop();
  execFileSync('sync');
  say(
    `${extent.people} people, ${extent.certificates} certificates, ${rows.length} files of ${SMALLEST} to ${LARGEST} bytes`,
  );
  return secretKey;
}

/** What a killed move has left running, if something went wrong. */
async function stopSource() {
  const running = join(dataDir, 'postgres', 'postmaster.pid');
  if (existsSync(running)) process.kill(Number(readFileSync(running, 'utf8').split('\n')[0]), 'SIGINT');
}

function* batchesOf(items, size) {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

async function moveKilledTwice({ url, s3, secretKey }) {
  const file = join(folder, 'target.env');
  const settings = {
    DATABASE_URL: url,
    ...s3.settings,
    S3_PREFIX: s3.prefix,
    SECRET_KEY: secretKey,
    PUBLIC_URL: 'https://credence.example.org',
  };
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  );
  return timed(async () => {
    await run('commands/move.js', [`--to=${file}`], 'public.decisions');
    await run('commands/move.js', [`--to=${file}`], 'Files: 50 %');
    say((await run('commands/move.js', [`--to=${file}`])).split('\n').find((line) => line.startsWith('Moved')));
  });
}

/** So that the next move finds the source as the first one did. */
async function goOn() {
  await run('commands/maintenance.js', ['--off']);
}

async function startPostgres15() {
  const data = join(folder, 'postgres-15');
  mkdirSync(data, { mode: 0o700 });
  if (AS_POSTGRES.length > 0) execFileSync('chown', ['postgres:postgres', data]);
  const [initdb, ...flags] = [
    join(POSTGRES_15, 'initdb'),
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
  ];
  const command = [...AS_POSTGRES, initdb, ...flags, `--pgdata=${data}`];
  execFileSync(command[0], command.slice(1), { cwd: '/', stdio: 'ignore' });
  const port = await freePort();
  const server = new Process(
    'postgres 15',
    [
      ...AS_POSTGRES,
      join(POSTGRES_15, 'postgres'),
      '-D',
      data,
      '-c',
      `port=${port}`,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
    ],
    { cwd: '/' },
  );
  cleanUps.push(() => server.stop('SIGINT'));
  await server.printed('ready to accept connections');
  return { database: (name) => createDatabase((of) => `postgresql://postgres@127.0.0.1:${port}/${of}`, name) };
}

async function startPostgres18() {
  const server = await EmbeddedPostgres.start({ directory: join(folder, 'postgres-18'), password: 'bench' });
  cleanUps.push(() => server.stop());
  return { database: (name) => createDatabase((of) => server.url(of), name) };
}

/** As a server of one's own would be: with the settings it comes with. */
async function createDatabase(urlOf, name) {
  const client = new pg.Client({ connectionString: urlOf('postgres') });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return urlOf(name);
}

async function startS3() {
  const port = await freePort();
  const server = new Process('s3', [
    process.execPath,
    join(ROOT, 'test/load/topology/s3.mjs'),
    String(port),
    join(folder, 's3'),
  ]);
  cleanUps.push(() => server.stop());
  await server.printed('S3 is up');
  return {
    settings: {
      S3_BUCKET: 'credence',
      S3_REGION: 'us-east-1',
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_FORCE_PATH_STYLE: 'true',
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
    },
  };
}

/** The product's client, bare: it knows the quirks of the small server. */
function s3Client({ S3_REGION: region, S3_ENDPOINT: endpoint, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY }) {
  const credentials = { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY };
  return createS3Client({ region, endpoint, credentials, forcePathStyle: true });
}

async function dumpAndRestore(url, server) {
  const to = await server.database('restored');
  const script = `${POSTGRES_15}/pg_dump --format=custom --compress=0 '${url}' | ${POSTGRES_15}/pg_restore --no-owner --exit-on-error --dbname '${to}'`;
  const both = new Process('pg_dump | pg_restore', ['bash', '-o', 'pipefail', '-c', script]);
  if ((await both.ended) !== 0) throw new Error(both.output);
}

/** Reads each file and sends it: no more. */
async function bareCopy(settings) {
  const client = s3Client(settings);
  await inParallel(await keysOnDisk(), async (key) => {
    const Body = await readFile(join(dataDir, 'objects', key));
    await client.send(new PutObjectCommand({ Bucket: settings.S3_BUCKET, Key: `bare/${key}`, Body }));
  });
}

async function keysOnDisk() {
  const objects = join(dataDir, 'objects');
  const entries = await readdir(objects, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(objects.length + 1));
}

async function inParallel(items, work) {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, worker));
}

/** By means that are not the product's: a hash over the sorted rows of each table, and the bytes of each object. */
async function requireEqual(url, settings, prefix) {
  const source = await EmbeddedPostgres.start({
    directory: join(dataDir, 'postgres'),
    password: JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).databasePassword,
  });
  try {
    const [here, there] = [await tableHashes(source.url('credence')), await tableHashes(url)];
    if (JSON.stringify(here) !== JSON.stringify(there))
      throw new Error(`Rows differ:\n${JSON.stringify({ here, there }, null, 1)}`);
  } finally {
    await source.stop();
  }
  const client = s3Client(settings);
  const keys = await keysOnDisk();
  const listed = await countObjects(client, `${prefix}/`);
  if (listed !== keys.length) throw new Error(`${keys.length} files here, ${listed} there`);
  await inParallel(keys, async (key) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: settings.S3_BUCKET, Key: `${prefix}/${key}` }));
    if (!Buffer.from(await Body.transformToByteArray()).equals(await readFile(join(dataDir, 'objects', key))))
      throw new Error(`${key} differs`);
  });
}

async function countObjects(client, Prefix) {
  let count = 0;
  for (let Marker, isMore = true; isMore;) {
    const page = await client.send(new ListObjectsCommand({ Bucket: 'credence', Prefix, Marker }));
    count += page.Contents?.length ?? 0;
    Marker = page.Contents?.at(-1)?.Key;
    isMore = page.IsTruncated === true;
  }
  return count;
}

async function tableHashes(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`set timezone = 'UTC'`);
  const { rows: tables } = await client.query(
    `select tablename as name from pg_tables where schemaname = 'public'
       and tablename not in ('schema_migrations', 'maintenance', 'backups', 'rate_counts', 'recent_writes') order by 1`,
  );
  const hashes = {};
  for (const { name } of tables) {
    const { rows } = await client.query(
      `select count(*) || ' ' || coalesce(md5(string_agg(hash, '' order by hash)), '') as hash from (select md5(t::text) as hash from ${name} t) as hashed`,
    );
    hashes[name] = rows[0].hash;
  }
  await client.end();
  return hashes;
}
