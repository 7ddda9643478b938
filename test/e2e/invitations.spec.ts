import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '#libs/auth';
import type { Organization } from '#libs/users';
import { emptyQueue } from '../support/empty-queue';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { Mails, tokenIn } from '../support/mails';
import { TestApp } from '../support/test-app';

const LOGIN = '/auth/v1/rs/login/credentials';
const INVITATIONS = '/api/v1/shared/invitations';
const ACCEPT = '/auth/v1/rs/invitations/accept';
const FORGOT = '/auth/v1/rs/password/forgot';
const RESET = '/auth/v1/rs/password/reset';
const ME = '/api/v1/shared/users/me';
const PASSWORD = 'another sentence nobody guesses';
const DAY_MS = 86_400_000;

let app: TestApp;
let home: Organization;
let admin: HttpClient;

beforeAll(async () => {
  app = await TestApp.start();
  home = await app.given.organization();
  admin = await app.as(await person('admin'));
});
afterEach(() => app.setNow(null));
afterAll(() => app.close());

const person = (role: Role, organization = home): Promise<Person> => app.given.person({ organization, role });
let made = 0;
const guest = (role: Role = 'crew-member') => {
  made += 1;
  return { email: `guest-${made}@example.org`, role, firstName: 'Zoé', lastName: 'Lemaître' };
};
const signIn = (email: string, password: string) => app.anonymous.post(LOGIN, { email, password });

const mailsTo = (email: string) => new Mails(app.dataDir).to(email);
const mailTo = (email: string, count = 1) => new Mails(app.dataDir).arrived(email, count);

async function everythingKept(): Promise<string> {
  const tables = [
    'audit_records',
    'invitations',
    'password_resets',
    'sign_in_budgets',
    'graphile_worker._private_jobs',
  ];
  const rows = await Promise.all(tables.map((table) => app.database.query<unknown[]>(`select * from ${table}`)));
  return JSON.stringify(rows);
}

describe('an invitation', () => {
  it('comes by mail, makes an account with a password of one’s own, and works once', async () => {
    const someone = guest('office-employee');
    const answer = await admin.post(INVITATIONS, someone);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject(someone);
    expect(Object.keys(answer.body).sort()).toEqual(
      ['createdAt', 'email', 'expiresAt', 'firstName', 'id', 'invitedByUserId', 'lastName', 'role', 'userId'].sort(),
    );
    const mail = await mailTo(someone.email);
    expect(mail).toContain('Northern Crewing invites you');
    expect(mail).toContain(`${app.url}/accept-invitation?lang=en#token=`);
    const token = tokenIn(mail);
    expect(await everythingKept()).not.toContain(token);
    expect((await app.anonymous.post(ACCEPT, { token, password: PASSWORD })).status).toBe(204);
    const { accessToken } = (await signIn(someone.email, PASSWORD)).body.data;
    const profile = await app.anonymous.get(ME, { authorization: `Bearer ${accessToken}` });
    expect(profile.body).toMatchObject({ email: someone.email, role: 'office-employee', firstName: 'Zoé' });
    expectProblem(await app.anonymous.post(ACCEPT, { token, password: PASSWORD }), 422, 'invitation_invalid', 'token');
    const actions = await app.database.query<{ action: string }[]>(
      'select action from audit_records where target_id in ($1, $2) order by action',
      [answer.body.id, profile.body.id],
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'invitation.accept',
      'invitation.create',
      'membership.create',
      'user.create',
    ]);
  });

  it('speaks French where the organisation does', async () => {
    const organization = await app.given.organization({ name: 'Équipages du Nord', language: 'fr' });
    const theirs = await app.as(await person('admin', organization));
    const someone = guest();
    await theirs.post(INVITATIONS, someone);
    const mail = await mailTo(someone.email);
    expect(mail).toContain('Bonjour Zoé');
    expect(mail).toContain('Équipages du Nord vous invite');
  });

  it('lies in a file that only its owner can read', async () => {
    const someone = guest();
    await admin.post(INVITATIONS, someone);
    await mailTo(someone.email);
    const directory = join(app.dataDir, 'mail');
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(directory)) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  });

  it('ends after seven days', async () => {
    const someone = guest();
    await admin.post(INVITATIONS, someone);
    const token = tokenIn(await mailTo(someone.email));
    app.setNow(new Date(Date.now() + 7 * DAY_MS + 1000));
    expectProblem(await app.anonymous.post(ACCEPT, { token, password: PASSWORD }), 422, 'invitation_invalid', 'token');
  });

  it('ends when another one takes its place, and when whoever invited is deactivated', async () => {
    const host = await person('admin');
    const theirs = await app.as(host);
    const someone = guest();
    await theirs.post(INVITATIONS, someone);
    const first = tokenIn(await mailTo(someone.email));
    await theirs.post(INVITATIONS, someone);
    const second = tokenIn(await mailTo(someone.email, 2));
    const accept = (token: string) => app.anonymous.post(ACCEPT, { token, password: PASSWORD });
    expectProblem(await accept(first), 422, 'invitation_invalid', 'token');
    await admin.patch(`/api/v1/shared/users/${host.uuid}`, { state: 'deactivated' });
    expectProblem(await accept(second), 422, 'invitation_invalid', 'token');
  });

  it('accepted by many at once makes one account', async () => {
    const someone = guest();
    await admin.post(INVITATIONS, someone);
    const token = tokenIn(await mailTo(someone.email));
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => app.anonymous.post(ACCEPT, { token, password: PASSWORD })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 422, 422, 422, 422, 422]);
  });

  it('asks for a password that is hard to guess, and is not used up by one that is not', async () => {
    const someone = guest();
    await admin.post(INVITATIONS, someone);
    const token = tokenIn(await mailTo(someone.email));
    const weak = await app.anonymous.post(ACCEPT, { token, password: 'Lemaître2026' });
    expectProblem(weak, 422, 'password_too_common', 'password');
    expect((await app.anonymous.post(ACCEPT, { token, password: PASSWORD })).status).toBe(204);
  });

  it('is given by staff only, with at most their own role, to people who are not members', async () => {
    const crew = await app.as(await person('crew-member'));
    expectProblem(await crew.post(INVITATIONS, guest()), 403, 'not_permitted');
    const office = await app.as(await person('office-employee'));
    expectProblem(await office.post(INVITATIONS, guest('admin')), 403, 'field_forbidden', 'role');
    const { email } = await person('crew-member');
    expectProblem(await office.post(INVITATIONS, { ...guest(), email }), 409, 'already_member');
  });
});

