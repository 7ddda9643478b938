import type { Role } from '#libs/auth';
import type { Organization } from '#libs/users';
import { type Beside, startBeside } from '../support/beside';
import type { Person } from '../support/given';
import { expectProblem, HttpClient } from '../support/http';
import { TestApp } from '../support/test-app';

const LOGIN = '/auth/v1/rs/login/credentials';
const REFRESH = '/auth/v1/rs/login/refresh';
const SWITCH = '/auth/v1/rs/login/switch';
const LOGOUT = '/auth/v1/rs/logout';
const USERS = '/api/v1/shared/users';
const ME = `${USERS}/me`;
const SESSIONS = `${ME}/sessions`;
const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let app: TestApp;
let other: Beside;
let home: Organization;
let elsewhere: Organization;

beforeAll(async () => {
  app = await TestApp.start();
  other = await startBeside(app);
  home = await app.given.organization();
  elsewhere = await app.given.organization({ name: 'Southern Crewing' });
});
afterEach(() => app.setNow(null));
afterAll(async () => {
  await other.close();
  await app.close();
});

const person = (role: Role, organization = home): Promise<Person> => app.given.person({ organization, role });
const bearer = (accessToken: string, url = app.url) => new HttpClient(url, { authorization: `Bearer ${accessToken}` });
const everywhere = (accessToken: string) => [bearer(accessToken), bearer(accessToken, other.url)];
const endReasons = async (sessionId: string) => {
  const statement = `select details->>'reason' as reason from audit_records where action = 'session.end' and target_id = $1`;
  return (await app.database.query<{ reason: string }[]>(statement, [sessionId])).map(({ reason }) => reason);
};

describe('in two processes on one database', () => {
  it('the reuse of an old refresh token ends the whole family in both', async () => {
    const first = await app.signIn(await person('crew-member'));
    const second = (await other.anonymous.post(REFRESH, { refreshToken: first.refreshToken })).body.data;
    const third = (await app.anonymous.post(REFRESH, { refreshToken: second.refreshToken })).body.data;
    expect((await bearer(third.accessToken, other.url).get(ME)).status).toBe(200);
    expectProblem(
      await other.anonymous.post(REFRESH, { refreshToken: first.refreshToken }),
      401,
      'refresh_token_invalid',
    );
    for (const { accessToken, refreshToken } of [first, second, third]) {
      for (const client of everywhere(accessToken)) expectProblem(await client.get(ME), 401, 'not_signed_in');
      for (const { anonymous } of [app, other]) {
        expectProblem(await anonymous.post(REFRESH, { refreshToken }), 401, 'refresh_token_invalid');
      }
    }
  });

  it('a sign-out takes effect on the next request in both', async () => {
    const { accessToken } = await app.signIn(await person('crew-member'));
    for (const client of everywhere(accessToken)) expect((await client.get(ME)).status).toBe(200);
    expect((await bearer(accessToken, other.url).post(LOGOUT)).status).toBe(204);
    for (const client of everywhere(accessToken)) expectProblem(await client.get(ME), 401, 'not_signed_in');
  });
});

describe('one’s own sessions', () => {
  it('are listed with where and when they were used last', async () => {
    const crew = await person('crew-member');
    const credentials = { email: crew.email, password: crew.password };
    const userAgent = `Console/1.0 ${'x'.repeat(300)}`;
    const { refreshToken } = (await app.anonymous.post(LOGIN, credentials, { 'user-agent': 'Phone/1.0' })).body.data;
    const { accessToken } = (await app.anonymous.post(LOGIN, credentials, { 'user-agent': userAgent })).body.data;
    const later = new Date(Date.now() + 60_000);
    app.setNow(later);
    await app.anonymous.post(REFRESH, { refreshToken }, { 'user-agent': 'Phone/1.1' });
    const answer = await bearer(accessToken).get(SESSIONS);
    expect(answer.status).toBe(200);
    const common = {
      id: expect.any(String),
      organizationId: home.id,
      createdAt: INSTANT,
      expiresAt: INSTANT,
      address: '127.0.0.1',
    };
    expect(answer.body).toEqual([
      { ...common, lastUsedAt: later.toISOString(), userAgent: 'Phone/1.1', isCurrent: false },
      { ...common, lastUsedAt: INSTANT, userAgent: userAgent.slice(0, 200), isCurrent: true },
    ]);
  });

  it('are ended one by one, at once and for good', async () => {
    const crew = await person('crew-member');
    const [here, there] = [await app.signIn(crew), await app.signIn(crew)];
    const listed = (await bearer(here.accessToken).get(SESSIONS)).body as { id: string; isCurrent: boolean }[];
    const { id } = listed.find(({ isCurrent }) => !isCurrent) ?? { id: '' };
    expect((await bearer(here.accessToken).delete(`${SESSIONS}/${id}`)).status).toBe(204);
    for (const client of everywhere(there.accessToken)) expectProblem(await client.get(ME), 401, 'not_signed_in');
    expectProblem(
      await app.anonymous.post(REFRESH, { refreshToken: there.refreshToken }),
      401,
      'refresh_token_invalid',
    );
    expect(await endReasons(id)).toEqual(['ended_by_person']);
    expectProblem(await bearer(here.accessToken).delete(`${SESSIONS}/${id}`), 404, 'session_not_found');
    expect((await bearer(here.accessToken).get(SESSIONS)).body).toHaveLength(1);
  });

  it('are nobody else’s to end', async () => {
    const [mine, theirs] = [await app.as(await person('admin')), await app.as(await person('crew-member'))];
    const [{ id }] = (await theirs.get(SESSIONS)).body;
    expectProblem(await mine.delete(`${SESSIONS}/${id}`), 404, 'session_not_found');
    expect((await theirs.get(ME)).status).toBe(200);
  });
});

