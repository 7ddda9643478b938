import { PERMISSIONS, type Role, ROLES } from '#libs/auth';
import { Jobs } from '#libs/jobs';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { heldUp } from '../support/held-up';
import { type Answer, expectProblem, HttpClient } from '../support/http';
import { Mails, tokenIn } from '../support/mails';
import { TestApp } from '../support/test-app';

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const LOGIN = '/auth/v1/rs/login/credentials';
const REFRESH = '/auth/v1/rs/login/refresh';
const LOGOUT = '/auth/v1/rs/logout';
const USERS = '/api/v1/shared/users';
const ME = `${USERS}/me`;
const SESSION = `${ME}/session`;
const ORGANIZATION = '/api/v1/shared/organization';

let app: TestApp;
let home: Organization;
let elsewhere: Organization;
let admin: HttpClient;

beforeAll(async () => {
  app = await TestApp.start();
  home = await app.given.organization();
  elsewhere = await app.given.organization({ name: 'Southern Crewing' });
  admin = await app.as(await person('admin'));
});
afterEach(() => app.setNow(null));
afterAll(() => app.close());

const person = (role: Role, organization = home): Promise<Person> => app.given.person({ organization, role });
const bearer = (accessToken: string) => new HttpClient(app.url, { authorization: `Bearer ${accessToken}` });
const actionsOn = async (targetId: string) => {
  const statement = 'select action from audit_records where target_id = $1 order by id';
  return (await app.database.query<{ action: string }[]>(statement, [targetId])).map(({ action }) => action);
};

describe('signing in', () => {
  it('answers three tokens, however the address is spelled', async () => {
    const { email, password } = await person('crew-member');
    const answer = await app.anonymous.post(LOGIN, { email: ` ${email.toUpperCase()} `, password });
    expect(answer.status).toBe(201);
    const token = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(answer.body).toEqual({ data: { accessToken: token, refreshToken: token, sessionToken: token } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const session = await bearer(answer.body.data.accessToken).get(SESSION);
    expect(await actionsOn(session.body.sessionId)).toEqual(['session.create']);
  });

  it('answers the same to an unknown address, a wrong password and a deactivated person', async () => {
    const crew = await person('crew-member');
    const gone = await person('crew-member');
    await admin.patch(`${USERS}/${gone.uuid}`, { state: 'deactivated' });
    const answers = await Promise.all([
      app.anonymous.post(LOGIN, { email: 'nobody@example.org', password: crew.password }),
      app.anonymous.post(LOGIN, { email: crew.email, password: 'not the password' }),
      app.anonymous.post(LOGIN, { email: gone.email, password: gone.password }),
    ]);
    for (const answer of answers) {
      expectProblem(answer, 401, 'credentials_invalid');
      expect({ ...answer.body, requestId: '' }).toEqual({ ...answers[0].body, requestId: '' });
    }
  });

  it.each([
    ['email', { email: 'no-address', password: 'long enough' }],
    ['email', { email: `${'a'.repeat(250)}@example.org`, password: 'long enough' }],
    ['password', { email: 'a@example.org', password: '12345' }],
    ['password', { email: 'a@example.org', password: 'x'.repeat(101) }],
    ['password', { email: 'a@example.org' }],
  ])('names a malformed %s', async (field, body) => {
    expectProblem(await app.anonymous.post(LOGIN, body), 400, 'invalid_request', field);
  });

  it('takes a person with two organisations to the one used last', async () => {
    const crew = await person('crew-member', elsewhere);
    await app.signIn(crew);
    await app.given.membership(crew, home, 'office-employee');
    expect((await (await app.as(crew)).get(SESSION)).body.organizationId).toBe(elsewhere.id);
    const other = await app.as(await person('admin', elsewhere));
    await other.patch(`${USERS}/${crew.uuid}`, { state: 'deactivated' });
    expect((await (await app.as(crew)).get(SESSION)).body.organizationId).toBe(home.id);
    await other.patch(`${USERS}/${crew.uuid}`, { state: 'active' });
    expect((await (await app.as(crew)).get(SESSION)).body.organizationId).toBe(home.id);
  });
});

describe('a session', () => {
  it.each(ROLES)('tells an %s who they are and what they may do', async (role) => {
    const someone = await person(role);
    const answer = await (await app.as(someone)).get(SESSION);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      userId: someone.uuid,
      id: someone.id,
      organizationId: home.id,
      organizationUuid: home.uuid,
      organizationName: home.name,
      timeZone: home.timeZone,
      language: home.language,
      sessionId: UUID,
      role,
      roles: [role],
      permissions: [...PERMISSIONS[role]].sort(),
      grantableRoles: role === 'crew-member' ? [] : ROLES.slice(ROLES.indexOf(role)),
      expiresAt: INSTANT,
    });
  });

  it('is over at once after signing out, for all three tokens', async () => {
    const { accessToken, sessionToken, refreshToken } = await app.signIn(await person('crew-member'));
    const { sessionId } = (await bearer(accessToken).get(SESSION)).body;
    expect((await bearer(accessToken).post(LOGOUT)).status).toBe(204);
    expectProblem(await bearer(accessToken).get(SESSION), 401, 'not_signed_in');
    const diplomas = '/users-organizations/v1/rs/users/me/diplomas';
    const both = await bearer(accessToken).get(diplomas, { 'x-session-token': sessionToken });
    expect(both.status).toBe(401);
    expectProblem(await app.anonymous.post(REFRESH, { refreshToken }), 401, 'refresh_token_invalid');
    expect((await actionsOn(sessionId)).sort()).toEqual(['session.create', 'session.end']);
  });

  it('ends when its time has come', async () => {
    const client = await app.as(await person('crew-member'));
    app.setNow(new Date(Date.now() + 31 * 86_400_000));
    expectProblem(await client.get(SESSION), 401, 'not_signed_in');
  });

  it('ends when nobody has used it for two weeks, as the trail says', async () => {
    const used = await app.signIn(await person('crew-member'));
    const unused = await app.signIn(await person('crew-member'));
    const refresh = (refreshToken: string) => app.anonymous.post('/auth/v1/rs/login/refresh', { refreshToken });
    app.setNow(new Date(Date.now() + 13 * 86_400_000));
    const renewed = await refresh(used.refreshToken);
    expect(renewed.status).toBe(201);
    app.setNow(new Date(Date.now() + 14 * 86_400_000));
    expectProblem(await refresh(unused.refreshToken), 401, 'refresh_token_invalid');
    expect((await refresh(renewed.body.data.refreshToken)).status).toBe(201);
    app.setNow(null);
    expectProblem(await bearer(unused.accessToken).get(SESSION), 401, 'not_signed_in');
    const ends = await app.database.query(`select 1 from audit_records where details->>'reason' = 'inactive'`);
    expect(ends).toHaveLength(1);
  });

  it('is forgotten 30 days after its end, and not before', async () => {
    const { accessToken } = await app.signIn(await person('crew-member'));
    const { sessionId } = (await bearer(accessToken).get(SESSION)).body;
    const kept = async (days: number) => {
      app.setNow(new Date(Date.now() + days * 86_400_000));
      await app.app.get(Jobs).byName.get('sessions-remove-expired')?.({});
      return (await app.database.query('select 1 from sessions where id = $1', [sessionId])).length;
    };
    expect(await kept(59)).toBe(1);
    expect(await kept(61)).toBe(0);
    // The sessions of the other tests are gone too.
    app.setNow(null);
    admin = await app.as(await person('admin'));
  });

  it('is closed to a caller without a token', async () => {
    for (const path of [SESSION, ME, USERS, ORGANIZATION]) {
      expectProblem(await app.anonymous.get(path), 401, 'not_signed_in');
    }
  });
});