describe('an open invitation', () => {
  const accept = (token: string) => app.anonymous.post(ACCEPT, { token, password: PASSWORD });
  const invite = async (by = admin) => {
    const someone = guest();
    const { body, headers } = await by.post(INVITATIONS, someone);
    return {
      ...someone,
      id: String(body.id),
      etag: String(headers.get('etag')),
      token: tokenIn(await mailTo(someone.email)),
    };
  };

  it('is listed page by page for admins of its organisation, as long as it is open', async () => {
    const organization = await app.given.organization({ name: 'Western Crewing' });
    const host = await person('admin', organization);
    const theirs = await app.as(host);
    const [first, second, third] = [await invite(theirs), await invite(theirs), await invite(theirs)];
    const page = await theirs.get(`${INVITATIONS}?limit=2&include_count=true`);
    expect(page.body).toMatchObject({ items: [{ id: third.id }, { id: second.id }], hasMore: true, totalCount: 3 });
    expect(page.body.items[0]).toMatchObject({ email: third.email, invitedByUserId: host.uuid });
    expect(page.text).not.toContain(third.token);
    const rest = await theirs.get(`${INVITATIONS}?limit=2&cursor=${page.body.nextCursor}`);
    expect(rest.body).toMatchObject({ items: [{ id: first.id }], hasMore: false, nextCursor: null });
    const found = await theirs.get(`${INVITATIONS}?search=${second.email}`);
    expect(found.body.items).toEqual([expect.objectContaining({ id: second.id })]);
    const single = await theirs.get(`${INVITATIONS}/${first.id}`);
    expect([single.body.email, single.headers.get('etag')]).toEqual([first.email, first.etag]);
    await accept(first.token);
    app.setNow(new Date(Date.now() + 7 * DAY_MS + 1000));
    expect((await theirs.get(INVITATIONS)).body.items).toEqual([]);
    app.setNow(null);
    const left = await theirs.get(`${INVITATIONS}?include_count=true`);
    expect(left.body.items.map(({ id }: { id: string }) => id)).toEqual([third.id, second.id]);
    expectProblem(await theirs.get(`${INVITATIONS}?cursor=nonsense`), 400, 'invalid_cursor');
    expectProblem(await theirs.get(`${INVITATIONS}?limit=0`), 400, 'invalid_request', 'limit');
    expectProblem(await (await app.as(await person('office-admin'))).get(INVITATIONS), 403, 'not_permitted');
  });

  it('is sent again with another link, and the one before is dead at once', async () => {
    const inviter = await person('office-employee');
    const { id, email, token, etag } = await invite(await app.as(inviter));
    const answer = await admin.post(`${INVITATIONS}/${id}/resend`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).not.toBe(etag);
    expectProblem(await accept(token), 422, 'invitation_invalid', 'token');
    // It is the admin's now: what becomes of the first host does not matter.
    await admin.patch(`/api/v1/shared/users/${inviter.uuid}`, { state: 'deactivated' });
    expect((await accept(tokenIn(await mailTo(email, 2)))).status).toBe(204);
    expectProblem(await admin.post(`${INVITATIONS}/${id}/resend`), 404, 'invitation_not_found');
  });

  it('is withdrawn for good, and not by somebody who read it before it was sent again', async () => {
    const { id, email, etag } = await invite();
    await admin.post(`${INVITATIONS}/${id}/resend`);
    expectProblem(await admin.delete(`${INVITATIONS}/${id}`, { 'if-match': etag }), 412, 'changed_since_read');
    const token = tokenIn(await mailTo(email, 2));
    expect((await admin.delete(`${INVITATIONS}/${id}`)).status).toBe(204);
    expectProblem(await accept(token), 422, 'invitation_invalid', 'token');
    expectProblem(await admin.delete(`${INVITATIONS}/${id}`), 404, 'invitation_not_found');
    expectProblem(await admin.delete(`${INVITATIONS}/nonsense`), 400, 'invalid_request', 'invitation_id');
    const actions = await app.database.query<{ action: string }[]>(
      'select action from audit_records where target_id = $1 order by id',
      [id],
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'invitation.create',
      'invitation.resend',
      'invitation.withdraw',
    ]);
  });

  it('accepted and withdrawn at once makes an account or none, and says so to both', async () => {
    for (let round = 0; round < 6; round++) {
      const { id, email, token } = await invite();
      const [accepted, withdrawn] = await Promise.all([accept(token), admin.delete(`${INVITATIONS}/${id}`)]);
      const { status } = await signIn(email, PASSWORD);
      expect([
        [204, 404, 201],
        [422, 204, 401],
      ]).toContainEqual([accepted.status, withdrawn.status, status]);
    }
  });
});

