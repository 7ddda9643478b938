import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '#libs/database';
import { type ClamdServer, startClamdServer } from '../support/clamd-server';
import { HttpClient } from '../support/http';
import { API, ProductDirectory, type Run, WORKER } from '../support/product';
import { Prometheus, promtool, RULES } from '../support/prometheus';
import { pdf } from '../support/sample-files';
import { type S3Server, startS3Server } from '../support/s3-server';
import { sendFile } from '../support/send-file';
import { Standby } from '../support/standby';
import { TcpProxy } from '../support/tcp-proxy';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const ADMIN = { email: 'admin@example.org', password: 'a long password' };
const LOGIN = '/auth/v1/rs/login/credentials';
const TITLES = '/users-organizations/v1/rs/titles';
const UPLOADS = '/api/v1/shared/uploads';
const DASHBOARD = join(__dirname, '../../docs/deploy/grafana.json');
/** Room for an empty database, its log and little more. */
const DISK = '400m';

/** Of alerts that have fired, by name; at the end all that are written down. */
const fired = new Map<string, string>();

const directory = new ProductDirectory();
/** Of the embedded product, on a disk of its own. */
const disk = new ProductDirectory();
let standby: Standby;
let database: TestDatabase;
let s3: S3Server;
let clamd: ClamdServer;
let storage: TcpProxy;
let scanner: TcpProxy;
let worker: Run;
let prometheus: Prometheus;
let api: HttpClient;
let admin: HttpClient;
/** The embedded product, with room for one request at a time. */
let small: HttpClient;

beforeAll(async () => {
  [standby, s3, clamd] = await Promise.all([Standby.start(), startS3Server(), startClamdServer()]);
  database = await createTestDatabase(standby.primaryUrl);
  storage = await TcpProxy.start(await freePort(), Number(new URL(s3.environment['S3_ENDPOINT'] ?? '').port));
  scanner = await TcpProxy.start(await freePort(), clamd.address.port);
  const replica = new URL(database.url);
  replica.port = String(standby.port);
  const [apiMetrics, workerMetrics, smallMetrics] = [await freePort(), await freePort(), await freePort()];
  const services = {
    ...directory.ownServices(database.url),
    ...s3.environment,
    S3_ENDPOINT: `http://127.0.0.1:${storage.port}`,
    CLAMD_HOST: '127.0.0.1',
    CLAMD_PORT: String(scanner.port),
    // Nothing listens there.
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'credence@example.org',
    DATABASE_REPLICA_URL: replica.toString(),
    DATABASE_POOL_SIZE: '2',
  };
  const founded = await directory.found(
    ['--name', 'Northern Crewing', '--email', ADMIN.email],
    directory.ownServices(database.url),
  );
  const port = await freePort();
  const run = directory.run(API, { ...services, PORT: String(port), METRICS_PORT: String(apiMetrics) });
  worker = directory.run(WORKER, { ...services, METRICS_PORT: String(workerMetrics) });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=0755`, 'tmpfs', disk.path]);
  const smallPort = await freePort();
  const embedded = disk.run(API, {
    ...disk.embedded(smallPort),
    METRICS_PORT: String(smallMetrics),
    MAX_REQUESTS_IN_HAND: '1',
    RATE_LIMIT_ADDRESS: '20',
  });
  await Promise.all([
    run.printed('Credence is running'),
    worker.printed('worker is running'),
    embedded.printed('Credence is running'),
  ]);
  api = new HttpClient(`http://127.0.0.1:${port}`);
  small = new HttpClient(`http://127.0.0.1:${smallPort}`);
  await api.post('/auth/v1/rs/invitations/accept', { token: founded, password: ADMIN.password });
  const { body } = await api.post(LOGIN, ADMIN);
  admin = new HttpClient(api.baseUrl, {
    authorization: `Bearer ${body.data.accessToken}`,
    'x-session-token': body.data.sessionToken,
  });
  prometheus = await Prometheus.start({ credence: [apiMetrics, workerMetrics], 'credence-small': [smallMetrics] });
});

afterAll(async () => {
  await prometheus?.stop();
  await disk.stop();
  execFileSync('umount', ['--lazy', disk.path]);
  for (const each of [disk, directory]) await each.remove();
  for (const proxy of [storage, scanner]) await proxy?.stop();
  await Promise.all([s3?.stop(), clamd?.stop(), stopPostgres()]);
  process.stdout.write(`Alerts that fired:\n${[...fired].map(([name, text]) => `  ${name}: ${text}\n`).join('')}`);
});

let stopping: Promise<void> | undefined;

/** Once, whoever comes first. */
function stopPostgres(): Promise<void> | undefined {
  return (stopping ??= standby?.stop());
}

async function expectFires(name: string, cause?: () => Promise<unknown>): Promise<void> {
  expect((await prometheus.firing()).map((alert) => alert.name)).not.toContain(name);
  await expectFiresToo(name, cause);
}

