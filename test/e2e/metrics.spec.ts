import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { ConfigurationError } from '#libs/config';
import { freePort, type JoiningDataSource } from '#libs/database';
import { Telemetry } from '#libs/telemetry';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { Mails } from '../support/mails';
import { inspectQuickly } from '../support/quick-inspector';
import { readMetrics, type Sample, sumOf } from '../support/read-metrics';
import { pdf } from '../support/sample-files';
import { sendReadyFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const LOOK_AGAIN_MS = 50;

let app: TestApp;
let port: number;
let admin: Person;
let client: HttpClient;

const figures = () => readMetrics(port);

/** What is counted after an answer has been sent, or by a job, is there a moment later. */
async function until(isThere: (samples: Sample[]) => boolean): Promise<Sample[]> {
  for (let round = 0; round < 400; round += 1) {
    const samples = await figures();
    if (isThere(samples)) return samples;
    await sleep(LOOK_AGAIN_MS);
  }
  throw new Error('It did not come to that');
}

beforeAll(async () => {
  port = await freePort();
  app = await TestApp.start({ environment: { METRICS_PORT: String(port) } });
  await app.app.get(Telemetry).start();
  inspectQuickly(app);
  admin = await app.given.person({ organization: await app.given.organization(), role: 'admin' });
  client = await app.as(admin);
});
afterAll(() => app?.close());

describe('the metrics', () => {
  it('count requests by method, pattern of the route and class of the status', async () => {
    const route = { method: 'GET', route: `${CREW}/certificates/:certificate_id` };
    await client.get(`${CREW}/certificates/0190a5e6-0000-7000-8000-000000000001`);
    await client.get(`${CREW}/certificates/0190a5e6-0000-7000-8000-000000000002`);
    const name = 'credence_request_duration_seconds_count';
    const samples = await until((found) => sumOf(found, name, { ...route, status: '4xx' }) === 2);
    expect(sumOf(samples, name, { ...route, status: '2xx' })).toBe(0);
    expect(sumOf(samples, 'credence_request_duration_seconds_bucket', { ...route, le: '+Inf' })).toBe(2);
    const sum = sumOf(samples, 'credence_request_duration_seconds_sum', route);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(60);
  });

  it('have no value that somebody outside has chosen: no address, id, name or search text', async () => {
    const uuid = '0190a5e6-1111-7000-8000-00000000abcd';
    const asked = [
      `${CREW}/certificates/${uuid}?secret-of-query=1`,
      `${CREW}/roster?search=secret-of-search`,
      '/secret-of-path/1',
      '/console/secret-of-console',
      '/docs/secret-of-docs',
    ];
    for (const path of asked) await client.get(path);
    await client.send('PROPFIND', '/secret-of-method');
    await app.anonymous.post('/auth/v1/rs/login/credentials', { email: 'secret@example.org', password: 'secret-word' });
    const samples = await until(
      (found) => sumOf(found, 'credence_request_duration_seconds_count', { route: 'unknown' }) >= 2,
    );
    const values = [...new Set(samples.flatMap(({ labels }) => Object.values(labels)))];
    const ofOthers = values.filter(
      (value) => /secret|@/.test(value) || value.includes(uuid) || value.includes(admin.uuid),
    );
    expect(ofOthers).toEqual([]);
    const routes = new Set(samples.map(({ labels }) => labels['route'] ?? 'unknown'));
    expect([...routes].filter((route) => /[0-9a-f]{8}-/.test(route) || /\.(js|css)$/.test(route))).toEqual([]);
    expect(samples.length).toBeLessThan(5000);
  });

  it('count refusals by the code of their problem', async () => {
    const labels = { code: 'credentials_invalid' };
    const before = sumOf(await figures(), 'credence_problems_total', labels);
    const { email } = admin;
    const refused = await app.anonymous.post('/auth/v1/rs/login/credentials', { email, password: 'another password' });
    expectProblem(refused, 401, labels.code);
    await until((found) => sumOf(found, 'credence_problems_total', labels) === before + 1);
  });

  it('follow a file: storage calls, its check, and the job that did it', async () => {
    await sendReadyFile(app, client, pdf(2000));
    const checked = { outcome: 'ready', reason: 'none' };
    const samples = await until(
      (found) =>
        sumOf(found, 'credence_job_duration_seconds_count', { job_name: 'uploads.check', outcome: 'ok' }) === 1,
    );
    expect(sumOf(samples, 'credence_file_checks_total', checked)).toBe(1);
    expect(sumOf(samples, 'credence_file_checks_total', { outcome: 'uploaded' })).toBe(1);
    for (const operation of ['find', 'copy', 'read', 'write', 'remove']) {
      const labels = { operation, outcome: 'ok' };
      expect([operation, sumOf(samples, 'credence_storage_duration_seconds_count', labels) > 0]).toEqual([
        operation,
        true,
      ]);
    }
    expect(sumOf(samples, 'credence_storage_duration_seconds_count', { outcome: 'failed' })).toBe(0);
    expect(sumOf(samples, 'credence_disk_free_bytes')).toBeGreaterThan(0);
  });

  it('count mails', async () => {
    await app.anonymous.post('/auth/v1/rs/password/forgot', { email: admin.email });
    await new Mails(app.dataDir).arrived(admin.email);
    await until((found) => sumOf(found, 'credence_mails_total', { outcome: 'sent' }) === 1);
  });

  it('tell what waits in the queue, since when, and who works it off', async () => {
    await app.database.query(`select graphile_worker.add_job('nobody.handles', run_at => now() - interval '1 hour')`);
    const job = { job_name: 'nobody.handles' };
    const samples = await figures();
    expect(sumOf(samples, 'credence_queue_jobs', { ...job, state: 'due' })).toBe(1);
    expect(sumOf(samples, 'credence_queue_oldest_due_seconds', job)).toBeGreaterThanOrEqual(3600);
    expect(sumOf(samples, 'credence_queue_processes')).toBe(1);
    await app.database.query(`delete from graphile_worker._private_jobs where run_at < now() - interval '59 minutes'`);
    expect(sumOf(await figures(), 'credence_queue_jobs', job)).toBe(0);
  });

  it('tell of the connections to the database, and of what is waited for', async () => {
    const samples = await figures();
    expect(sumOf(samples, 'credence_database_wait_seconds_count', { pool: 'primary' })).toBeGreaterThan(10);
    expect(sumOf(samples, 'credence_database_connections', { pool: 'primary' })).toBeGreaterThan(0);
    const { pool } = app.app.get<JoiningDataSource>(DataSource);
    const held = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()));
    const waiting = client.get('/users-organizations/v1/rs/titles');
    while (pool.waitingCount === 0) await sleep(LOOK_AGAIN_MS);
    const asked = figures();
    await sleep(500);
    held.forEach((connection) => connection.release());
    expect(sumOf(await asked, 'credence_database_waiting')).toBeGreaterThan(0);
    expect((await waiting).status).toBe(200);
    const waits = await until((found) => slowWaits(found) > 0);
    expect(sumOf(waits, 'credence_database_waiting')).toBe(0);
  });

  it('say what the readiness check says', async () => {
    const samples = await figures();
    for (const check of ['database', 'storage']) expect(sumOf(samples, 'credence_check_ok', { check })).toBe(1);
  });

  it('are on a port of their own, and nowhere else', async () => {
    expectProblem(await client.get('/metrics'), 404, 'route_not_found');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    await expect(fetch(`http://127.0.0.2:${port}/metrics`)).rejects.toThrow();
  });

  it('refuse a start whose port is taken, with a sentence', async () => {
    const other = await TestApp.start({ environment: { METRICS_PORT: String(port) } });
    try {
      const start = other.app.get(Telemetry).start();
      await expect(start).rejects.toThrow(ConfigurationError);
      await expect(start).rejects.toThrow('something else listens there already');
    } finally {
      await other.close();
    }
  });

  it('are not kept where nobody has asked for them', async () => {
    const other = await TestApp.start();
    try {
      expect(other.app.get(Telemetry).isMeasuring).toBe(false);
    } finally {
      await other.close();
    }
  });
});

/** Of half a second and more. */
function slowWaits(samples: Sample[]): number {
  const count = sumOf(samples, 'credence_database_wait_seconds_count', { pool: 'primary' });
  return count - sumOf(samples, 'credence_database_wait_seconds_bucket', { pool: 'primary', le: '0.25' });
}
