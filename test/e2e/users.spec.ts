import { type Role, ROLES } from '#libs/auth';
import { Foundings } from '#libs/invitations';
import { type Organization, peopleMatch } from '#libs/users';
import type { Person } from '../support/given';
import { expectProblem, HttpClient } from '../support/http';
import { tokenIn } from '../support/mails';
import { TestApp } from '../support/test-app';

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const LOGIN = '/auth/v1/rs/login/credentials';
const REFRESH = '/auth/v1/rs/login/refresh';
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
afterAll(() => app.close());

const person = (role: Role, organization = home): Promise<Person> => app.given.person({ organization, role });
const bearer = (accessToken: string) => new HttpClient(app.url, { authorization: `Bearer ${accessToken}` });
const newUser = (email: string, role: Role = 'crew-member') => ({
  email,
  firstName: 'Ola',
  lastName: 'Hansen',
  role,
});
const actionsOn = async (targetId: string) => {
  const statement = 'select action from audit_records where target_id = $1 order by id';
  return (await app.database.query<{ action: string }[]>(statement, [targetId])).map(({ action }) => action);
};

describe('the own profile', () => {
  it('can be read and renamed by everybody', async () => {
    for (const role of ROLES) {
      const someone = await person(role);
      const client = await app.as(someone);
      expect((await client.patch(ME, { firstName: ' Åse ' })).status).toBe(200);
      expect((await client.get(ME)).body).toEqual({
        id: someone.uuid,
        userId: someone.id,
        email: someone.email,
        firstName: 'Åse',
        lastName: expect.stringMatching(/^Nordmann/),
        role,
        state: 'active',
        access: 'active',
        lastLogin: INSTANT,
        createdAt: INSTANT,
        updatedAt: INSTANT,
      });
    }
  });

  it.each([{ role: 'admin' }, { state: 'active' }, { email: 'a@example.org' }])('refuses %j', async (body) => {
    expectProblem(await admin.patch(ME, body), 403, 'field_forbidden', Object.keys(body)[0]);
  });

  it('gets a new password, which ends all other sessions', async () => {
    const crew = await person('crew-member');
    const [here, there] = [await app.as(crew), await app.as(crew)];
    const newPassword = 'another long sentence';
    const change = (currentPassword: string) => here.post(`${ME}/password`, { currentPassword, newPassword });
    expectProblem(await change('not the password'), 422, 'current_password_wrong', 'currentPassword');
    expect((await change(crew.password)).status).toBe(204);
    expect((await here.get(SESSION)).status).toBe(200);
    expectProblem(await there.get(SESSION), 401, 'not_signed_in');
    expectProblem(
      await app.anonymous.post(LOGIN, { email: crew.email, password: crew.password }),
      401,
      'credentials_invalid',
    );
    expect((await app.as({ ...crew, password: newPassword })).headers).toBeDefined();
    expect(await actionsOn(crew.uuid)).toEqual(['profile.update', 'session.refuse']);
  });
});

