import { randomBytes } from 'node:crypto';
import type { Role } from '#libs/auth';
import type { Organization } from '#libs/users';
import { emptyQueue } from '../support/empty-queue';
import type { Person } from '../support/given';
import { heldUp } from '../support/held-up';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { Mails, tokenIn } from '../support/mails';
import { committedDocument, type Route, routesOf } from '../support/openapi';
import { TestApp } from '../support/test-app';

const USERS = '/api/v1/shared/users';
const INVITATIONS = '/api/v1/shared/invitations';
const ACCEPT = '/auth/v1/rs/invitations/accept';
const LOOK_UP = '/auth/v1/rs/invitations/look-up';
const LOGIN = '/auth/v1/rs/login/credentials';
const ME = `${USERS}/me`;
const PASSWORD = 'another sentence nobody guesses';

let app: TestApp;
let home: Organization;
let away: Organization;
let admin: HttpClient;
let stranger: HttpClient;

beforeAll(async () => {
  app = await TestApp.start();
  home = await app.given.organization();
  away = await app.given.organization({ name: 'Southern Crewing' });
  admin = await app.as(await person('admin'));
  stranger = await app.as(await person('admin', away));
});
afterEach(() => app.setNow(null));
afterAll(() => app.close());

const person = (role: Role, organization = home): Promise<Person> => app.given.person({ organization, role });
const newcomer = (email = `${randomBytes(6).toString('hex')}@example.org`, role: Role = 'crew-member') => ({
  email,
  role,
  firstName: 'Zoé',
  lastName: 'Lemaître',
});
const mailedToken = async (email: string, count = 1) => tokenIn(await new Mails(app.dataDir).arrived(email, count));
const accept = (token: string, password?: string) => app.anonymous.post(ACCEPT, { token, password });
const signIn = (email: string, password: string) => app.anonymous.post(LOGIN, { email, password });
/** Everything that belongs to nobody's organisation, and what the organisation of the person keeps of them. */
const kept = async ({ email }: { email: string }) =>
  JSON.stringify([
    await app.database.query('select * from accounts where email = $1', [email]),
    await app.database.query('select * from memberships where email = $1 and organization_id = $2', [email, home.id]),
    await app.database.query(
      `select i.*, k.*, p.id from accounts a left join identities i on i.user_uuid = a.id
       left join known_addresses k on k.user_uuid = a.id left join password_resets p on p.user_uuid = a.id where a.email = $1`,
      [email],
    ),
  ]);
const withoutIds = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      ['id', 'userId', 'requestId', 'email', 'createdAt', 'updatedAt', 'expiresAt'].includes(key)
        ? typeof inner
        : inner,
    ),
  );

describe('a person whom staff create', () => {
  it('is on the roster at once, with both ids and papers of theirs, and all of it stays when they accept', async () => {
    const someone = newcomer();
    const created = await admin.post(USERS, someone);
    expect(created.body).toMatchObject({ ...someone, state: 'active', access: 'invited', lastLogin: null });
    const { id, userId } = created.body;
    const paper = await admin.post(`/api/v1/crew/users/${id}/certificates`, { certificateType: 'medical' });
    expect(paper.status).toBe(201);
    const token = await mailedToken(someone.email);
    const offer = await app.anonymous.post(LOOK_UP, { token });
    expect([offer.status, offer.body]).toEqual([
      200,
      { organizationName: home.name, email: someone.email, hasAccount: false },
    ]);
    expectProblem(await accept(token), 422, 'password_required', 'password');
    expect((await accept(token, PASSWORD)).status).toBe(204);
    const client = await app.as({ email: someone.email, password: PASSWORD });
    expect((await client.get(ME)).body).toMatchObject({ id, userId, access: 'active' });
    expect((await client.get(`/api/v1/crew/users/${id}/certificates`)).body).toMatchObject([{ id: paper.body.id }]);
  });

  it('cannot sign in, and is sent no link for a password, before the address is proved', async () => {
    const someone = newcomer();
    await admin.post(USERS, someone);
    await mailedToken(someone.email);
    expectProblem(await signIn(someone.email, PASSWORD), 401, 'credentials_invalid');
    await app.anonymous.post('/auth/v1/rs/password/forgot', { email: someone.email });
    await emptyQueue(app);
    expect(new Mails(app.dataDir).to(someone.email)).toHaveLength(1);
  });

  it('gets no password from anybody else', async () => {
    const answer = await admin.post(USERS, { ...newcomer(), password: 'a long sentence' });
    expectProblem(answer, 422, 'password_not_yours', 'password');
    expectProblem(await admin.post(INVITATIONS, { ...newcomer(), password: 'x' }), 400, 'invalid_request', 'password');
  });

  it('is shown without access once the invitation is withdrawn, and can be invited anew', async () => {
    const someone = newcomer();
    const { id } = (await admin.post(USERS, someone)).body;
    const { items } = (await admin.get(`${INVITATIONS}?search=${someone.email}`)).body;
    expect(items).toMatchObject([{ userId: id }]);
    expect((await admin.delete(`${INVITATIONS}/${items[0].id}`)).status).toBe(204);
    expect((await admin.get(`${USERS}/${id}`)).body).toMatchObject({ access: 'none', state: 'active' });
    const again = await admin.post(INVITATIONS, { ...someone, lastName: 'Legrand' });
    expect([again.status, again.body.userId, again.body.lastName]).toEqual([201, id, 'Legrand']);
    expect((await admin.get(`${USERS}/${id}`)).body).toMatchObject({ access: 'invited', lastName: 'Legrand' });
  });
});

