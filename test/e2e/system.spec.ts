import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { failedJob } from '../support/failed-job';
import { expectProblem, type HttpClient } from '../support/http';
import { Mails } from '../support/mails';
import { TestApp } from '../support/test-app';

const SYSTEM = '/api/v1/shared/system';

let app: TestApp;
let organization: Organization;
let admin: Person;
let client: HttpClient;
let stranger: HttpClient;

beforeAll(async () => {
  app = await TestApp.start();
  organization = await app.given.organization();
  admin = await app.given.person({ organization, role: 'admin' });
  client = await app.as(admin);
  const other = await app.given.organization({ name: 'Southern Crewing' });
  stranger = await app.as(await app.given.person({ organization: other, role: 'admin' }));
});
afterAll(() => app?.close());

const job = (attempts: number, organizationId: number | null = organization.id) =>
  failedJob(app, organizationId, attempts);

const state = async (id: number) =>
  (
    await app.database.query(
      'select attempts, run_at <= now() as due from graphile_worker._private_jobs where id = $1',
      [id],
    )
  )[0];

describe('the state of the system', () => {
  it('tells an admin version, checks and how much waits, without a name', async () => {
    const id = await job(0);
    const { status, body } = await client.get(SYSTEM);
    expect(status).toBe(200);
    expect(body).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      status: expect.any(String),
      checks: { database: 'ok', storage: 'ok', queue: expect.any(String) },
      waitingJobs: expect.any(Number),
      longestWaitSeconds: expect.any(Number),
      workers: expect.any(Number),
      lastBackup: null,
    });
    expect(body.waitingJobs).toBe(1);
    expect((await stranger.get(SYSTEM)).body).toMatchObject({ waitingJobs: 0, longestWaitSeconds: null });
    await app.database.query('delete from graphile_worker._private_jobs where id = $1', [id]);
  });

  it('tells when the last backup ended and what became of it, however long ago and in whatever order they were noted', async () => {
    const noted = (outcome: string, endedAt: string) =>
      app.database.query(
        `insert into backups (id, started_at, ended_at, outcome, is_encrypted, row_count, file_count, bytes)
         values (gen_random_uuid(), $2, $2, $1, true, 0, 0, 0)`,
        [outcome, endedAt],
      );
    await noted('failed', '2026-03-02T03:00:00.000Z');
    await noted('complete', '2026-03-01T03:00:00.000Z');
    const last = async () => (await client.get(SYSTEM)).body.lastBackup;
    expect(await last()).toEqual({ endedAt: '2026-03-02T03:00:00.000Z', outcome: 'failed' });
    await noted('complete', '2026-03-03T03:00:00.000Z');
    expect(await last()).toEqual({ endedAt: '2026-03-03T03:00:00.000Z', outcome: 'complete' });
  });

  it('is told to admins alone', async () => {
    for (const role of ['office-admin', 'office-employee', 'crew-member'] as const) {
      const other = await app.as(await app.given.person({ organization, role }));
      for (const path of ['', '/failed-jobs']) expectProblem(await other.get(SYSTEM + path), 403, 'not_permitted');
      for (const path of ['/failed-jobs/1/retry', '/mail-trials'])
        expectProblem(await other.post(SYSTEM + path), 403, 'not_permitted');
    }
    expectProblem(await app.anonymous.get(SYSTEM), 401, 'not_signed_in');
  });
});

describe('work that has failed for good', () => {
  it('is listed to the organisation whose it was, without what it failed with, and to no other', async () => {
    const [dead, alive, nobodys] = [await job(12), await job(11), await job(12, null)];
    const own = await client.get(`${SYSTEM}/failed-jobs`);
    expect(own.body).toEqual([
      { id: dead, name: 'nobody.handles', attempts: 12, createdAt: expect.any(String), failedAt: expect.any(String) },
    ]);
    expect((await stranger.get(`${SYSTEM}/failed-jobs`)).body).toEqual([]);
    for (const [who, id] of [
      [stranger, dead],
      [client, alive],
      [client, nobodys],
      [client, 999_999_999],
    ] as const) {
      expectProblem(await who.post(`${SYSTEM}/failed-jobs/${id}/retry`), 404, 'failed_job_not_found');
    }
    expect((await state(dead)).attempts).toBe(12);
    expect((await state(nobodys)).attempts).toBe(12);
    expectProblem(await client.post(`${SYSTEM}/failed-jobs/x/retry`), 400, 'invalid_request', 'job_id');
  });

  it('is tried again once, with all its attempts, however many ask at that moment, and the trail says who did', async () => {
    const id = await job(12);
    const answers = await Promise.all([1, 2, 3].map(() => client.post(`${SYSTEM}/failed-jobs/${id}/retry`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404]);
    expect(await state(id)).toEqual({ attempts: 0, due: true });
    const { body } = await client.get('/api/v1/shared/audit?action=job.retry');
    expect(body.items).toMatchObject([
      { action: 'job.retry', targetId: String(id), details: { name: 'nobody.handles' } },
    ]);
  });
});

describe('a mail to oneself', () => {
  it('comes the way of all mails, in the language of the organisation, and not without end', async () => {
    expect((await client.post(`${SYSTEM}/mail-trials`)).status).toBe(202);
    expect(await new Mails(app.dataDir).arrived(admin.email)).toContain('You asked Credence for this mail');
    for (let i = 0; i < 4; i += 1) expect((await client.post(`${SYSTEM}/mail-trials`)).status).toBe(202);
    const refused = await client.post(`${SYSTEM}/mail-trials`);
    expectProblem(refused, 429, 'too_many_attempts');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