describe('the people of an organisation', () => {
  it('are created by staff, on the roster at once', async () => {
    const answer = await admin.post(USERS, newUser('Ola.Hansen@Example.org'));
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: UUID,
      userId: expect.any(Number),
      email: 'ola.hansen@example.org',
      firstName: 'Ola',
      lastName: 'Hansen',
      role: 'crew-member',
      state: 'active',
      access: 'invited',
      lastLogin: null,
      createdAt: INSTANT,
      updatedAt: INSTANT,
    });
    expect((await admin.get(`${USERS}/${answer.body.id}`)).body).toEqual(answer.body);
    expect((await actionsOn(answer.body.id)).sort()).toEqual(['membership.create', 'user.create']);
    expectProblem(await admin.post(USERS, newUser('ola.hansen@example.org')), 409, 'already_member');
  });

  it('are listed newest first, page by page, with filters', async () => {
    const organization = await app.given.organization();
    const client = await app.as(await person('admin', organization));
    const crew = [];
    for (let count = 0; count < 5; count++) crew.unshift((await person('crew-member', organization)).uuid);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await client.get(
        `${USERS}?limit=2&role=crew-member&include_count=true${cursor && `&cursor=${cursor}`}`,
      );
      expect(body).toMatchObject({ totalCount: 5, hasMore: body.nextCursor !== null });
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(crew);
    expect((await client.get(`${USERS}?state=deactivated`)).body).toEqual({
      items: [],
      nextCursor: null,
      hasMore: false,
      totalCount: null,
    });
    const found = await client.get(`${USERS}?search=KARI%20NORD&limit=100`);
    expect(found.body.items).toHaveLength(6);
    expect((await client.get(`${USERS}?search=%25`)).body.items).toEqual([]);
    expectProblem(await client.get(`${USERS}?cursor=abc`), 400, 'invalid_cursor');
    expectProblem(await client.get(`${USERS}?role=captain`), 400, 'invalid_request', 'role');
  });

  it('are not all read for somebody whom the statistics happen to know', async () => {
    const runner = app.database.createQueryRunner();
    await runner.startTransaction();
    try {
      await runner.manager.query(`
        with people as (
          insert into users (uuid, created_at, updated_at)
          select uuidv7(), now(), now() from generate_series(1, 8000) n returning uuid, id)
        insert into memberships (id, organization_id, user_uuid, email, first_name, last_name, role, state, created_at, updated_at)
        select uuidv7(), ${home.id}, uuid, 'many' || id || '@example.org', 'Kari', 'Nordmann' || md5(id::text), 'crew-member', 'active',
               now(), now() from people`);
      await runner.manager.query('analyze memberships');
      const [known] = await runner.manager.query<{ sample: string[] }[]>(
        `select histogram_bounds::text::text[] as sample from pg_stats where tablename = 'memberships_search_idx'`,
      );
      const email = known!.sample[50]!.split('\n')[1]!;
      const plan = await runner.manager.query<{ 'QUERY PLAN': string }[]>(
        `explain select m.id from memberships m join users u on u.uuid = m.user_uuid
         where m.organization_id = ${home.id} and ${peopleMatch('m', `'%${email}%'`)} order by m.id desc limit 11`,
      );
      expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('Bitmap Index Scan on memberships_search_idx');
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  });

  it('are closed to crew members', async () => {
    const crew = await person('crew-member');
    const client = await app.as(crew);
    expectProblem(await client.get(USERS), 403, 'not_permitted');
    expectProblem(await client.get(`${USERS}/${crew.uuid}`), 403, 'not_permitted');
    expectProblem(await client.post(USERS, newUser('x@example.org')), 403, 'not_permitted');
    expectProblem(await client.patch(`${USERS}/${crew.uuid}`, { role: 'admin' }), 403, 'not_permitted');
  });

  it('stay as they are, their revision too, when a change says what is so already', async () => {
    const crew = await person('crew-member');
    const client = await app.as(await person('admin'));
    const before = await client.get(`${USERS}/${crew.uuid}`);
    const { firstName, lastName, role, state } = before.body;
    const after = await client.patch(`${USERS}/${crew.uuid}`, { firstName, lastName, role, state });
    expect([after.status, after.body, after.headers.get('etag')]).toEqual([
      200,
      before.body,
      before.headers.get('etag'),
    ]);
    expect(
      (await client.get(`/api/v1/shared/audit?action=membership.update&target_id=${crew.uuid}`)).body.items,
    ).toEqual([]);
  });

  it('are unknown to another organisation', async () => {
    const foreign = await app.as(await person('admin', elsewhere));
    const crew = await person('crew-member');
    expectProblem(await foreign.get(`${USERS}/${crew.uuid}`), 404, 'person_not_found');
    expectProblem(await foreign.patch(`${USERS}/${crew.uuid}`, { firstName: 'X' }), 404, 'person_not_found');
    expectProblem(await foreign.get(`${USERS}/42`), 400, 'invalid_request', 'user_id');
    expect((await foreign.get(`${USERS}?search=${crew.email}`)).body.items).toEqual([]);
  });

  it('are signed out and kept out at once when deactivated', async () => {
    const crew = await person('crew-member');
    const { accessToken, refreshToken } = await app.signIn(crew);
    expect((await admin.patch(`${USERS}/${crew.uuid}`, { state: 'deactivated' })).body.state).toBe('deactivated');
    expectProblem(await bearer(accessToken).get(SESSION), 401, 'not_signed_in');
    expectProblem(await app.anonymous.post(REFRESH, { refreshToken }), 401, 'refresh_token_invalid');
    await admin.patch(`${USERS}/${crew.uuid}`, { state: 'active' });
    expectProblem(await bearer(accessToken).get(SESSION), 401, 'not_signed_in');
    await app.signIn(crew);
    expect(await actionsOn(crew.uuid)).toEqual(['membership.update', 'membership.update']);
  });

  it('get a new role, which counts on their next request', async () => {
    const crew = await person('crew-member');
    const client = await app.as(crew);
    expectProblem(await client.get(USERS), 403, 'not_permitted');
    await admin.patch(`${USERS}/${crew.uuid}`, { role: 'office-employee' });
    expect((await client.get(USERS)).status).toBe(200);
  });

  it('have no e-mail or password that staff could set', async () => {
    const crew = await person('crew-member');
    expectProblem(
      await admin.patch(`${USERS}/${crew.uuid}`, { email: 'a@example.org' }),
      403,
      'field_forbidden',
      'email',
    );
    expectProblem(
      await admin.patch(`${USERS}/${crew.uuid}`, { password: 'x'.repeat(9) }),
      403,
      'field_forbidden',
      'password',
    );
  });

  it.each(['office-employee', 'office-admin'] as const)(
    'keep an %s from reaching above their own role',
    async (role) => {
      const client = await app.as(await person(role));
      const above = await person('admin');
      const crew = await person('crew-member');
      expectProblem(await client.post(USERS, newUser('above@example.org', 'admin')), 403, 'field_forbidden', 'role');
      expectProblem(await client.patch(`${USERS}/${crew.uuid}`, { role: 'admin' }), 403, 'field_forbidden', 'role');
      expectProblem(await client.patch(`${USERS}/${above.uuid}`, { state: 'deactivated' }), 403, 'not_permitted');
      expect((await client.patch(`${USERS}/${crew.uuid}`, { role })).body.role).toBe(role);
    },
  );

  it('cannot demote or deactivate themselves', async () => {
    const someone = await person('office-admin');
    const client = await app.as(someone);
    for (const body of [{ role: 'crew-member' }, { state: 'deactivated' }]) {
      expectProblem(await client.patch(`${USERS}/${someone.uuid}`, body), 409, 'own_membership');
    }
  });

  it('keep one admin when two take the role from each other at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const organization = await app.given.organization();
      const [one, two] = [await person('admin', organization), await person('admin', organization)];
      const [first, second] = [await app.as(one), await app.as(two)];
      const answers = await Promise.all([
        first.patch(`${USERS}/${two.uuid}`, { role: 'office-admin' }),
        second.patch(`${USERS}/${one.uuid}`, { state: 'deactivated' }),
      ]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      // Whoever was too late is refused because of the last admin, or is no admin any more when the request arrives.
      expect([401, 403, 409]).toContain(answers.find(({ status }) => status !== 200)?.status);
    }
  });
});

