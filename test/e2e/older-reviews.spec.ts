import type { Organization } from '#libs/users';
import { recorded } from '../support/credential-kinds';
import type { Person } from '../support/given';
import type { HttpClient } from '../support/http';
import { created, diplomaUuid, ORIGINAL_SEEN } from '../support/papers';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const SHARED = '/api/v1/shared';
const RS = '/users-organizations/v1/rs';

interface Listening {
  on(event: 'notice', listener: (notice: { message: string }) => void): void;
  off(event: 'notice', listener: (notice: { message: string }) => void): void;
}

describe('reviews from before names and days were sent in', () => {
  let app: TestApp;
  let organization: Organization;
  let asAdmin: HttpClient;
  let told: string[];

  beforeAll(async () => {
    app = await TestApp.start({ environment: { RUN_WORKER: 'false' }, isTrailChecked: false });
    organization = await app.given.organization({ timeZone: 'Europe/Oslo' });
    asAdmin = await app.as(await app.given.person({ organization, role: 'admin' }));
  });
  afterAll(() => app.close());

  /** As the version before left it: the columns empty, and nothing of names or days in what was sent in. */
  async function upgrade(): Promise<void> {
    const runner = app.database.createQueryRunner();
    const client = (await runner.connect()) as Listening;
    told = [];
    const listen = ({ message }: { message: string }) => told.push(message);
    client.on('notice', listen);
    await runner.query(`
      alter table submissions disable trigger submissions_are_final;
      update submissions set snapshot = snapshot - 'holderName' - 'obtainedOn';
      alter table submissions enable trigger submissions_are_final;`);
    const migrations = ['ReviewedNames', 'OlderReviews'].map((prefix) =>
      app.database.migrations.find(({ name }) => name?.startsWith(prefix)),
    );
    await migrations[0]?.down(runner);
    for (const migration of migrations) await migration?.up(runner);
    client.off('notice', listen);
    await runner.release();
  }

  const someone = async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const client = await app.as(person);
    const { firstName, lastName } = (await client.get(`${SHARED}/users/me`)).body;
    return { person, client, name: `${firstName} ${lastName}` };
  };
  const rename = ({ client }: { client: HttpClient }, lastName: string) =>
    client.patch(`${SHARED}/users/me`, { lastName });
  const verified = async (owner: { person: Person; client: HttpClient }) => {
    const paper = await recorded(app, 'certificates', owner);
    await asAdmin.post(`${paper.path}/verify`, ORIGINAL_SEEN);
    return paper;
  };
  const verifiedName = async (path: string) => (await asAdmin.get(`${path}/verification`)).body.verifiedName;

  it('have the name that the trail tells, or none where it does not, and the upgrade says whose', async () => {
    const [same, renamed, erased, older] = [await someone(), await someone(), await someone(), await someone()];
    const papers = [await verified(same), await verified(renamed), await verified(erased), await verified(older)];
    const waiting = await recorded(app, 'certificates', renamed);
    for (const person of [renamed, erased, older]) await rename(person, 'Between');
    const later = await verified(renamed);
    for (const person of [renamed, erased, older]) await rename(person, 'Now');
    // An erasure takes the values; a version of long ago told neither values nor whom it concerned.
    await app.database.query('delete from audit_personal_values where person_uuid = $1', [erased.person.uuid]);
    await app.database.query(`alter table audit_records disable trigger user`);
    await app.database.query(
      `update audit_records set changes = '{}', subject_user_uuid = null where target_id = $1 and action = 'profile.update'`,
      [older.person.uuid],
    );
    await app.database.query(`alter table audit_records enable trigger user`);
    await upgrade();
    const names = await Promise.all([...papers, later].map(({ path }) => verifiedName(path)));
    expect(names).toEqual([same.name, renamed.name, null, null, 'Kari Between']);
    const [{ snapshot }] = (await asAdmin.get(`${waiting.path}/submissions`)).body;
    expect(snapshot.holderName).toBe(renamed.name);
    expect((await asAdmin.post(`${waiting.path}/verify`, ORIGINAL_SEEN)).body.verifiedName).toBe(renamed.name);
    const unknown = (uuid: string) => `person ${uuid}: under which name 1 papers were verified is not recorded`;
    expect(told.filter((text) => text.startsWith('person')).sort()).toEqual(
      [
        `person ${renamed.person.uuid}: 2 papers were verified under an earlier name`,
        unknown(erased.person.uuid),
        unknown(older.person.uuid),
      ].sort(),
    );
  });

  it('of diplomas show the title that was sent in, whatever it is called now', async () => {
    const { client } = await someone();
    const { id: titleId } = created(await asAdmin.post(`${RS}/titles`, { name: 'Able Seaman' }));
    const { diploma } = created(await client.post(`${RS}/users/me/diplomas`, { titleId }));
    const uuid = await diplomaUuid(app, diploma.id);
    await asAdmin.post(`${CREW}/diplomas/${uuid}/verify`, ORIGINAL_SEEN);
    await app.database.query(`update titles set name = 'Master Mariner' where id = $1`, [titleId]);
    // Where the file came after that, the queue had the earlier name.
    await app.database.query(`update verifications set subject = 'Deckhand' where target_id = $1`, [uuid]);
    await upgrade();
    const shown = [
      (await client.get(`${RS}/users/me/diplomas/${diploma.id}`)).body.diploma.title,
      (await asAdmin.get(`${CREW}/diplomas/${uuid}`)).body.title,
    ];
    expect(shown).toEqual(Array(2).fill({ id: titleId, name: 'Able Seaman' }));
    expect(told).toContain(`title ${titleId} was renamed: 1 diplomas show the name that they were sent in with`);
  });

  it('of diplomas keep the day that the console sent as its beginning, and their time as it was sent', async () => {
    const { client } = await someone();
    const { id: titleId } = created(await asAdmin.post(`${RS}/titles`, { name: 'Chief Mate' }));
    const day = async (obtainedAt: string) => {
      const { diploma } = created(await client.post(`${RS}/users/me/diplomas`, { titleId, obtainedAt }));
      return diplomaUuid(app, diploma.id);
    };
    const sent = ['2020-05-31T22:00:00.000Z', '2019-12-31T23:00:00.000Z', '2020-05-31T22:15:00.000Z'];
    const uuids = [];
    for (const obtainedAt of [...sent, '2020-06-01T00:00:00.000Z']) uuids.push(await day(obtainedAt));
    await upgrade();
    await asAdmin.patch(`${SHARED}/organization`, { timeZone: 'America/Los_Angeles' });
    const shown = await Promise.all(
      uuids.map(async (uuid) => {
        const { obtainedAt, obtainedOn } = (await asAdmin.get(`${CREW}/diplomas/${uuid}`)).body;
        const [{ snapshot }] = (await asAdmin.get(`${CREW}/diplomas/${uuid}/submissions`)).body;
        return [obtainedAt, obtainedOn, snapshot.obtainedAt, snapshot.obtainedOn];
      }),
    );
    // Of the others the day is the one that their time is written with, which nobody had to fill in.
    expect(shown).toEqual([
      [sent[0], '2020-06-01', sent[0], '2020-06-01'],
      [sent[1], '2020-01-01', sent[1], '2020-01-01'],
      [sent[2], '2020-05-31', sent[2], undefined],
      ['2020-06-01T00:00:00.000Z', '2020-06-01', '2020-06-01T00:00:00.000Z', undefined],
    ]);
    expect(told.slice(-2)).toEqual([
      '2 diplomas keep the day that their time began where the organisation is',
      '1 diplomas are of the day that their time is written with, and were shown as of another',
    ]);
    // Its day goes with the time that it was for.
    const { diplomaId } = (await asAdmin.get(`${CREW}/diplomas/${uuids[0]}`)).body;
    await client.patch(`${RS}/users/me/diplomas/${diplomaId}`, { obtainedAt: '2020-05-31T21:00:00.000Z' });
    expect((await asAdmin.get(`${CREW}/diplomas/${uuids[0]}`)).body.obtainedOn).toBe('2020-05-31');
  });

  it('are final as before', async () => {
    await upgrade();
    await expect(app.database.query(`update submissions set snapshot = '{}'`)).rejects.toThrow('never changed');
  });

  it('stay as they are where nothing of them is as it should be', async () => {
    const { person, client } = await someone();
    const paper = await verified({ person, client });
    await app.database.query(`update organizations set time_zone = 'Nowhere/At_All' where id = $1`, [organization.id]);
    await app.database.query(`update verifications set reviewed_at = null where target_id = $1`, [paper.id]);
    await app.database.query(
      `insert into diplomas (uuid, organization_id, user_uuid, title_id, verification_id, obtained_at, created_at, updated_at)
       select gen_random_uuid(), v.organization_id, v.user_uuid, t.id, v.id, '0001-01-01T00:00:00Z', now(), now()
       from verifications v, titles t where v.target_id = $1 limit 1`,
      [paper.id],
    );
    await upgrade();
    expect(await verifiedName(paper.path)).toMatch(/^Kari /);
  });
});
