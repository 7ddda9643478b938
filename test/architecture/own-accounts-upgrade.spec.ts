import type { QueryRunner } from 'typeorm';
import { newId } from '#libs/common';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { expectProblem } from '../support/http';
import { TestApp } from '../support/test-app';

interface Listening {
  on(event: 'notice', listener: (notice: { message: string }) => void): void;
}

const ME = '/api/v1/shared/users/me';

/** A database of the version before with all that its rules let in. */
describe('the upgrade to accounts of their own', () => {
  let app: TestApp;
  let first: Organization;
  let second: Organization;
  const told: string[] = [];
  const people: Record<'proved' | 'unproved' | 'invited', Person> = {} as never;
  const invitations = { older: newId(), lower: newId(), open: newId(), ofMember: newId() };

  const migration = (name: string) => app.database.migrations.find((each) => each.name?.startsWith(name));
  const runner = async (): Promise<QueryRunner> => {
    const made = app.database.createQueryRunner();
    const client = (await made.connect()) as Listening;
    client.on('notice', ({ message }) => told.push(message));
    return made;
  };

  beforeAll(async () => {
    app = await TestApp.start({ environment: { RUN_WORKER: 'false' }, isTrailChecked: false });
    first = await app.given.organization();
    second = await app.given.organization({ name: 'Southern Crewing' });
    for (const name of ['proved', 'unproved', 'invited'] as const) {
      people[name] = await app.given.person({ organization: first, role: 'admin' });
    }
    await app.given.membership(people.proved, second, 'crew-member');
    await app.given.membership(people.unproved, second, 'admin');
    const old = await runner();
    // What came later refers to it.
    await migration('SecondFactor')?.down(old);
    await migration('OwnAccounts')?.down(old);
    // What the version before wrote by itself: a reset by mail, invitations side by side, one of a member, a key.
    const { proved } = people;
    await old.query(
      `insert into audit_records (id, organization_id, at, actor_kind, action, target_type, target_id, subject_user_uuid, details)
       values ($1, $2, now(), 'system', 'password.reset', 'user', $3, $4, '{}')`,
      [newId(), first.id, proved.uuid, proved.uuid],
    );
    const invite = (id: string, email: string, role: string) =>
      old.query(
        `insert into invitations (id, organization_id, email, first_name, last_name, role, invited_by_user_uuid, created_at, expires_at)
         values ($1, $2, $3, 'Zoé', 'Lemaître', $4, $5, now(), now() + interval '3 days')`,
        [id, first.id, email, role, proved.uuid],
      );
    await invite(invitations.older, 'zoe@example.org', 'office-admin');
    await invite(invitations.lower, 'zoe@example.org', 'crew-member');
    await invite(invitations.open, 'zoe@example.org', 'office-admin');
    await invite(invitations.ofMember, proved.email, 'crew-member');
    await old.query(
      `insert into users (uuid, email, first_name, last_name, created_at, updated_at)
       values ($1, 'api-key:' || $2, 'API key', 'Planning', now(), now())`,
      [newId(), newId()],
    );
    await migration('OwnAccounts')?.up(old);
    await migration('SecondFactor')?.up(old);
    await old.release();
  });
  afterAll(() => app.close());

  const membershipsOf = async (person: Person) =>
    ((await (await app.as(person)).get(`${ME}/memberships`)).body as { organizationId: number }[]).map(
      ({ organizationId }) => organizationId,
    );

  it('leaves people with their ids, names, passwords and organisations', async () => {
    const client = await app.as(people.proved);
    const { body } = await client.get(ME);
    expect(body).toMatchObject({ id: people.proved.uuid, userId: people.proved.id, firstName: 'Kari' });
    expect((await membershipsOf(people.proved)).sort()).toEqual([first.id, second.id].sort());
    const keys = await app.database.query(`select 1 from accounts where email like 'api-key:%'`);
    expect(keys).toEqual([]);
  });

  it('leaves an account that nobody has proved to the organisation that made it, and says where it lost its access', async () => {
    expect(await membershipsOf(people.unproved)).toEqual([first.id]);
    expect(told).toContain(
      `user ${people.unproved.uuid} has no access to organization ${second.id} any more: nobody proved the address; invite them`,
    );
    expect(told.find((line) => line.includes('accounts have an address that nobody proved'))).toMatch(/^2 accounts/);
    const boss = await app.as(await app.given.person({ organization: second, role: 'admin' }));
    const { body } = await boss.get(`/api/v1/shared/users/${people.unproved.uuid}`);
    expect(body).toMatchObject({ access: 'none', state: 'active', email: people.unproved.email });
    const again = { email: people.unproved.email, role: 'admin', firstName: 'Kari', lastName: 'Nordmann' };
    expect((await boss.post('/api/v1/shared/invitations', again)).body.userId).toBe(people.unproved.uuid);
  });

  it('puts who is invited on the roster, by the newest invitation of the highest role, and lists those it withdrew', async () => {
    const left = await app.database.query<{ id: string }[]>('select id from invitations where organization_id = $1', [
      first.id,
    ]);
    expect(left).toEqual([{ id: invitations.open }]);
    for (const id of [invitations.older, invitations.lower, invitations.ofMember]) {
      expect(told.filter((line) => line.startsWith(`invitation ${id} of organization ${first.id}`))).toHaveLength(1);
    }
    expect(told).toContain('1 people with open invitations are on the rosters now');
    const boss = await app.as(people.proved);
    const { data } = (await boss.post('/auth/v1/rs/login/switch', { organizationId: first.id })).body;
    const listed = await app.anonymous.get('/api/v1/shared/users?search=zoe@example.org', {
      authorization: `Bearer ${data?.accessToken ?? boss.headers['authorization']?.slice(7)}`,
    });
    expect(listed.body.items).toMatchObject([{ email: 'zoe@example.org', role: 'office-admin', access: 'invited' }]);
  });

  it('is survived by the version before: what it writes in the meantime is an account and a name here', async () => {
    const uuid = newId();
    const { database } = app;
    const [{ password_hash }] = await database.query<[{ password_hash: string }]>(
      'select password_hash from accounts where id = $1',
      [people.invited.uuid],
    );
    await database.query(
      `insert into users (uuid, email, first_name, last_name, password_hash, created_at, updated_at)
       values ($1, 'late@example.org', 'Late', 'Comer', $2, now(), now())`,
      [uuid, password_hash],
    );
    const join = (organization: Organization) =>
      database.query(
        `insert into memberships (id, organization_id, user_uuid, role, state, created_at, updated_at)
         values ($1, $2, $3, 'crew-member', 'active', now(), now())`,
        [newId(), organization.id, uuid],
      );
    await join(first);
    await join(second);
    const late = { ...people.invited, uuid, email: 'late@example.org' };
    expect(await membershipsOf(late)).toEqual([first.id]);
    await database.query(`update users set first_name = 'Later' where uuid = $1`, [uuid]);
    expect((await (await app.as(late)).get(ME)).body).toMatchObject({ firstName: 'Later', lastName: 'Comer' });
    // A new password of this version outlives a change of name by the version before.
    const client = await app.as(late);
    await client.post(`${ME}/password`, { currentPassword: late.password, newPassword: 'another long sentence' });
    await database.query(`update users set first_name = 'Latest' where uuid = $1`, [uuid]);
    const old = await app.anonymous.post('/auth/v1/rs/login/credentials', {
      email: late.email,
      password: late.password,
    });
    expectProblem(old, 401, 'credentials_invalid');
  });
});