describe('an account', () => {
  it('joins a second organisation by its own acceptance alone, and keeps its password', async () => {
    const crew = await person('crew-member');
    const client = await app.as(crew);
    const before = await kept(crew);
    const { body } = await stranger.post(USERS, newcomer(crew.email, 'office-employee'));
    expect(body.id).not.toBe(crew.uuid);
    expect(await kept(crew)).toBe(before);
    expect((await client.get(`${ME}/memberships`)).body).toHaveLength(1);
    const token = await mailedToken(crew.email);
    expect((await app.anonymous.post(LOOK_UP, { token })).body).toMatchObject({ hasAccount: true });
    expectProblem(await accept(token, PASSWORD), 409, 'account_exists');
    expect((await accept(token)).status).toBe(204);
    expect((await signIn(crew.email, PASSWORD)).status).toBe(401);
    const memberships = (await client.get(`${ME}/memberships`)).body as { organizationId: number; role: Role }[];
    expect(memberships.map(({ role }) => role).sort()).toEqual(['crew-member', 'office-employee']);
    const { data } = (await client.post('/auth/v1/rs/login/switch', { organizationId: away.id })).body;
    const there = await app.anonymous.get(ME, { authorization: `Bearer ${data.accessToken}` });
    expect(there.body).toMatchObject({ id: body.id, firstName: 'Zoé', role: 'office-employee' });
  });

  it('has a name for each organisation, which its office goes on keeping', async () => {
    const crew = await person('crew-member');
    const { id } = (await stranger.post(USERS, newcomer(crew.email))).body;
    await accept(await mailedToken(crew.email));
    expect((await admin.patch(`${USERS}/${crew.uuid}`, { lastName: 'Hansen' })).status).toBe(200);
    expect((await stranger.patch(`${USERS}/${id}`, { lastName: 'Olsen' })).status).toBe(200);
    expect((await admin.get(`${USERS}/${crew.uuid}`)).body.lastName).toBe('Hansen');
    expect((await stranger.get(`${USERS}/${id}`)).body.lastName).toBe('Olsen');
  });

  it('in two organisations is signed out of both by a password change, but for the session that asks', async () => {
    const crew = await person('crew-member');
    await stranger.post(USERS, newcomer(crew.email));
    await accept(await mailedToken(crew.email));
    const [asking, other] = [await app.as(crew), await app.as(crew)];
    const switched = await other.post('/auth/v1/rs/login/switch', { organizationId: away.id });
    const there = { authorization: `Bearer ${switched.body.data.accessToken}` };
    expect((await app.anonymous.get(ME, there)).status).toBe(200);
    const change = { currentPassword: crew.password, newPassword: PASSWORD };
    expect((await asking.post(`${ME}/password`, change)).status).toBe(204);
    expectProblem(await app.anonymous.get(ME, there), 401, 'not_signed_in');
    expect((await asking.get(ME)).status).toBe(200);
  });

  it('is made once when two organisations’ invitations are accepted at the same moment', async () => {
    for (let round = 0; round < 4; round++) {
      const someone = newcomer();
      const created = await Promise.all([admin.post(USERS, someone), stranger.post(USERS, someone)]);
      expect(created.map(({ status }) => status)).toEqual([201, 201]);
      await mailedToken(someone.email, 2);
      const tokens = new Mails(app.dataDir).to(someone.email).map(tokenIn);
      const answers = await Promise.all(tokens.map((token) => accept(token, PASSWORD)));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      const [left] = tokens.filter((_, index) => answers[index]?.status === 409);
      expect((await accept(left ?? '')).status).toBe(204);
      const client = await app.as({ email: someone.email, password: PASSWORD });
      expect((await client.get(`${ME}/memberships`)).body).toHaveLength(2);
    }
  });

  it('loses the open links for a new password when its password is changed', async () => {
    const crew = await person('crew-member');
    const client = await app.as(crew);
    await app.anonymous.post('/auth/v1/rs/password/forgot', { email: crew.email });
    const token = await mailedToken(crew.email);
    const change = { currentPassword: crew.password, newPassword: PASSWORD };
    expect((await client.post(`${ME}/password`, change)).status).toBe(204);
    const late = await app.anonymous.post('/auth/v1/rs/password/reset', { token, newPassword: 'yet another sentence' });
    expectProblem(late, 422, 'reset_token_invalid', 'token');
  });

  it('that a provider made gets no password by mail', async () => {
    const crew = await person('crew-member');
    await app.database.query('update accounts set password_hash = null where id = $1', [crew.uuid]);
    expect((await app.anonymous.post('/auth/v1/rs/password/forgot', { email: crew.email })).status).toBe(202);
    await emptyQueue(app);
    expect(new Mails(app.dataDir).to(crew.email)).toEqual([]);
  });

  it('that nobody has proved is taken over by whoever reads its mail, and by nobody who knows its password', async () => {
    const planted = await person('crew-member');
    const thief = await app.as(planted);
    await app.database.query('update accounts set proved_at = null where id = $1', [planted.uuid]);
    await stranger.post(USERS, newcomer(planted.email, 'office-admin'));
    const token = await mailedToken(planted.email);
    expect((await app.anonymous.post(LOOK_UP, { token })).body).toMatchObject({ hasAccount: false });
    expectProblem(await accept(token), 422, 'password_required', 'password');
    expect((await accept(token, PASSWORD)).status).toBe(204);
    expectProblem(await thief.get(ME), 401, 'not_signed_in');
    expect((await signIn(planted.email, planted.password)).status).toBe(401);
    expect((await signIn(planted.email, PASSWORD)).status).toBe(201);
  });
});