describe('a forgotten password', () => {
  const ask = async (someone: Person, count = 1) => {
    expect((await app.anonymous.post(FORGOT, { email: someone.email })).status).toBe(202);
    return tokenIn(await mailTo(someone.email, count));
  };

  it('is replaced with the token of a mail, which works once and signs the person out everywhere', async () => {
    const crew = await person('crew-member');
    const clients = [await app.as(crew), await app.as(crew)];
    const token = await ask(crew);
    expect(await everythingKept()).not.toContain(token);
    expect((await app.anonymous.post(RESET, { token, newPassword: PASSWORD })).status).toBe(204);
    for (const client of clients) expectProblem(await client.get(ME), 401, 'not_signed_in');
    expect((await signIn(crew.email, crew.password)).status).toBe(401);
    expect((await signIn(crew.email, PASSWORD)).status).toBe(201);
    expectProblem(
      await app.anonymous.post(RESET, { token, newPassword: PASSWORD }),
      422,
      'reset_token_invalid',
      'token',
    );
  });

  it('makes all older tokens worthless', async () => {
    const crew = await person('crew-member');
    const first = await ask(crew);
    const second = await ask(crew, 2);
    expect((await app.anonymous.post(RESET, { token: second, newPassword: PASSWORD })).status).toBe(204);
    const late = await app.anonymous.post(RESET, { token: first, newPassword: PASSWORD });
    expectProblem(late, 422, 'reset_token_invalid', 'token');
  });

  it('has one hour', async () => {
    const token = await ask(await person('crew-member'));
    app.setNow(new Date(Date.now() + 3_601_000));
    const late = await app.anonymous.post(RESET, { token, newPassword: PASSWORD });
    expectProblem(late, 422, 'reset_token_invalid', 'token');
  });

  it('lets the owner in while strangers guess', async () => {
    const crew = await person('crew-member');
    for (let count = 0; count <= 10; count++) await signIn(crew.email, 'a wrong guess');
    expectProblem(await signIn(crew.email, crew.password), 429, 'too_many_attempts');
    const token = await ask(crew);
    await app.anonymous.post(RESET, { token, newPassword: PASSWORD });
    expect((await signIn(crew.email, PASSWORD)).status).toBe(201);
  });

  it('makes the product do the same work for an address without an account', async () => {
    // The mail is a job's: without a worker only the work of the request is seen.
    const quiet = await TestApp.start({ environment: { RUN_WORKER: 'false' } });
    const { email } = await quiet.given.person({ organization: await quiet.given.organization(), role: 'admin' });
    const asking = (address: string) => quiet.statements(() => quiet.anonymous.post(FORGOT, { email: address }));
    const [known, unknown] = [await asking(email), await asking('nobody@example.org')];
    await quiet.close();
    expect(known.length).toBeGreaterThan(4);
    expect(unknown).toEqual(known);
  });

  it('is answered the same for an address without an account', async () => {
    const crew = await person('crew-member');
    const known = await app.anonymous.post(FORGOT, { email: crew.email });
    const unknown = await app.anonymous.post(FORGOT, { email: 'nobody@example.org' });
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
    const trail = await app.database.query<unknown[]>('select * from audit_records');
    expect(JSON.stringify(trail)).not.toContain('nobody@example.org');
    await emptyQueue(app);
    expect(mailsTo('nobody@example.org')).toEqual([]);
  });

  it('fills no mailbox: three mails an hour', async () => {
    const crew = await person('crew-member');
    for (let count = 1; count <= 3; count++) await ask(crew, count);
    expect((await app.anonymous.post(FORGOT, { email: crew.email })).status).toBe(202);
    await emptyQueue(app);
    expect(mailsTo(crew.email)).toHaveLength(3);
  });
});