describe('an admin', () => {
  it('sees the sessions of a person and ends one or all', async () => {
    const admin = await app.as(await person('admin'));
    const crew = await person('crew-member');
    const clients = [await app.as(crew), await app.as(crew), await app.as(crew)];
    const address = `${USERS}/${crew.uuid}/sessions`;
    const listed = (await admin.get(address)).body as { id: string; isCurrent: boolean }[];
    expect(listed).toHaveLength(3);
    expect(listed.every(({ isCurrent }) => !isCurrent)).toBe(true);
    const id = listed[0]?.id ?? '';
    expect((await admin.delete(`${address}/${id}`)).status).toBe(204);
    expect(await endReasons(id)).toEqual(['ended_by_admin']);
    expect((await admin.get(address)).body).toHaveLength(2);
    expect((await admin.delete(address)).status).toBe(204);
    for (const client of clients) expectProblem(await client.get(ME), 401, 'not_signed_in');
    expect((await admin.get(ME)).status).toBe(200);
  });

  it('neither sees nor ends the sessions that the person has in another organisation', async () => {
    const admin = await app.as(await person('admin'));
    const crew = await person('crew-member', elsewhere);
    const there = await app.as(crew);
    await app.given.membership(crew, home, 'crew-member');
    const [{ id }] = (await there.get(SESSIONS)).body;
    expect((await admin.get(`${USERS}/${crew.uuid}/sessions`)).body).toEqual([]);
    expectProblem(await admin.delete(`${USERS}/${crew.uuid}/sessions/${id}`), 404, 'session_not_found');
    expect((await admin.delete(`${USERS}/${crew.uuid}/sessions`)).status).toBe(204);
    expect((await there.get(ME)).status).toBe(200);
  });

  it('is the only one who may', async () => {
    const crew = await person('crew-member');
    for (const role of ['office-admin', 'office-employee', 'crew-member'] as const) {
      const client = await app.as(await person(role));
      expectProblem(await client.get(`${USERS}/${crew.uuid}/sessions`), 403, 'not_permitted');
      expectProblem(await client.delete(`${USERS}/${crew.uuid}/sessions`), 403, 'not_permitted');
    }
  });
});

describe('somebody with two organisations', () => {
  let crew: Person;
  beforeEach(async () => {
    crew = await person('crew-member');
    await app.given.membership(crew, elsewhere, 'office-employee');
  });

  it('sees both and switches; the session before ends', async () => {
    const before = await app.as(crew);
    expect((await before.get(`${ME}/memberships`)).body).toEqual([
      {
        organizationId: home.id,
        organizationUuid: home.uuid,
        organizationName: 'Northern Crewing',
        role: 'crew-member',
        lastLogin: INSTANT,
        isCurrent: true,
      },
      {
        organizationId: elsewhere.id,
        organizationUuid: elsewhere.uuid,
        organizationName: 'Southern Crewing',
        role: 'office-employee',
        lastLogin: null,
        isCurrent: false,
      },
    ]);
    const { id: old } = (await before.get(SESSIONS)).body[0];
    const answer = await before.post(SWITCH, { organizationId: elsewhere.id });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const after = bearer(answer.body.data.accessToken);
    expect((await after.get(`${ME}/session`)).body).toMatchObject({
      organizationId: elsewhere.id,
      role: 'office-employee',
    });
    expectProblem(await before.get(ME), 401, 'not_signed_in');
    expect(await endReasons(old)).toEqual(['switched']);
    const again = await app.anonymous.post(REFRESH, { refreshToken: answer.body.data.refreshToken });
    expect((await bearer(again.body.data.accessToken).get(`${ME}/session`)).body.organizationId).toBe(elsewhere.id);
  });

  it('cannot switch to an organisation that is not, or no longer, theirs', async () => {
    const client = await app.as(crew);
    const foreign = await app.given.organization({ name: 'Western Crewing' });
    const admin = await app.as(await person('admin', elsewhere));
    await admin.patch(`${USERS}/${crew.uuid}`, { state: 'deactivated' });
    for (const organizationId of [foreign.id, elsewhere.id, 999_999]) {
      expectProblem(await client.post(SWITCH, { organizationId }), 422, 'membership_not_found', 'organizationId');
    }
    expect((await client.get(ME)).status).toBe(200);
    expect((await client.get(`${ME}/memberships`)).body).toHaveLength(1);
  });

  it('gets one new session from many switches at once', async () => {
    const client = await app.as(crew);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => client.post(SWITCH, { organizationId: elsewhere.id })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401, 401, 401]);
  });
});
