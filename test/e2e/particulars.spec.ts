import { addDays, dateIn } from '#libs/common';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { expectProblem, HttpClient } from '../support/http';
import { created } from '../support/papers';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const VESSELS = `${CREW}/vessels`;
const UNSAID = {
  ...{ rank: null, department: null, vesselId: null, vesselName: null, duties: [], dateOfBirth: null },
  ...{ nationality: null, residenceState: null, joinedOn: null, employeeNumber: null, updatedAt: null },
};

describe('particulars and vessels', () => {
  let app: TestApp;
  let organization: Organization;
  let office: HttpClient;
  let boss: HttpClient;
  let elsewhere: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization({ timeZone: 'Asia/Manila' });
    office = await app.as(await app.given.person({ organization, role: 'office-employee' }));
    boss = await app.as(await app.given.person({ organization, role: 'office-admin' }));
    const other = await app.given.organization();
    elsewhere = await app.as(await app.given.person({ organization: other, role: 'admin' }));
  });
  afterAll(() => app.close());

  const crew = () => app.given.person({ organization, role: 'crew-member' });
  const at = ({ uuid }: Person) => `${CREW}/users/${uuid}/particulars`;
  let counter = 0;
  const vessel = async (facts: object = {}, by = boss) =>
    created(await by.post(VESSELS, { name: `Ship ${(counter += 1)}`, ...facts }));
  const changesOf = async (targetId: string) =>
    app.database.query<{ action: string; changes: Record<string, unknown> }[]>(
      'select action, changes from audit_records where target_id = $1 order by at, id',
      [targetId],
    );

  describe('particulars', () => {
    it('are all unsaid until the office says something, and then read by the office and the person', async () => {
      const person = await crew();
      const own = await app.as(person);
      const before = await own.get(`${CREW}/users/me/particulars`);
      expect(before.body).toEqual({ userId: person.uuid, ...UNSAID });
      const { id, name } = await vessel();
      const said = {
        ...{ rank: 'Chief Mate', department: 'Deck', vesselId: id, dateOfBirth: '1988-02-29', joinedOn: '2019-08-01' },
        ...{ nationality: 'ph', residenceState: 'NOR', employeeNumber: 'NC-0417', duties: ['lookout', 'muster'] },
      };
      const answer = await office.patch(at(person), said);
      const expected = {
        ...said,
        userId: person.uuid,
        vesselName: name,
        nationality: 'PHL',
        duties: ['muster', 'lookout'],
      };
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ ...expected, updatedAt: expect.any(String) });
      for (const client of [own, office]) {
        const read = await client.get(at(person));
        expect(read.body).toEqual(answer.body);
        expect(read.headers.get('etag')).toBe(answer.headers.get('etag'));
      }
      expect(before.headers.get('etag')).not.toBe(answer.headers.get('etag'));
    });

    it('keep what is not sent, lose what is null, and are not changed by what they say already', async () => {
      const person = await crew();
      const first = await office.patch(at(person), { rank: 'AB', department: 'Deck', duties: ['fuel'] });
      const second = await office.patch(at(person), { department: null });
      expect(second.body).toMatchObject({ rank: 'AB', department: null, duties: ['fuel'] });
      const third = await office.patch(at(person), { rank: 'AB', duties: ['fuel', 'fuel'] });
      expect(third.headers.get('etag')).toBe(second.headers.get('etag'));
      expect(third.body).toEqual(second.body);
      expect(first.headers.get('etag')).not.toBe(second.headers.get('etag'));
      expect(await changesOf(person.uuid)).toHaveLength(2);
    });

    it('that nothing was said of stay unsaid when nothing is said', async () => {
      const person = await crew();
      const { body } = await office.patch(at(person), { rank: null, duties: [] });
      expect(body).toEqual({ userId: person.uuid, ...UNSAID });
      expect(await app.database.query('select 1 from particulars where user_uuid = $1', [person.uuid])).toEqual([]);
    });

    it('leave a record of each change whose personal values can be erased', async () => {
      const person = await crew();
      const { id } = await vessel();
      await office.patch(at(person), { rank: 'Cook', dateOfBirth: '1990-01-01', vesselId: id });
      const [record] = await changesOf(person.uuid);
      expect(record).toEqual({
        action: 'particulars.update',
        changes: { rank: null, dateOfBirth: null, vesselId: { before: null, after: id } },
      });
      const values = await app.database.query(
        'select field, person_uuid as who, after from audit_personal_values where field in ($1, $2) and person_uuid = $3 order by field',
        ['rank', 'dateOfBirth', person.uuid],
      );
      expect(values).toEqual([
        { field: 'dateOfBirth', who: person.uuid, after: '1990-01-01' },
        { field: 'rank', who: person.uuid, after: 'Cook' },
      ]);
    });

    it('make the person known to fitness: with a rank it is no longer unknown what is asked', async () => {
      const person = await crew();
      const before = await office.get(`${CREW}/users/${person.uuid}/fitness`);
      expect(before.body.state).toBe('unknown');
      const ship = { type: 'cargo', flag: 'NOR', gt: 8200, kw: 5400, seaArea: 'A3', polar: 'none', manning: 14 };
      const { id } = await vessel({ ...ship, ecdis: true, igf: false, isps: true, frb: false });
      const known = { rank: 'Able seaman', vesselId: id, dateOfBirth: '1988-04-17', nationality: 'PHL' };
      await office.patch(at(person), { ...known, residenceState: 'PHL', department: 'Deck' });
      const after = await office.get(`${CREW}/users/${person.uuid}/fitness`);
      expect(after.body.state).toBe('not_fit');
      expect(after.body.items.map(({ reason }: { reason: string }) => reason)).toContain('missing');
    });

    it.each([
      ['vessel_unknown', 'vesselId', { vesselId: '0193a5c2-9999-7b1a-9c3d-2e8f6a4b1c0d' }],
      ['state_unknown', 'nationality', { nationality: 'ZZZ' }],
      ['state_unknown', 'residenceState', { residenceState: 'QQ' }],
      ['particulars_days_refused', 'dateOfBirth', { dateOfBirth: '1899-12-31' }],
      ['particulars_days_refused', 'joinedOn', { joinedOn: '2201-01-01' }],
      ['particulars_days_refused', 'joinedOn', { dateOfBirth: '1990-01-02', joinedOn: '1990-01-02' }],
    ])('are refused with %s for %s, and stay as they were', async (code, field, wrong) => {
      const person = await crew();
      const { body: before } = await office.patch(at(person), { rank: 'OS' });
      const answer = await office.patch(at(person), { rank: 'AB', ...wrong });
      expectProblem(answer, 422, code);
      expect(answer.body.errors[0].field).toBe(field);
      expect((await office.get(at(person))).body).toEqual(before);
    });

    it('have no date of birth in the future of the organisation, whatever day it is elsewhere', async () => {
      const person = await crew();
      // Seven in the evening in London, three in the morning in Manila.
      const day = addDays(dateIn('UTC', new Date()), 1);
      app.setNow(new Date(`${day}T19:00:00Z`));
      const manila = await app.as(await app.given.person({ organization, role: 'office-employee' }));
      const today = await manila.patch(at(person), { dateOfBirth: addDays(day, 1) });
      const tomorrow = await manila.patch(at(person), { dateOfBirth: addDays(day, 2) });
      app.setNow(null);
      expect(today.status).toBe(200);
      expectProblem(tomorrow, 422, 'particulars_days_refused');
    });

    it('name no vessel of another organisation', async () => {
      const { id } = await vessel({}, elsewhere);
      expectProblem(await office.patch(at(await crew()), { vesselId: id }), 422, 'vessel_unknown');
    });

    it('are changed by the office only, and read by nobody but it and the person', async () => {
      const [person, colleague] = [await crew(), await crew()];
      const own = await app.as(person);
      expectProblem(await own.patch(`${CREW}/users/me/particulars`, { rank: 'Master' }), 403, 'not_permitted');
      for (const client of [await app.as(colleague), elsewhere]) {
        expectProblem(await client.get(at(person)), 404, 'person_not_found');
      }
      expectProblem(await elsewhere.patch(at(person), { rank: 'Master' }), 404, 'person_not_found');
      expect((await office.get(at(person))).body.rank).toBeNull();
    });

    it('have an employee number that nobody else of the organisation has', async () => {
      const [one, two] = [await crew(), await crew()];
      expect((await office.patch(at(one), { employeeNumber: 'A-1' })).status).toBe(200);
      const answer = await office.patch(at(two), { employeeNumber: 'A-1', rank: 'AB' });
      expectProblem(answer, 409, 'employee_number_taken');
      expect(answer.body.errors[0].field).toBe('employeeNumber');
      expect((await office.get(at(two))).body).toMatchObject({ employeeNumber: null, rank: null });
    });

    it('are changed once by ten who have read the same, also when nothing had been said', async () => {
      const person = await crew();
      const tag = (await office.get(at(person))).headers.get('etag') as string;
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          office.patch(at(person), { rank: `Rank ${index}` }, { 'if-match': tag }),
        ),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const answer of answers.filter(({ status }) => status !== 200))
        expectProblem(answer, 412, 'changed_since_read');
      expect(await changesOf(person.uuid)).toHaveLength(1);
    });

    it('lose nothing when ten say different things at once', async () => {
      const person = await crew();
      const said = {
        rank: 'AB',
        department: 'Deck',
        employeeNumber: 'B-7',
        nationality: 'PHL',
        joinedOn: '2020-01-01',
      };
      await Promise.all(Object.entries(said).map(([field, value]) => office.patch(at(person), { [field]: value })));
      expect((await office.get(at(person))).body).toMatchObject(said);
    });
  });

  describe('a vessel', () => {
    it('is added with what is known of it, read, changed and removed', async () => {
      const facts = { name: 'Nordic Aurora', imo: '9074729', flag: 'no', type: 'cargo', gt: 8200, ecdis: false };
      const answer = await boss.post(VESSELS, facts);
      const added = created(answer);
      expect(added).toMatchObject({ ...facts, flag: 'NOR', kw: null, seaArea: null, polar: null, frb: null });
      expect((await office.get(`${VESSELS}/${added.id}`)).body).toEqual(added);
      const changed = await boss.patch(`${VESSELS}/${added.id}`, { kw: 5400, gt: null });
      expect(changed.body).toMatchObject({ ...facts, flag: 'NOR', kw: 5400, gt: null });
      const stale = { 'if-match': answer.headers.get('etag') as string };
      expectProblem(await boss.patch(`${VESSELS}/${added.id}`, { kw: 1 }, stale), 412, 'changed_since_read');
      expectProblem(await boss.delete(`${VESSELS}/${added.id}`, stale), 412, 'changed_since_read');
      const same = await boss.patch(`${VESSELS}/${added.id}`, { kw: 5400, flag: 'NO' });
      expect(same.body).toEqual(changed.body);
      expect((await boss.delete(`${VESSELS}/${added.id}`)).status).toBe(204);
      expectProblem(await boss.get(`${VESSELS}/${added.id}`), 404, 'vessel_not_found');
      const records = await changesOf(added.id);
      expect(records.map(({ action }) => action)).toEqual(['vessel.create', 'vessel.update', 'vessel.delete']);
      expect(records[1]?.changes).toEqual({
        kw: { before: null, after: '5400' },
        gt: { before: '8200', after: null },
      });
    });

    it.each([
      ['imo_number_wrong', 'imo', { imo: '9074728' }],
      ['state_unknown', 'flag', { flag: 'ZZZ' }],
    ])('is refused with %s for %s', async (code, field, wrong) => {
      const answer = await boss.post(VESSELS, { name: `Ship ${(counter += 1)}`, ...wrong });
      expectProblem(answer, 422, code);
      expect(answer.body.errors[0].field).toBe(field);
    });

    it('has a name and an IMO number that no other of the organisation has, also when two come at once', async () => {
      const answers = await Promise.all([1, 2, 3].map(() => boss.post(VESSELS, { name: 'Twin', imo: '9811000' })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
      const sameNumber = await boss.post(VESSELS, { name: 'Other', imo: '9811000' });
      expectProblem(sameNumber, 409, 'vessel_exists');
      expect(sameNumber.body.errors[0].field).toBe('imo');
      const { id } = await vessel();
      const renamed = await boss.patch(`${VESSELS}/${id}`, { name: 'Twin' });
      expectProblem(renamed, 409, 'vessel_exists');
      expect(renamed.body.errors[0].field).toBe('name');
      expect((await elsewhere.post(VESSELS, { name: 'Twin', imo: '9811000' })).status).toBe(201);
    });

    it('on which somebody works cannot be removed', async () => {
      const { id } = await vessel();
      const person = await crew();
      await office.patch(at(person), { vesselId: id });
      expectProblem(await boss.delete(`${VESSELS}/${id}`), 409, 'vessel_in_use');
      await office.patch(at(person), { vesselId: null });
      expect((await boss.delete(`${VESSELS}/${id}`)).status).toBe(204);
    });

    it('that is removed while somebody is put on it is on neither side half', async () => {
      for (let round = 0; round < 10; round += 1) {
        const { id } = await vessel();
        const person = await crew();
        const [removed, put] = await Promise.all([
          boss.delete(`${VESSELS}/${id}`),
          office.patch(at(person), { vesselId: id }),
        ]);
        if (put?.status === 200) expectProblem(removed, 409, 'vessel_in_use');
        else expectProblem(put, 422, 'vessel_unknown');
        expect([removed?.status, put?.status]).toContain(put?.status === 200 ? 409 : 204);
      }
    });

    it('is changed by an office admin, read by the office, and not there for another organisation', async () => {
      const { id } = await vessel();
      const sailor = await app.as(await crew());
      expectProblem(await sailor.get(VESSELS), 403, 'not_permitted');
      for (const answer of [
        await office.post(VESSELS, { name: 'Mine' }),
        await office.patch(`${VESSELS}/${id}`, { gt: 1 }),
        await office.delete(`${VESSELS}/${id}`),
      ]) {
        expectProblem(answer, 403, 'not_permitted');
      }
      for (const answer of [
        await elsewhere.get(`${VESSELS}/${id}`),
        await elsewhere.patch(`${VESSELS}/${id}`, { gt: 1 }),
        await elsewhere.delete(`${VESSELS}/${id}`),
      ]) {
        expectProblem(answer, 404, 'vessel_not_found');
      }
    });

    it('is found by part of its name or number, and one that nobody has named so is not', async () => {
      const { id } = await vessel({ name: 'Étoile 100%', imo: '9395044' });
      const found = async (text: string) =>
        (await office.get(`${VESSELS}?limit=1000&include_count=true&search=${encodeURIComponent(text)}`)).body;
      for (const text of ['étoile', '0%', '95044']) {
        const { items, totalCount } = await found(text);
        expect(items.map((item: { id: string }) => item.id)).toEqual([id]);
        expect(totalCount).toBe(1);
      }
      expect((await found('_toile')).items).toEqual([]);
    });

    it('list is not continued from a cursor that it did not make', async () => {
      const cursor = (...key: string[]) => Buffer.from(JSON.stringify(key)).toString('base64url');
      for (const wrong of [cursor('a\u0000b'), cursor('x'.repeat(101)), cursor('a', 'b'), 'x']) {
        expectProblem(await office.get(`${VESSELS}?cursor=${wrong}`), 400, 'invalid_cursor');
      }
    });
  });

  describe('a key', () => {
    it('reads and writes particulars and vessels by its scopes', async () => {
      const admin = await app.as(await app.given.person({ organization, role: 'admin' }));
      const person = await crew();
      const withScopes = async (...scopes: string[]) => {
        const { secret } = created(await admin.post('/api/v1/shared/api-keys', { name: 'Crewing', scopes }));
        return new HttpClient(app.url, { authorization: `Bearer ${secret}` });
      };
      const writer = await withScopes('particulars:read', 'particulars:write', 'vessels:read', 'vessels:write');
      const { id } = await vessel({}, writer);
      expect((await writer.patch(at(person), { vesselId: id })).body.vesselId).toBe(id);
      const reader = await withScopes('particulars:read', 'vessels:read');
      expect((await reader.get(at(person))).body.vesselId).toBe(id);
      expect((await reader.get(`${VESSELS}/${id}`)).status).toBe(200);
      expectProblem(await reader.patch(at(person), { rank: 'AB' }), 403, 'scope_missing');
      expectProblem(await reader.delete(`${VESSELS}/${id}`), 403, 'scope_missing');
    });
  });
});
