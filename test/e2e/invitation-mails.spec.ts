import { DataSource } from 'typeorm';
import { Mailer } from '#libs/accounts';
import { emptyQueue } from '../support/empty-queue';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { Mails, tokenIn } from '../support/mails';
import { TestApp } from '../support/test-app';

const USERS = '/api/v1/shared/users';
const INVITATIONS = '/api/v1/shared/invitations';
const HOUR_MS = 3_600_000;

let made = 0;
const newcomer = () => {
  made += 1;
  return { email: `guest-${made}@example.org`, role: 'crew-member', firstName: 'Zoé', lastName: 'Lemaître' };
};

function expectTooMany(answer: Answer): void {
  expectProblem(answer, 429, 'too_many_invitations');
  const seconds = Number(answer.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(3500);
  expect(seconds).toBeLessThanOrEqual(3600);
}

describe('invitations', () => {
  let app: TestApp;
  let admin: HttpClient;

  beforeEach(async () => {
    app = await TestApp.start();
    const organization = await app.given.organization();
    admin = await app.as(await app.given.person({ organization, role: 'admin' }));
  });
  afterEach(() => app.close());

  const staffElsewhere = async (name = 'Southern Crewing') =>
    app.as(await app.given.person({ organization: await app.given.organization({ name }), role: 'admin' }));
  /** All but a few of a budget of this size are used up by whoever it is. */
  const useUp = (used: number) =>
    app.database.query('update sign_in_budgets set used = used + $1 where used > 0', [used]);

  it('are three an hour for an address and organisation, those sent again included', async () => {
    const someone = newcomer();
    const { id } = (await admin.post(INVITATIONS, someone)).body;
    expect((await admin.post(`${INVITATIONS}/${id}/resend`)).status).toBe(200);
    const third = await admin.post(INVITATIONS, someone);
    expect(third.status).toBe(201);
    expectTooMany(await admin.post(INVITATIONS, someone));
    expectTooMany(await admin.post(USERS, someone));
    expectTooMany(await admin.post(`${INVITATIONS}/${third.body.id}/resend`));
    expect((await admin.post(USERS, newcomer())).status).toBe(201);
    app.setNow(new Date(Date.now() + HOUR_MS + 1000));
    expect((await admin.post(`${INVITATIONS}/${third.body.id}/resend`)).status).toBe(200);
  });

  it('are two hundred an hour of a person, and a colleague goes on', async () => {
    const { organizationId } = (await admin.get(`${USERS}/me/session`)).body;
    const organization = { id: organizationId } as Parameters<typeof app.given.person>[0]['organization'];
    const colleague = await app.as(await app.given.person({ organization, role: 'admin' }));
    expect((await admin.post(USERS, newcomer())).status).toBe(201);
    await useUp(198);
    expect((await admin.post(USERS, newcomer())).status).toBe(201);
    expectTooMany(await admin.post(USERS, newcomer()));
    expect((await colleague.post(USERS, newcomer())).status).toBe(201);
  });

  it('are five hundred an hour of an organisation, whoever sends them', async () => {
    const { organizationId } = (await admin.get(`${USERS}/me/session`)).body;
    const organization = { id: organizationId } as Parameters<typeof app.given.person>[0]['organization'];
    for (let used = 0; used < 3; used++) {
      const colleague = await app.as(await app.given.person({ organization, role: 'admin' }));
      expect((await colleague.post(USERS, newcomer())).status).toBe(201);
    }
    // Of the organisation three are used, of each person one.
    await app.database.query('update sign_in_budgets set used = 500 where used = 3');
    expectTooMany(await admin.post(USERS, newcomer()));
    expect((await (await staffElsewhere()).post(USERS, newcomer())).status).toBe(201);
  });

  it('of all organisations together are five mails an hour to an address: the next waits, and nobody is told', async () => {
    const someone = newcomer();
    for (let sent = 1; sent <= 5; sent++) {
      expect((await (await staffElsewhere(`Office ${sent}`)).post(USERS, someone)).status).toBe(201);
    }
    const mails = new Mails(app.dataDir);
    await mails.arrived(someone.email, 5);
    expect((await admin.post(USERS, someone)).status).toBe(201);
    const waiting = async () =>
      app.database.query<{ run_at: Date }[]>(
        `select run_at from graphile_worker.jobs where task_identifier = 'invitations.mail' and run_at > now() + interval '50 minutes'`,
      );
    const end = Date.now() + 10_000;
    while ((await waiting()).length === 0 && Date.now() < end) await new Promise((after) => setTimeout(after, 50));
    expect(await waiting()).toHaveLength(1);
    expect(mails.to(someone.email)).toHaveLength(5);
    // Its time comes.
    app.setNow(new Date(Date.now() + HOUR_MS + 1000));
    await app.database.query(
      `update graphile_worker._private_jobs set run_at = now() where run_at > now() + interval '50 minutes'`,
    );
    expect(tokenIn(await mails.arrived(someone.email, 6))).not.toBe('');
  });

  it('that the mail server did not take use up nothing of the address, and are sent when it is back', async () => {
    const mailer = app.app.get(Mailer);
    const send = mailer.send.bind(mailer);
    let failures = 0;
    mailer.send = () => {
      failures += 1;
      return Promise.reject(new Error('away'));
    };
    const someone = newcomer();
    await admin.post(USERS, someone);
    const budgets = async () =>
      (await app.database.query<{ used: number }[]>('select used from sign_in_budgets')).map(({ used }) => used);
    const end = Date.now() + 10_000;
    while ((failures === 0 || (await budgets()).filter((used) => used > 0).length > 3) && Date.now() < end) {
      await new Promise((after) => setTimeout(after, 50));
    }
    // Of the mailbox; person, organisation and address have theirs.
    expect((await budgets()).filter((used) => used > 0)).toEqual([1, 1, 1]);
    mailer.send = send;
    await app.database.query('update graphile_worker._private_jobs set run_at = now()');
    expect(tokenIn(await new Mails(app.dataDir).arrived(someone.email))).not.toBe('');
  });

  it('carry nothing that their sender could steer a reader by', async () => {
    const lure = 'https://evil.example/win';
    const elsewhere = await staffElsewhere('Call +47 555 01 234 or see evil.example');
    const someone = { ...newcomer(), firstName: lure, lastName: 'you@evil.example' };
    await elsewhere.post(USERS, someone);
    const mail = await new Mails(app.dataDir).arrived(someone.email);
    expect(mail).toContain('Subject: Your invitation\r\n');
    expect(mail).toContain('Hello,');
    expect(mail).toContain('An organisation invites you');
    expect(mail).not.toMatch(/evil|555/);
    expect(mail.match(/https?:\/\/\S+/g)).toEqual([expect.stringContaining(`${app.url}/accept-invitation`)]);
  });

  it('are there with the roster entry or not at all, and their mail goes out after a kill in between', async () => {
    const someone = newcomer();
    const database = app.app.get(DataSource);
    // The connection dies within the transaction, after the person and before the mail's job.
    const trip = (on: boolean) =>
      app.database.query(
        on
          ? `create or replace function fail() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
             create trigger fail before insert on graphile_worker._private_jobs for each row execute function fail()`
          : 'drop trigger fail on graphile_worker._private_jobs',
      );
    expect(database.isInitialized).toBe(true);
    await trip(true);
    expect((await admin.post(USERS, someone)).status).toBeGreaterThanOrEqual(500);
    await trip(false);
    const [{ people }] = await app.database.query<[{ people: number }]>(
      'select count(*)::int as people from memberships where email = $1',
      [someone.email],
    );
    expect(people).toBe(0);
    expect((await admin.post(USERS, someone)).status).toBe(201);
    await new Mails(app.dataDir).arrived(someone.email);
    await emptyQueue(app).catch(() => undefined);
    expect(new Mails(app.dataDir).to(someone.email)).toHaveLength(1);
  });
});