describe('a sign-in that is under way', () => {
  const NEW_PASSWORD = 'another sentence nobody guesses';

  /** All that makes the old password worthless, and what it takes before. */
  const ENDS: Record<string, (crew: Person) => Promise<() => Promise<Answer>>> = {
    'the password is changed': async (crew) => {
      const client = await app.as(crew);
      const change = { currentPassword: crew.password, newPassword: NEW_PASSWORD };
      return () => client.post(`${ME}/password`, change);
    },
    'the password is reset': async ({ email }) => {
      await app.anonymous.post('/auth/v1/rs/password/forgot', { email });
      const token = tokenIn(await new Mails(app.dataDir).arrived(email));
      return () => app.anonymous.post('/auth/v1/rs/password/reset', { token, newPassword: NEW_PASSWORD });
    },
    'the person is deactivated': ({ uuid }) =>
      Promise.resolve(() => admin.patch(`${USERS}/${uuid}`, { state: 'deactivated' })),
  };

  it.each(Object.entries(ENDS))('leaves no session when %s before it is done', async (_, prepare) => {
    const crew = await person('crew-member');
    const end = await prepare(crew);
    const { email, password } = crew;
    // The password is right by then, and the last step waits for the membership.
    const lock = 'select 1 from memberships where user_uuid = $1 for no key update';
    const [signIn, ended] = await heldUp(app, lock, [crew.uuid], async (waiting) => {
      const signingIn = app.anonymous.post(LOGIN, { email, password });
      await waiting(1);
      const ending = end();
      // Either it is done at once, or it waits for the sign-in.
      await Promise.race([ending, waiting(2)]);
      return [signingIn, ending] as const;
    });
    expect((await ended).status).toBeLessThan(300);
    const { accessToken = 'none' } = (await signIn).body.data ?? {};
    expectProblem(await bearer(accessToken).get(SESSION), 401, 'not_signed_in');
  });

  it.each(Object.entries(ENDS))('is refused when %s after its password was looked at', async (what, prepare) => {
    const crew = await person('crew-member');
    const end = await prepare(crew);
    const { email, password } = crew;
    // Where the end of it waits the sign-in comes to wait behind it; with both rows held it could overtake.
    const row = what === 'the person is deactivated' ? 'm' : 'a';
    const lock = `select 1 from accounts a join memberships m on m.account_id = a.id where a.id = $1 for no key update of ${row}`;
    const [signIn, ended] = await heldUp(app, lock, [crew.uuid], async (waiting) => {
      const ending = end();
      await waiting(1);
      const signingIn = app.anonymous.post(LOGIN, { email, password });
      await Promise.race([signingIn, waiting(2)]);
      return [signingIn, ending] as const;
    });
    expect((await ended).status).toBeLessThan(300);
    expectProblem(await signIn, 401, 'credentials_invalid');
  });
});

describe('refreshing', () => {
  it('gives new tokens of the same session', async () => {
    const before = await app.signIn(await person('crew-member'));
    const answer = await app.anonymous.post(REFRESH, { refreshToken: before.refreshToken });
    expect(answer.status).toBe(201);
    const [old, fresh] = [
      await bearer(before.accessToken).get(SESSION),
      await bearer(answer.body.data.accessToken).get(SESSION),
    ];
    expect(fresh.body).toEqual(old.body);
  });

  it('takes no other token in place of the refresh token', async () => {
    const { accessToken, sessionToken } = await app.signIn(await person('crew-member'));
    for (const refreshToken of [accessToken, sessionToken, 'nonsense']) {
      expectProblem(await app.anonymous.post(REFRESH, { refreshToken }), 401, 'refresh_token_invalid');
    }
    expectProblem(await app.anonymous.post(REFRESH, {}), 400, 'invalid_request', 'refreshToken');
  });
});