describe('whether an address has an account elsewhere', () => {
  let quiet: TestApp;
  beforeAll(async () => {
    quiet = await TestApp.start({ environment: { RUN_WORKER: 'false' } });
  });
  afterAll(() => quiet?.close());

  it('makes no difference to the answers, nor to what the product does for them', async () => {
    const [here, there] = [await quiet.given.organization(), await quiet.given.organization()];
    const staff = await quiet.as(await quiet.given.person({ organization: here, role: 'admin' }));
    for (const path of [USERS, INVITATIONS]) {
      const known = await quiet.given.person({ organization: there, role: 'crew-member' });
      const seen: { answer: unknown; statements: string[] }[] = [];
      for (const email of [known.email, newcomer().email]) {
        let answer: Answer | undefined;
        const statements = await quiet.statements(async () => {
          answer = await staff.post(path, newcomer(email));
        });
        expect(answer?.status).toBe(201);
        seen.push({ answer: withoutIds(answer?.body), statements });
      }
      expect(seen[0]?.statements.length).toBeGreaterThan(8);
      expect(seen[0]).toEqual(seen[1]);
    }
  });
});

describe('what tenants share', () => {
  const writing = routesOf(committedDocument()).filter(
    ({ method, operation }) => method !== 'GET' && operation.security.length > 0,
  );
  /** Bodies for routes that name somebody by address; all others name them in the path. */
  const exampleOf = ({ operation }: Route): Record<string, unknown> =>
    (operation.requestBody?.content['application/json']?.example as Record<string, unknown> | undefined) ?? {};

  it('is changed by no writing route that staff of another organisation use on somebody', async () => {
    const crew = await person('crew-member');
    await (await app.as(crew)).get(ME);
    const before = await kept(crew);
    const ids: Record<string, string> = { user_id: crew.uuid, userId: String(crew.id) };
    const named = writing.filter(
      (route) => /\{user_?id\}/i.test(route.path) || 'email' in exampleOf(route) || 'userId' in exampleOf(route),
    );
    expect(named.length).toBeGreaterThan(8);
    const answers: Record<string, number> = {};
    for (const route of named) {
      const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? crew.uuid);
      const { password: _password, ...body } = exampleOf(route);
      const content = { ...body, ...('email' in body ? { email: crew.email } : {}) };
      answers[route.name] = (await stranger.send(route.method, path, content)).status;
    }
    expect(await kept(crew)).toBe(before);
    expect((await (await app.as(crew)).get(`${ME}/memberships`)).body).toHaveLength(1);
    // The first that names an address puts somebody on the own roster; the next finds them there, all others find nobody.
    const done = Object.entries(answers).filter(([, status]) => status < 300);
    expect(done).toEqual([[`POST ${INVITATIONS}`, 201]]);
    expect(answers[`POST ${USERS}`]).toBe(409);
  });

  it('has no tenant: the table of accounts names none, and no route with a permission takes a password of somebody else', async () => {
    const columns = await app.database.query<{ name: string }[]>(
      `select column_name as name from information_schema.columns where table_name = 'accounts'`,
    );
    expect(columns.map(({ name }) => name)).not.toContain('organization_id');
    const document = committedDocument();
    const taking = writing.filter(({ operation }) => {
      const schema = operation.requestBody?.content['application/json']?.schema;
      const own = document.components.schemas[schema?.$ref?.split('/').at(-1) ?? ''] ?? schema;
      return Object.keys(own?.properties ?? {}).some((field) => /password/i.test(field));
    });
    const ofOthers = taking.map(({ name }) => name).filter((name) => !name.startsWith(`POST ${ME}/`));
    expect(ofOthers).toEqual([`POST ${USERS}`]);
    expect(taking.length).toBeGreaterThan(ofOthers.length);
    const refused = await admin.post(USERS, { ...newcomer(), password: 'a long sentence' });
    expectProblem(refused, 422, 'password_not_yours', 'password');
  });
});

