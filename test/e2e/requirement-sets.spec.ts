import { addDays, dateIn } from '#libs/common';
import { catalogueId } from '#libs/kinds';
import { SHIPPED_LAYERS } from '#libs/requirements';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { created, ORIGINAL_SEEN, OWN_SET } from '../support/papers';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const SETS = `${CREW}/requirement-sets`;
const today = dateIn('Europe/Oslo', new Date());
const requirement = OWN_SET.requirements[0];

describe('what is asked of people', () => {
  let app: TestApp;
  let organization: Organization;
  let asOffice: HttpClient;
  let asEmployee: HttpClient;
  let asStranger: HttpClient;
  let counter = 0;
  const code = () => `SET-${(counter += 1)}`;
  const newSet = async (given: object = {}) =>
    created(await asOffice.post(SETS, { ...OWN_SET, code: code(), ...given }));

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization();
    asOffice = await app.as(await app.given.person({ organization, role: 'office-admin' }));
    asEmployee = await app.as(await app.given.person({ organization, role: 'office-employee' }));
    const elsewhere = await app.given.organization();
    asStranger = await app.as(await app.given.person({ organization: elsewhere, role: 'admin' }));
  });
  afterAll(() => app.close());

  it('comes with the product, by code, page by page, with where it can be read', async () => {
    const codes: string[] = [];
    let cursor = '';
    do {
      const { body } = await asStranger.get(`${SETS}?limit=7${cursor}`);
      codes.push(...body.items.map((set: { code: string }) => set.code));
      cursor = body.hasMore ? `&cursor=${body.nextCursor}` : '';
    } while (cursor);
    expect(codes).toEqual(SHIPPED_LAYERS.map(({ definition }) => definition.code).sort());
    const { body } = await asStranger.get(`${SETS}?search=BASE&include_count=true`);
    expect(body).toMatchObject({
      totalCount: 1,
      items: [{ code: 'BASE', origin: 'shipped', version: 0, effectiveFrom: null }],
    });
    expect(body.items[0].sources.length).toBeGreaterThan(0);
  });

  it('can be added to and changed, also what came with the product, and each change is in the trail', async () => {
    const set = await newSet();
    expect(set).toMatchObject({ origin: 'own', version: 1, isActive: true, effectiveFrom: today });
    const read = await asEmployee.get(`${SETS}/${set.id}`);
    expect(read.body).toEqual(set);
    const changed = await asOffice.patch(`${SETS}/${set.id}`, { notes: 'As of the contract' });
    expect(changed.body).toMatchObject({ version: 2, notes: 'As of the contract', requirements: set.requirements });
    const base = SHIPPED_LAYERS.find(({ definition }) => definition.code === 'PSSR-2026')?.id;
    const switchedOn = await asOffice.patch(`${SETS}/${base}`, { isActive: true });
    expect(switchedOn.body).toMatchObject({ origin: 'changed', version: 1, isActive: true });
    const { body } = await asStranger.get(`${SETS}/${base}`);
    expect(body).toMatchObject({ origin: 'shipped', isActive: false });
    const trail: { action: string }[] = await app.database.query(
      'select action from audit_records where target_id = any($1) order by at',
      [[set.id, base]],
    );
    expect(trail.map(({ action }) => action)).toEqual([
      'requirement-set.create',
      'requirement-set.update',
      'requirement-set.update',
    ]);
  });

  it('changes from a day on: what was asked before stays as it was', async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const set = await newSet();
    const next = addDays(today, 40);
    const change = {
      requirements: [{ ...requirement, code: 'background', need: { kind: 'BK-CHK' } }],
      effectiveFrom: next,
    };
    expect((await asOffice.patch(`${SETS}/${set.id}`, change)).body).toMatchObject({ effectiveFrom: next });
    const codesOn = async (on: string) => {
      const { body } = await asOffice.get(`${CREW}/users/${person.uuid}/fitness?on=${on}`);
      const asked = body.items.map(({ requirement: one }: { requirement: { setId: string; code: string } }) => one);
      return asked.filter(({ setId }: { setId: string }) => setId === set.id).map((one: { code: string }) => one.code);
    };
    expect(await codesOn(addDays(next, -1))).toEqual(['drug-test']);
    expect(await codesOn(next)).toEqual(['background']);
    expect(await codesOn(addDays(today, -1))).toEqual([]);
    expectProblem(await asOffice.patch(`${SETS}/${set.id}`, { effectiveFrom: today }), 422, 'effective_from_too_early');
  });

  it('is changed by who has read it as it is', async () => {
    const set = await newSet();
    const { headers } = await asOffice.get(`${SETS}/${set.id}`);
    const ifMatch = { 'if-match': String(headers.get('etag')) };
    expect((await asOffice.patch(`${SETS}/${set.id}`, { notes: '1' }, ifMatch)).status).toBe(200);
    expectProblem(await asOffice.patch(`${SETS}/${set.id}`, { notes: '2' }, ifMatch), 412, 'changed_since_read');
  });

  it('has one set of a code, however many make it at once', async () => {
    const body = { ...OWN_SET, code: code() };
    const answers = await Promise.all(Array.from({ length: 4 }, () => asOffice.post(SETS, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expectProblem(await asOffice.post(SETS, { ...OWN_SET, code: 'BASE' }), 409, 'requirement_set_exists');
  });

  it.each([
    ['a kind that is none', { need: { kind: 'NO-SUCH' } }, 'requirements.0.need.kind'],
    ['a need of two forms', { need: { kind: 'MED-DA', oneOf: [{ kind: 'MED-DA' }] } }, 'requirements.0.need'],
    ['a need of no form', { need: {} }, 'requirements.0.need'],
    ['more than there are', { need: { nOf: 2, of: [{ kind: 'MED-DA' }] } }, 'requirements.0.need.nOf'],
    ['recognition within', { need: { oneOf: [{ recognised: ['COC-MAS'] }] } }, 'requirements.0.need.oneOf.0'],
    [
      'needs in needs in needs',
      { need: { oneOf: [{ oneOf: [{ oneOf: [{ oneOf: [{ kind: 'MED-DA' }] }] }] }] } },
      'requirements.0.need.oneOf.0.oneOf.0.oneOf.0.oneOf.0',
    ],
    ['a fact in a form of another', { when: [{ fact: 'gt', in: ['3000'] }] }, 'requirements.0.when.0'],
    ['a condition of no form', { when: [{}] }, 'requirements.0.when.0'],
    ['a condition of two forms', { when: [{ ship: true, duties: ['cargo'] }] }, 'requirements.0.when.0'],
  ])('cannot be %s', async (_name, given, field) => {
    const answer = await asOffice.post(SETS, {
      ...OWN_SET,
      code: code(),
      requirements: [{ ...requirement, ...given }],
    });
    expectProblem(answer, 422, 'requirement_refused');
    expect(answer.body.errors[0].field).toBe(field);
  });

  it('cannot ask twice under one code, nor say of a kind that is none what covers it', async () => {
    const twice = await asOffice.post(SETS, { ...OWN_SET, code: code(), requirements: [requirement, requirement] });
    expect(twice.body.errors[0].field).toBe('requirements.1.code');
    const covers = [{ from: 'SEC-SSO', to: 'NO-SUCH' }];
    const cover = await asOffice.post(SETS, { ...OWN_SET, code: code(), covers });
    expect(cover.body.errors[0].field).toBe('covers.0.to');
  });

  it('is not for every role, and not there for another organisation', async () => {
    const set = await newSet();
    expect((await asEmployee.post(SETS, { ...OWN_SET, code: code() })).status).toBe(403);
    for (const answer of [
      await asStranger.get(`${SETS}/${set.id}`),
      await asStranger.patch(`${SETS}/${set.id}`, { notes: 'x' }),
    ]) {
      expectProblem(answer, 404, 'requirement_set_not_found');
    }
  });

  describe('a waiver', () => {
    let person: Person;
    let set: { id: string };
    const waiver = (given: object = {}) => ({
      requirementSetId: set.id,
      requirementCode: 'drug-test',
      startsOn: today,
      endsOn: addDays(today, 10),
      reason: 'The clinic is closed',
      ...given,
    });
    const post = (given: object = {}, by = asOffice) => by.post(`${CREW}/users/${person.uuid}/waivers`, waiver(given));
    const stateOf = async (itemCode: string, on = today) => {
      const { body } = await asOffice.get(`${CREW}/users/${person.uuid}/fitness?on=${on}&requirement_set_id=${set.id}`);
      return body.items.find(
        ({ requirement: one }: { requirement: { setId: string; code: string } }) =>
          one.setId === set.id && one.code === itemCode,
      );
    };

    beforeAll(async () => {
      const statutory = { ...requirement, code: 'survival', basis: 'statutory', need: { kind: 'BST-PST' } };
      const radio = { ...requirement, code: 'radio', basis: 'statutory', need: { kind: 'RO-GOC' } };
      set = await newSet({ requirements: [requirement, statutory, radio] });
    });
    beforeEach(async () => {
      person = await app.given.person({ organization, role: 'crew-member' });
    });

    it('lets somebody go without until its end, or until it is revoked', async () => {
      expect(await stateOf('drug-test')).toMatchObject({ state: 'not_fit', reason: 'missing' });
      const { id } = created(await post());
      const given = {
        state: 'fit_with_waiver',
        reason: 'missing',
        condition: 'waiver',
        validUntil: addDays(today, 10),
      };
      expect(await stateOf('drug-test')).toMatchObject(given);
      expect(await stateOf('drug-test', addDays(today, 11))).toMatchObject({ state: 'not_fit', condition: null });
      expect((await asOffice.delete(`${CREW}/waivers/${id}`)).status).toBe(204);
      expect(await stateOf('drug-test')).toMatchObject({ state: 'not_fit' });
      expectProblem(await asOffice.delete(`${CREW}/waivers/${id}`), 404, 'waiver_not_found');
      const { body } = await asEmployee.get(`${CREW}/users/${person.uuid}/waivers`);
      expect(body).toMatchObject([{ id, reason: 'The clinic is closed', revokedAt: expect.any(String) }]);
    });

    it('of what a convention asks for takes a verified dispensation for a named ship, never of radio operators', async () => {
      const statutory = { requirementCode: 'survival' };
      expectProblem(await post(statutory), 422, 'dispensation_needed');
      const limits = { vesselImo: '9074729' };
      const line = { kindId: catalogueId('FL-DISP'), limits };
      const dispensation = {
        ...{
          certificateType: 'flag_certificate',
          issuingAuthority: 'NMA',
          issueDate: today,
          expiryDate: addDays(today, 30),
        },
        ...{ certificateKindId: catalogueId('FL-DISP'), lines: [line] },
      };
      const record = async (body: object) =>
        created(await (await app.as(person)).post(`${CREW}/users/me/certificates`, body)).id as string;
      const dispensationId = await record(dispensation);
      expectProblem(await post({ ...statutory, dispensationId }), 422, 'dispensation_needed');
      expect((await asOffice.post(`${CREW}/certificates/${dispensationId}/verify`, ORIGINAL_SEEN)).status).toBe(200);
      expectProblem(await post({ requirementCode: 'radio', dispensationId }), 422, 'never_dispensed');
      expectProblem(
        await post({ ...statutory, dispensationId, endsOn: addDays(today, 200) }),
        422,
        'waiver_days_refused',
      );
      created(await post({ ...statutory, dispensationId }));
      const unnamed = await record({ ...dispensation, lines: [{ kindId: catalogueId('FL-DISP') }] });
      expect((await asOffice.post(`${CREW}/certificates/${unnamed}/verify`, ORIGINAL_SEEN)).status).toBe(200);
      expectProblem(await post({ ...statutory, dispensationId: unnamed }), 422, 'dispensation_needed');
      // Nobody knows on which ship.
      expect(await stateOf('survival')).toMatchObject({ state: 'not_fit' });
    });

    it.each([
      ['waiver_days_refused', { endsOn: addDays(today, -1), startsOn: addDays(today, -9) }, 'endsOn'],
      ['waiver_days_refused', { startsOn: addDays(today, 11) }, 'endsOn'],
      ['waiver_days_refused', { endsOn: addDays(today, 900) }, 'endsOn'],
      ['waiver_days_refused', { startsOn: '1800-01-01' }, 'startsOn'],
      ['requirement_unknown', { requirementCode: 'no-such' }, 'requirementCode'],
    ])('is %s with %j', async (problem, given, field) => {
      const answer = await post(given);
      expectProblem(answer, 422, problem);
      expect(answer.body.errors[0].field).toBe(field);
    });

    it('is given by whoever may, to others, of their own organisation', async () => {
      expect((await post({}, asEmployee)).status).toBe(403);
      expectProblem(await post({}, asStranger), 404, 'person_not_found');
      const admin = await app.given.person({ organization, role: 'admin' });
      expectProblem(await (await app.as(admin)).post(`${CREW}/users/me/waivers`, waiver()), 403, 'own_waiver');
      const { id } = created(await post());
      expectProblem(await asStranger.delete(`${CREW}/waivers/${id}`), 404, 'waiver_not_found');
    });
  });
});