describe('the settings of an organisation', () => {
  it('are read by staff and changed by admins', async () => {
    const settings = {
      name: 'Renamed',
      timeZone: 'Pacific/Auckland',
      language: 'fr',
      expiringSoonDays: 30,
      uploadQuotaBytes: 5_000_000_000,
      duplicatePolicy: 'refuse',
      reviewPolicy: 'two_people',
      requiresFileOrOriginal: false,
      requiresShownFile: false,
    };
    for (const role of ROLES) {
      const organization = await app.given.organization();
      const client = await app.as(await person(role, organization));
      const [read, changed] = [await client.get(ORGANIZATION), await client.patch(ORGANIZATION, settings)];
      if (role === 'crew-member') expectProblem(read, 403, 'not_permitted');
      else expect(read.body).toMatchObject({ id: organization.id, uuid: organization.uuid, name: 'Northern Crewing' });
      if (role !== 'admin') expectProblem(changed, 403, 'not_permitted');
      else
        expect(changed.body).toEqual({
          id: organization.id,
          uuid: organization.uuid,
          ...settings,
          isReviewPolicyChosen: true,
          createdAt: INSTANT,
          updatedAt: INSTANT,
        });
    }
  });

  it.each([
    { timeZone: 'Mars/Base' },
    { language: 'de' },
    { expiringSoonDays: 0 },
    { expiringSoonDays: 731 },
    { name: '' },
    { colour: 'red' },
  ])('refuse %j', async (body) => {
    expectProblem(await admin.patch(ORGANIZATION, body), 400, 'invalid_request', Object.keys(body)[0]);
  });
});

describe('a command', () => {
  it('makes the first organisation with its admin, or neither', async () => {
    const foundings = app.app.get(Foundings);
    const settings = { name: 'First', timeZone: 'Europe/Paris', language: 'fr' } as const;
    const admin = { email: 'First@example.org', firstName: 'Ola', lastName: 'Hansen' };
    const { link } = await foundings.found(settings, admin);
    const password = 'a long sentence';
    const accepted = await app.anonymous.post('/auth/v1/rs/invitations/accept', { token: tokenIn(link), password });
    expect(accepted.status).toBe(204);
    const client = await app.as({ email: 'first@example.org', password });
    expect((await client.get(ORGANIZATION)).body).toMatchObject(settings);
    const count = () => app.database.query('select count(*) as count from organizations');
    const before = await count();
    const nowhere = { ...settings, timeZone: 'Mars/Base' };
    await expect(foundings.found(nowhere, admin)).rejects.toThrow('IANA');
    expect(await count()).toEqual(before);
  });
});