/** By the cause of the one before: it may be early. */
async function expectFiresToo(name: string, cause?: () => Promise<unknown>): Promise<void> {
  fired.set(name, await prometheus.fires(name, cause));
}

describe('each alert fires by its real cause', () => {
  it('rules and dashboard are what Prometheus takes, and nothing fires while all is well', async () => {
    expect(promtool(['check', 'rules', RULES])).toContain('SUCCESS');
    await admin.get(TITLES);
    await sendFile(admin, pdf(2000));
    await prometheus.until('all three are scraped', async () => {
      const up = await prometheus.values('up == 1');
      return up.length === 3;
    });
    await prometheus.until('every check is well', async () => {
      const checks = await prometheus.values('credence_check_ok');
      return checks.length === 13 && checks.every((value) => value === 1);
    });
    expect(await prometheus.firing()).toEqual([]);
  });

  it('a scanner that is away, until it is back', async () => {
    await scanner.become('refusing');
    await expectFires('CredenceScannerAway');
    await scanner.become('open');
    await prometheus.clears('CredenceScannerAway');
  });

  it('a storage that is away, and the requests that fail by it, until it is back', async () => {
    const file = { kind: 'certificate', mime: 'application/pdf', size: 1000, filename: 'scan.pdf' };
    const { uploadId } = (await admin.post(`${UPLOADS}/intent`, file)).body;
    await storage.become('refusing');
    const ask = async () => expect((await admin.post(`${UPLOADS}/${uploadId}/finalize`)).status).toBe(503);
    await expectFires('CredenceServerErrors', ask);
    await expectFiresToo('CredenceStorageAway');
    await storage.become('open');
    await prometheus.clears('CredenceStorageAway');
  });

  it('mails that nobody takes, and a job that has had its last attempt', async () => {
    await api.post('/auth/v1/rs/password/forgot', { email: ADMIN.email });
    await expectFires('CredenceMailsFailing');
    // The ten attempts in between would take sixteen hours.
    await asOwner(
      'update graphile_worker._private_jobs set attempts = max_attempts - 1, run_at = now() where locked_at is null',
    );
    await expectFires('CredenceJobsDead');
  });

  it('somebody who guesses passwords', async () => {
    const guess = (i: number) => api.post(LOGIN, { email: `nobody-${i}@example.org`, password: 'guessed' });
    await expectFires('CredenceSignInsRefused', () => Promise.all([1, 2, 3, 4].map(guess)));
  });

  it('a table that somebody holds, and the connections that wait for it', async () => {
    const hold = async () => {
      const client = new Client({ connectionString: database.ownerUrl });
      await client.connect();
      await client.query('begin; lock table titles in access exclusive mode');
      const waiting = [1, 2, 3, 4, 5, 6].map(() => admin.post(TITLES, { name: `Title ${Math.random()}` }));
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await client.query('commit');
      await client.end();
      await Promise.all(waiting);
    };
    await expectFires('CredenceSlow', hold);
    await expectFiresToo('CredenceDatabasePoolExhausted', hold);
  });

  it('more requests at once than there is room for, and more than one address may send', async () => {
    const flood = () => Promise.all(Array.from({ length: 40 }, () => small.get('/version')));
    await expectFires('CredenceOverloaded', flood);
    await expectFiresToo('CredenceRateLimited', flood);
  });

  it('a disk that fills', async () => {
    const [free = 0] = await prometheus.values('credence_disk_free_bytes');
    execFileSync('fallocate', ['--length', String(free - 10_000_000), join(disk.path, 'filling')]);
    await expectFires('CredenceDiskFull');
    rmSync(join(disk.path, 'filling'));
    await prometheus.clears('CredenceDiskFull');
  });

  it('every figure of the dashboard is there', async () => {
    const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as {
      panels: { title: string; targets?: { expr: string }[] }[];
    };
    const expressions = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
    expect(expressions.length).toBeGreaterThan(10);
    const empty = [];
    for (const { title, expr } of expressions) {
      const found = await prometheus.values(expr.replaceAll('$__rate_interval', '2m').replaceAll('$job', '.*'));
      if (found.length === 0) empty.push(title);
    }
    expect(empty).toEqual([]);
  });

  it('a replica that is away', async () => {
    await standby.fail();
    await expectFires('CredenceReplicaAway');
  });

  it('a worker that is killed: the process, then its heart, and the jobs that wait', async () => {
    await worker.kill('SIGKILL');
    await expectFires('CredenceProcessDown');
    await api.post('/auth/v1/rs/password/forgot', { email: ADMIN.email });
    await expectFiresToo('CredenceQueueStandsStill');
    await expectFiresToo('CredenceNoWorkers');
  });

  it('a PostgreSQL that is stopped', async () => {
    await stopPostgres();
    await expectFires('CredenceDatabaseAway');
  });

  it('and that was all of them', () => {
    const written = [...readFileSync(RULES, 'utf8').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect([...fired.keys()].sort()).toEqual(written.sort());
  });
});

async function asOwner(statement: string): Promise<void> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}