describe('an invitation', () => {
  it('gives no more than whoever sent it may give when it is accepted', async () => {
    const host = await person('admin');
    const theirs = await app.as(host);
    const [boss, crew] = [newcomer(undefined, 'admin'), newcomer()];
    for (const someone of [boss, crew]) await theirs.post(INVITATIONS, someone);
    const tokens = [await mailedToken(boss.email), await mailedToken(crew.email)];
    await admin.patch(`${USERS}/${host.uuid}`, { role: 'office-employee' });
    expectProblem(await accept(tokens[0] ?? '', PASSWORD), 422, 'invitation_invalid', 'token');
    expectProblem(await app.anonymous.post(LOOK_UP, { token: tokens[0] }), 422, 'invitation_invalid', 'token');
    expect((await accept(tokens[1] ?? '', PASSWORD)).status).toBe(204);
    await admin.patch(`${USERS}/${host.uuid}`, { role: 'admin' });
    expect((await accept(tokens[0] ?? '', PASSWORD)).status).toBe(204);
  });

  it('gives nothing either when its sender loses the right while the acceptance waits', async () => {
    const host = await person('admin');
    const member = await person('crew-member', away);
    await (await app.as(host)).post(INVITATIONS, newcomer(member.email, 'admin'));
    const token = await mailedToken(member.email);
    const lock = 'select from accounts where id = $1 for update';
    const asked = await heldUp(app, lock, [member.uuid], async (waiting) => {
      const request = accept(token);
      await waiting(1);
      expect((await admin.patch(`${USERS}/${host.uuid}`, { role: 'office-employee' })).status).toBe(200);
      return { request };
    });
    expectProblem(await asked.request, 422, 'invitation_invalid', 'token');
    await admin.patch(`${USERS}/${host.uuid}`, { role: 'admin' });
    expect((await accept(token)).status).toBe(204);
  });

  it('of somebody who is a crew member by now gives nothing at all', async () => {
    const host = await person('office-employee');
    const someone = newcomer();
    await (await app.as(host)).post(INVITATIONS, someone);
    const token = await mailedToken(someone.email);
    await admin.patch(`${USERS}/${host.uuid}`, { role: 'crew-member' });
    expectProblem(await accept(token, PASSWORD), 422, 'invitation_invalid', 'token');
  });

  it('is displaced, sent again or withdrawn by nobody below the role it gives, and the trail says what took its place', async () => {
    const employee = await app.as(await person('office-employee'));
    const someone = newcomer(undefined, 'admin');
    const { body } = await admin.post(INVITATIONS, someone);
    expectProblem(
      await employee.post(INVITATIONS, { ...someone, role: 'crew-member' }),
      409,
      'invitation_of_higher_role',
    );
    expect((await admin.get(`${USERS}/${body.userId}`)).body.role).toBe('admin');
    const next = (await admin.post(INVITATIONS, { ...someone, role: 'office-admin' })).body;
    const records = await app.database.query(
      `select target_id, details from audit_records where action = 'invitation.withdraw' and target_id = $1`,
      [body.id],
    );
    expect(records).toEqual([{ target_id: body.id, details: expect.objectContaining({ replacedBy: next.id }) }]);
  });

  it('is one for an address and organisation, also when several are sent at the same moment', async () => {
    const someone = newcomer();
    // All three have begun, and none has put anybody on the roster.
    const sent = await heldUp(app, 'lock table users in exclusive mode', [], async (waiting) => {
      const requests = [1, 2, 3].map(() => admin.post(INVITATIONS, someone));
      await waiting(3);
      return requests;
    });
    const answers = await Promise.all(sent);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.userId)).size).toBe(1);
    const { items } = (await admin.get(`${INVITATIONS}?search=${someone.email}`)).body;
    expect(items).toHaveLength(1);
  });
});
