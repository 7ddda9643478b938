import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Config, VERSION } from '#libs/config';
import { freePort } from '#libs/database';
import { JobRunner, QueueFiguresService } from '#libs/jobs';
import { HttpClient } from '../support/http';
import { API, ProductDirectory, type Run, WORKER } from '../support/product';
import { type S3Server, startS3Server } from '../support/s3-server';
import { TestApp } from '../support/test-app';

const SWEEP = 'sessions-remove-expired';
const WATCHDOG_MS = 1000;

let s3: S3Server;
beforeAll(async () => (s3 = await startS3Server()));
afterAll(() => s3.stop());

async function until<T>(look: () => Promise<T>, isDone: (found: T) => boolean): Promise<T> {
  for (let round = 0; round < 1500; round += 1) {
    const found = await look();
    if (isDone(found)) return found;
    await sleep(20);
  }
  throw new Error('It did not come to that');
}

describe('an API without jobs of its own', () => {
  let app: TestApp;
  let directory: ProductDirectory;
  let settings: Record<string, string>;
  let port: number;

  beforeAll(async () => {
    app = await TestApp.start({ environment: { ...s3.environment, RUN_WORKER: 'false' } });
    directory = new ProductDirectory();
    port = await freePort();
    const { DATABASE_URL = '', DATABASE_OWNER_URL = '' } = app.app.get(Config).environment;
    settings = {
      ...directory.ownServices(DATABASE_URL),
      ...s3.environment,
      DATABASE_OWNER_URL,
      WORKER_PROBE_PORT: String(port),
      LOG_LEVEL: 'info',
    };
  });
  afterAll(async () => {
    await directory.remove();
    await app.close();
  });

  const ready = () => app.anonymous.get('/health/ready');
  const serving = () => app.anonymous.get('/health/serving');
  const probe = (path: string) => new HttpClient(`http://127.0.0.1:${port}`).get(path);

  async function startWorker(more: Record<string, string> = {}): Promise<Run> {
    const worker = directory.run(WORKER, { ...settings, ...more });
    await worker.printed('worker is running');
    return worker;
  }

  it('is not ready while nobody works off the queue, and serves all the same', async () => {
    const { status, body } = await ready();
    expect({ status, body }).toEqual({
      status: 503,
      body: { status: 'failing', checks: { database: 'ok', storage: 'ok', queue: 'failing' }, deadJobs: 0 },
    });
    expect(await serving()).toMatchObject({
      status: 200,
      body: { status: 'ok', checks: { database: 'ok', storage: 'ok', queue: 'ok' } },
    });
  });

  it('is ready with a worker beside it, which answers probes and says who it is, until that one ends or its heart stops', async () => {
    const worker = await startWorker();
    expect((await ready()).body).toMatchObject({ status: 'ok', checks: { queue: 'ok' } });
    expect(await probe('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await probe('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ok', checks: { database: 'ok', storage: 'ok', queue: 'ok' }, deadJobs: 0 },
    });
    expect((await probe('/api/v1/crew/roster')).status).toBe(404);
    const { processes } = await app.app.get(QueueFiguresService).read();
    expect(processes).toMatchObject([
      {
        kind: 'worker',
        runsJobs: true,
        version: VERSION,
        isAlive: true,
        name: expect.stringMatching(`:${worker.pid}$`),
      },
      { kind: 'api', runsJobs: false, version: VERSION, isAlive: true },
    ]);

    expect(await worker.kill('SIGTERM')).toBe(0);
    // As when one connection is asked two things at once.
    expect(worker.output).not.toContain('DeprecationWarning');
    expect((await ready()).status).toBe(503);
    const other = await startWorker();
    await other.kill('SIGKILL');
    expect((await ready()).status).toBe(200);
    // As if half a minute were over.
    await app.database.query(`update heartbeats set beat_at = beat_at - interval '31 seconds' where kind = 'worker'`);
    expect((await ready()).body.checks.queue).toBe('failing');
  });

  it('is not ready once a job has been due for too long, though a worker lives', async () => {
    const worker = await startWorker();
    const add = (minutes: number) =>
      app.database.query(
        `select graphile_worker.add_job('nobody-knows-how', run_at => now() - make_interval(mins => $1), job_key => 'probe')`,
        [minutes],
      );
    await add(14);
    expect((await ready()).status).toBe(200);
    await add(16);
    expect((await ready()).body).toMatchObject({ status: 'failing', checks: { queue: 'failing' } });
    expect((await serving()).status).toBe(200);
    const { kinds, oldestDueSeconds } = await app.app.get(QueueFiguresService).read();
    expect(kinds.find(({ name }) => name === 'nobody-knows-how')).toMatchObject({
      due: 1,
      later: 0,
      running: 0,
      dead: 0,
    });
    expect(oldestDueSeconds).toBeGreaterThanOrEqual(16 * 60);
    await app.database.query(`select graphile_worker.remove_job('probe')`);
    expect((await ready()).status).toBe(200);
    await worker.kill('SIGTERM');
  });

  it('leaves a line in the log for each job', async () => {
    const worker = await startWorker();
    const [{ id }] = await app.database.query<[{ id: string }]>(`select id::text from graphile_worker.add_job($1)`, [
      SWEEP,
    ]);
    await worker.printed(`"id":"${id}"`);
    const line = worker.output.split('\n').find((text) => text.includes(`"id":"${id}"`)) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      context: 'Jobs',
      message: 'Job',
      job: SWEEP,
      id,
      outcome: 'done',
      ms: expect.any(Number),
      attempt: 1,
    });
    await worker.kill('SIGTERM');
  });

  it.each([
    ['a worker', WORKER],
    ['the API', API],
  ])('systemd hears from %s that it lives, again and again', async (_, entry) => {
    const tools = join(directory.path, 'tools');
    const heard = join(directory.path, `heard-${entry.split('/')[1]}`);
    mkdirSync(tools, { recursive: true });
    writeFileSync(join(tools, 'systemd-notify'), `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> ${heard}\n`);
    chmodSync(join(tools, 'systemd-notify'), 0o755);
    const run = directory.run(entry, {
      ...settings,
      PORT: String(await freePort()),
      PATH: `${tools}:${process.env['PATH']}`,
      NOTIFY_SOCKET: '/run/systemd/notify',
      WATCHDOG_USEC: String(WATCHDOG_MS * 1000),
    });
    const lines = () => (existsSync(heard) ? readFileSync(heard, 'utf8').trim().split('\n') : []);
    await until(
      () => Promise.resolve(lines()),
      (found) => found.length >= 3 || !run.isRunning,
    );
    expect(new Set(lines())).toEqual(new Set(['/run/systemd/notify WATCHDOG=1']));
    await run.kill('SIGTERM');
  });
});

describe('a worker that cannot give its job back', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
    // Once: what ends a worker for good in the queue's library.
    await app.database.query(`
      create sequence refusals;
      create function refuse_once() returns trigger language plpgsql as $$
        begin
          if nextval('refusals') = 1 then raise exception 'refused'; end if;
          return old;
        end $$;
      grant usage on sequence refusals to public;
      create trigger refuse_once before delete on graphile_worker._private_jobs for each row execute function refuse_once();`);
  });
  afterAll(() => app.close());

  it('is replaced, and its job is done again; meanwhile the process is not ready', async () => {
    expect(app.app.get(JobRunner).isMoving).toBe(true);
    await app.database.query(`select graphile_worker.add_job($1)`, [SWEEP]);
    const failing = await until(
      () => app.anonymous.get('/health/ready'),
      ({ status }) => status !== 200,
    );
    expect(failing.body.checks).toMatchObject({ database: 'ok', queue: 'failing' });
    await until(
      () => app.database.query<unknown[]>(`select 1 from graphile_worker.jobs where task_identifier = $1`, [SWEEP]),
      (rows) => rows.length === 0,
    );
    await until(
      () => app.anonymous.get('/health/ready'),
      ({ status }) => status === 200,
    );
  });
});
