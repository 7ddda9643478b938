import { addDays, addMonths, dateIn, newId } from '#libs/common';
import { catalogueId } from '#libs/kinds';
import { Particulars, Vessel } from '#libs/particulars';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { created, ORIGINAL_SEEN } from '../support/papers';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const ZONE = 'Europe/Oslo';
const today = dateIn(ZONE, new Date());

const MEDICAL = {
  certificateType: 'medical',
  issuingAuthority: 'Dr. Hansen',
  certificateKindId: catalogueId('MED-STCW'),
};

/** Of everybody, so that ranks do not matter. */
const SET = {
  code: 'EVERYBODY',
  name: { en: 'Everybody' },
  scope: 'base',
  requirements: [
    { code: 'medical', level: 'mandatory', basis: 'statutory', need: { kind: 'MED-STCW' }, graceMonths: 3 },
    { code: 'book', level: 'mandatory', basis: 'company', need: { kind: 'ID-SB' } },
  ],
};

describe('fitness', () => {
  let app: TestApp;
  let organization: Organization;
  let asOffice: HttpClient;
  let asOtherOffice: HttpClient;
  let setId: string;

  beforeAll(async () => {
    app = await TestApp.start();
    ({ organization, client: asOffice } = await office());
    setId = created(await asOffice.post(`${CREW}/requirement-sets`, SET)).id;
    ({ client: asOtherOffice } = await office());
  });
  afterAll(() => app.close());
  afterEach(() => app.setNow(null));

  async function office(timeZone = ZONE): Promise<{ organization: Organization; client: HttpClient; admin: Person }> {
    const made = await app.given.organization({ timeZone });
    const admin = await app.given.person({ organization: made, role: 'office-admin' });
    return { organization: made, admin, client: await app.as(admin) };
  }
  const crew = (of = organization) => app.given.person({ organization: of, role: 'crew-member' });
  const certificate = async (person: Person, body: object): Promise<string> =>
    created(await (await app.as(person)).post(`${CREW}/users/me/certificates`, body)).id;
  const verify = async (id: string, by = asOffice, path = 'certificates') =>
    expect((await by.post(`${CREW}/${path}/${id}/verify`, ORIGINAL_SEEN)).status).toBe(200);
  const verified = async (person: Person, body: object, by = asOffice) => {
    const id = await certificate(person, body);
    await verify(id, by);
    return id;
  };
  const withBook = async (person: Person, by = asOffice) => {
    const book = { documentType: 'seamans_book', documentNumber: 'B1', issuingState: 'PHL', issueDate: '2024-01-10' };
    const made = created(await (await app.as(person)).post(`${CREW}/users/me/identity-documents`, book));
    await verify(made.id, by, 'identity-documents');
    return made.id as string;
  };
  const fitnessOf = async ({ uuid }: Person, query = '', by = asOffice) => {
    const answer = await by.get(`${CREW}/users/${uuid}/fitness${query}`);
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const itemOf = (fitness: { items: { requirement: { code: string } }[] }, code: string) =>
    fitness.items.find(({ requirement }) => requirement.code === code);
  const settled = async () => {
    const person = await crew();
    const medical = await verified(person, { ...MEDICAL, issueDate: addDays(today, -30) });
    await withBook(person);
    return { person, medical };
  };

  describe('of one person', () => {
    it('follows from the papers that were verified, and each requirement says which', async () => {
      const person = await crew();
      await withBook(person);
      expect(await fitnessOf(person)).toMatchObject({ state: 'not_fit', on: today, until: today, validUntil: null });
      const id = await certificate(person, { ...MEDICAL, issueDate: addDays(today, -30) });
      expect(itemOf(await fitnessOf(person), 'medical')).toMatchObject({ state: 'at_risk', reason: 'not_verified' });
      await verify(id);
      const until = addMonths(addDays(today, -30), 24);
      const fitness = await fitnessOf(person, '', await app.as(person));
      expect(fitness).toMatchObject({ state: 'fit', validUntil: until, startBy: addDays(until, -14) });
      expect(itemOf(fitness, 'medical')).toEqual({
        requirement: {
          setId,
          setCode: 'EVERYBODY',
          code: 'medical',
          name: { en: 'Seafarer medical certificate', fr: 'Certificat médical d’aptitude des gens de mer' },
          kinds: ['MED-STCW'],
          level: 'mandatory',
          basis: 'statutory',
        },
        state: 'fit',
        credential: { type: 'certificate', id },
        reason: null,
        condition: null,
        validUntil: until,
        startBy: addDays(until, -14),
      });
      expect(itemOf(fitness, 'book')).toMatchObject({
        state: 'fit',
        credential: { type: 'identity_document' },
        validUntil: null,
      });
    });

    it('takes one statement besides the session', async () => {
      const { person } = await settled();
      await fitnessOf(person);
      const statements = await app.statements(() => fitnessOf(person));
      expect(statements.filter((statement) => !/sessions/.test(statement))).toHaveLength(1);
    });

    it('says of a suspended one that it is, for as long as it is', async () => {
      const { person, medical } = await settled();
      const suspension = { from: addDays(today, -1), until: addDays(today, 1), reason: 'Asked for by the flag' };
      expect((await asOffice.patch(`${CREW}/certificates/${medical}`, { suspension })).status).toBe(200);
      expect(itemOf(await fitnessOf(person), 'medical')).toMatchObject({ state: 'not_fit', reason: 'suspended' });
      expect(itemOf(await fitnessOf(person, `?on=${addDays(today, 2)}`), 'medical')).toMatchObject({ state: 'fit' });
    });

    it('is about the ship that is asked for, or else their own', async () => {
      const { person } = await settled();
      const set = {
        code: 'TANKERS',
        name: { en: 'Tankers' },
        scope: 'ship',
        applies: [{ fact: 'type', in: ['oil_tanker'] }],
      };
      const need = { recognised: ['TK-AO'], provisional: true };
      const requirements = [
        {
          code: 'oil',
          level: 'mandatory',
          basis: 'statutory',
          need: { oneOf: [{ kind: 'TK-AO' }, { kind: 'TK-BOC' }] },
        },
        { code: 'oil-flag', level: 'mandatory', basis: 'flag', need },
      ];
      created(await asOffice.post(`${CREW}/requirement-sets`, { ...set, requirements }));
      const [tanker, cargo] = [await vessel('oil_tanker'), await vessel('cargo')];
      await particulars(person, { vesselId: cargo });
      expect(itemOf(await fitnessOf(person), 'oil')).toBeUndefined();
      expect(itemOf(await fitnessOf(person, `?vessel_id=${tanker}`), 'oil')).toMatchObject({
        state: 'not_fit',
        reason: 'missing',
      });
      await particulars(person, { vesselId: tanker });
      expect(itemOf(await fitnessOf(person), 'oil')).toMatchObject({ state: 'not_fit' });
      expect(itemOf(await fitnessOf(person, `?vessel_id=${cargo}`), 'oil')).toBeUndefined();
      const foreign = await vessel('cargo', await app.given.organization());
      expectProblem(
        await asOffice.get(`${CREW}/users/${person.uuid}/fitness?vessel_id=${foreign}`),
        422,
        'vessel_unknown',
      );
    });

    it.each([
      ['period_refused', `?on=${today}&until=${addDays(today, -1)}`, 'until'],
      ['period_refused', `?on=${today}&until=${addMonths(today, 37)}`, 'until'],
      ['period_refused', '?on=1800-01-01', 'on'],
      ['period_refused', '?as=on_board', 'since'],
      ['period_refused', `?as=on_board&since=${addDays(today, 1)}`, 'since'],
      ['period_refused', `?since=${today}`, 'since'],
      ['known_in_future', `?known_at=${addDays(today, 2)}T00:00:00Z`, 'known_at'],
    ])('is %s for %s', async (code, query, field) => {
      const answer = await asOffice.get(`${CREW}/users/${(await crew()).uuid}/fitness${query}`);
      expectProblem(answer, 422, code);
      expect(answer.body.errors[0].field).toBe(field);
    });

    it('is not there for anybody else, nor by a set of another organisation', async () => {
      const { person } = await settled();
      const colleague = await app.as(await crew());
      for (const client of [colleague, asOtherOffice]) {
        expectProblem(await client.get(`${CREW}/users/${person.uuid}/fitness`), 404, 'person_not_found');
      }
      const other = created(await asOtherOffice.post(`${CREW}/requirement-sets`, { ...SET, code: 'THEIRS' })).id;
      const query = `?requirement_set_id=${other}`;
      expectProblem(
        await asOffice.get(`${CREW}/users/${person.uuid}/fitness${query}`),
        404,
        'requirement_set_not_found',
      );
    });

    it('is of the day that it is for the organisation', async () => {
      // A moment still to come, whenever this runs: the token is of then.
      const end = addDays(dateIn('UTC', new Date()), 1);
      const evening = new Date(`${end}T20:00:00Z`);
      for (const [timeZone, day, state] of [
        ['Pacific/Auckland', addDays(end, 1), 'not_fit'],
        ['America/Los_Angeles', end, 'fit'],
      ] as const) {
        const { organization: there, client, admin } = await office(timeZone);
        const one = { ...SET, requirements: SET.requirements.slice(0, 1) };
        created(await client.post(`${CREW}/requirement-sets`, { ...one, effectiveFrom: '2000-01-01' }));
        const person = await crew(there);
        await verified(person, { ...MEDICAL, issueDate: addDays(end, -100), expiryDate: end }, client);
        app.setNow(evening);
        expect(await fitnessOf(person, '', await app.as(admin))).toMatchObject({ on: day, state });
        app.setNow(null);
      }
    });
  });

  describe('as it was known', () => {
    it('is what was answered then, after a decision was taken back, and after a file or date was changed', async () => {
      const { person, medical } = await settled();
      const before = new Date().toISOString();
      const answered = await fitnessOf(person);
      expect(answered.state).toBe('fit');
      expect((await asOffice.post(`${CREW}/certificates/${medical}/reopen`, { reason: 'Wrong page' })).status).toBe(
        200,
      );
      const change = { expiryDate: addDays(today, 10) };
      expect((await asOffice.patch(`${CREW}/certificates/${medical}`, change)).status).toBe(200);
      expect((await fitnessOf(person)).state).toBe('at_risk');
      expect(await fitnessOf(person, `?known_at=${before}`)).toEqual(answered);
    });

    it('knows nothing of what came later, and what was deleted since', async () => {
      const before = new Date().toISOString();
      const { person, medical } = await settled();
      expect(itemOf(await fitnessOf(person, `?known_at=${before}`), 'medical')).toMatchObject({ reason: 'missing' });
      const between = new Date().toISOString();
      expect((await asOffice.delete(`${CREW}/certificates/${medical}`)).status).toBe(204);
      expect(itemOf(await fitnessOf(person), 'medical')).toMatchObject({ reason: 'missing' });
      expect(itemOf(await fitnessOf(person, `?known_at=${between}`), 'medical')).toMatchObject({ state: 'fit' });
    });

    it('is by the sets and waivers of then', async () => {
      const { organization: there, client } = await office();
      const made = created(await client.post(`${CREW}/requirement-sets`, { ...SET, effectiveFrom: '2020-01-01' }));
      const person = await crew(there);
      await verified(person, { ...MEDICAL, issueDate: addDays(today, -30) }, client);
      const before = new Date().toISOString();
      const waiver = {
        requirementSetId: made.id,
        requirementCode: 'book',
        startsOn: today,
        endsOn: addDays(today, 5),
        reason: 'Lost',
      };
      created(await client.post(`${CREW}/users/${person.uuid}/waivers`, waiver));
      const between = new Date().toISOString();
      const requirements = SET.requirements.slice(0, 1);
      expect((await client.patch(`${CREW}/requirement-sets/${made.id}`, { requirements })).status).toBe(200);
      expect(await fitnessOf(person, '', client)).toMatchObject({ state: 'fit' });
      expect(await fitnessOf(person, `?known_at=${between}`, client)).toMatchObject({ state: 'fit_with_waiver' });
      expect(await fitnessOf(person, `?known_at=${before}`, client)).toMatchObject({ state: 'not_fit' });
    });
  });

  describe('of everybody', () => {
    let there: Organization;
    let client: HttpClient;
    let fit: Person[];
    let unfit: Person;

    beforeAll(async () => {
      ({ organization: there, client } = await office());
      created(await client.post(`${CREW}/requirement-sets`, { ...SET, requirements: SET.requirements.slice(0, 1) }));
      fit = [await crew(there), await crew(there), await crew(there)];
      for (const [index, person] of fit.entries()) {
        await verified(
          person,
          { ...MEDICAL, issueDate: addDays(today, -100), expiryDate: addDays(today, 20 + index) },
          client,
        );
      }
      unfit = await crew(there);
    });

    const list = async (query: string) => (await client.get(`${CREW}/fitness${query}`)).body;
    const idsOf = (items: { person: { id: string } }[]) => items.map(({ person }) => person.id);

    it('comes page by page, each once, with nobody of another organisation', async () => {
      const seen: string[] = [];
      let cursor = '';
      do {
        const page = await list(`?limit=2${cursor}`);
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...idsOf(page.items));
        cursor = page.hasMore ? `&cursor=${page.nextCursor}` : '';
      } while (cursor);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining([...fit, unfit].map(({ uuid }) => uuid)));
      expect(seen).toHaveLength(5); // with the office
    });

    it('can be asked for by state and by what ends before a day, and counted', async () => {
      expect(idsOf((await list('?state=fit')).items)).toEqual(fit.map(({ uuid }) => uuid));
      expect(await list(`?expiring_before=${addDays(today, 22)}&include_count=true&limit=1`)).toMatchObject({
        totalCount: 2,
        hasMore: true,
        items: [{ person: { id: fit[0]?.uuid } }],
      });
      expect((await list('?state=not_fit')).items).toHaveLength(2);
      expect((await list(`?state=fit&on=${addDays(today, 23)}`)).items).toEqual([]);
      expectProblem(await client.get(`${CREW}/fitness?cursor=bm9uZQ`), 400, 'invalid_cursor');
    });

    it('is checked in the order of the questions, for up to 500, and of strangers nothing is said', async () => {
      const ends = addDays(today, 20);
      const items = [
        { userId: unfit.uuid, on: today },
        { userId: fit[0]?.uuid, on: today, until: ends },
        { userId: fit[0]?.uuid, on: today, until: addDays(ends, 1) },
        { userId: newId(), on: today },
      ];
      const { body } = await client.post(`${CREW}/fitness/check`, { items });
      expect(body.map(({ userId }: { userId: string }) => userId)).toEqual(items.map(({ userId }) => userId));
      const states = body.map(({ fitness }: { fitness: { state: string } | null }) => fitness?.state ?? null);
      expect(states).toEqual(['not_fit', 'fit', 'not_fit', null]);
      const foreign = await asOffice.post(`${CREW}/fitness/check`, { items: items.slice(0, 1) });
      expect(foreign.body).toEqual([{ userId: unfit.uuid, fitness: null }]);
      const many = Array.from({ length: 501 }, () => items[0]);
      expectProblem(await client.post(`${CREW}/fitness/check`, { items: many }), 400, 'invalid_request');
      const wrong = await client.post(`${CREW}/fitness/check`, {
        items: [items[0], { ...items[0], until: '2020-01-01' }],
      });
      expect(wrong.body).toMatchObject({ code: 'period_refused', errors: [{ field: 'items.1.until' }] });
    });

    it('checks 500 in one statement', async () => {
      const items = Array.from({ length: 500 }, (_, index) => ({ userId: fit[index % 3]?.uuid, on: today }));
      const statements = await app.statements(async () => {
        expect((await client.post(`${CREW}/fitness/check`, { items })).body).toHaveLength(500);
      });
      expect(statements.filter((statement) => /particulars/.test(statement))).toHaveLength(1);
    });

    it('is foretold month by month, with what ends first', async () => {
      const { body } = await client.get(`${CREW}/fitness/forecast?months=3`);
      expect(body).toMatchObject({ today, people: 5, isWhole: true, notFit: 2 });
      expect(body.months.map(({ month }: { month: string }) => month)).toEqual(
        [0, 1, 2].map((n) => addMonths(`${today.slice(0, 7)}-01`, n).slice(0, 7)),
      );
      const sum = body.months.reduce((total: number, { people }: { people: number }) => total + people, 0);
      expect(sum).toBe(3);
      const causes = body.months.flatMap((month: { causes: { requirement: { code: string } }[] }) => month.causes);
      expect(causes.every(({ requirement }: { requirement: { code: string } }) => requirement.code === 'medical')).toBe(
        true,
      );
    });

    it('is for staff', async () => {
      const asCrew = await app.as(unfit);
      for (const path of ['fitness', 'fitness/forecast'])
        expect((await asCrew.get(`${CREW}/${path}`)).status).toBe(403);
      expect((await asCrew.post(`${CREW}/fitness/check`, { items: [{ userId: unfit.uuid, on: today }] })).status).toBe(
        403,
      );
    });
  });

  async function vessel(type: Vessel['type'], of = organization): Promise<string> {
    const id = newId();
    const unknown = { imo: null, flag: 'NOR', gt: null, kw: null, seaArea: null, ecdis: null, igf: null, isps: null };
    const now = new Date();
    await app.database.manager.insert(Vessel, {
      ...unknown,
      ...{ id, organizationId: of.id, name: `Vessel ${id}`, type, polar: null, manning: null, frb: null },
      ...{ createdAt: now, updatedAt: now },
    });
    return id;
  }

  async function particulars({ uuid, organizationId }: Person, given: Partial<Particulars>): Promise<void> {
    const now = new Date();
    const row = { organizationId, userUuid: uuid, createdAt: now, updatedAt: now, ...given };
    await app.database.manager.upsert(Particulars, row, ['organizationId', 'userUuid']);
  }
});
