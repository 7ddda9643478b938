import { addDays, dateIn, newId } from '#libs/common';
import { catalogueId } from '#libs/kinds';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { created, ORIGINAL_SEEN, OWN_KIND } from '../support/papers';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const today = dateIn('Europe/Oslo', new Date());
const line = (code: string, said: object = {}) => ({
  ...{ kindId: catalogueId(code), capacity: null, limits: null, endsOn: null, issuedOn: null },
  ...said,
});

const MEDICAL = {
  certificateType: 'medical',
  issuingAuthority: 'Dr. Hansen',
  issueDate: '2026-01-10',
  certificateKindId: catalogueId('MED-STCW'),
};
const BASIC_SAFETY = {
  certificateType: 'stcw_basic_safety',
  certificateNumber: 'BST-1',
  issuingAuthority: 'Norwegian Maritime Authority',
  issueDate: '2024-05-02',
  expiryDate: '2029-05-01',
  certificateKindId: catalogueId('BST'),
};

describe('what a certificate proves', () => {
  let app: TestApp;
  let organization: Organization;
  let owner: Person;
  let asOwner: HttpClient;
  let asReviewer: HttpClient;
  let asOffice: HttpClient;
  let asStranger: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization();
    owner = await app.given.person({ organization, role: 'crew-member' });
    asOwner = await app.as(owner);
    asReviewer = await app.as(await app.given.person({ organization, role: 'office-employee' }));
    asOffice = await app.as(await app.given.person({ organization, role: 'office-admin' }));
    const elsewhere = await app.given.organization();
    asStranger = await app.as(await app.given.person({ organization: elsewhere, role: 'admin' }));
  });
  afterAll(() => app.close());

  const certificates = `${CREW}/users/me/certificates`;
  const record = async (body: object, client = asOwner) => created(await client.post(certificates, body));
  const read = async (id: string) => (await asOwner.get(`${CREW}/certificates/${id}`)).body;
  const snapshotOf = async (id: string) => {
    const { body } = await asOwner.get(`${CREW}/certificates/${id}/submissions`);
    return body[0].snapshot;
  };

  it('is what one of its kind usually does, unless it is said', async () => {
    const { id, lines } = await record(MEDICAL);
    expect(lines).toEqual([line('MED-STCW'), line('MED-COL')]);
    expect((await read(id)).lines).toEqual(lines);
    const { body } = await asOwner.get(certificates);
    expect(body.find((one: { id: string }) => one.id === id).lines).toEqual(lines);
    const basic = await record(BASIC_SAFETY);
    expect(basic.lines.map(({ kindId }: { kindId: string }) => kindId).sort()).toEqual(
      ['BST', 'BST-PST', 'BST-FPFF', 'BST-EFA', 'BST-PSSR'].map(catalogueId).sort(),
    );
    expect((await record({ certificateType: 'medical' })).lines).toBeNull();
  });

  it('is said line by line: capacity, limits, an end and a day of its own', async () => {
    const limits = { shipTypes: ['cargo'], area: 'near_coastal', minGt: 500, maxGt: 2999, notEcdis: true };
    const lines = [
      { kindId: catalogueId('COC-MAS'), capacity: 'Master', limits, endsOn: '2030-01-09' },
      { kindId: catalogueId('RO-GOC'), limits: { flag: null, notEcdis: false } },
    ];
    const deck = { ...BASIC_SAFETY, certificateType: 'deck_certificate', certificateKindId: catalogueId('COC-MAS') };
    const { id, lines: told } = await record({ ...deck, lines, issuingState: 'no' });
    const absent = { minKw: null, maxKw: null, flag: null, vesselImo: null, restriction: null };
    expect(told).toEqual([
      line('COC-MAS', { capacity: 'Master', limits: { ...limits, ...absent }, endsOn: '2030-01-09' }),
      line('RO-GOC'),
    ]);
    expect(await read(id)).toMatchObject({ lines: told, issuingState: 'NOR' });
  });

  it('is vouched for: a change goes back to review, the same again does not, and the snapshot has it', async () => {
    const { id, lines } = await record(MEDICAL);
    const path = `${CREW}/certificates/${id}`;
    expect((await asReviewer.post(`${path}/verify`, ORIGINAL_SEEN)).status).toBe(200);
    const same = await asOwner.patch(path, { lines, certificateKindId: MEDICAL.certificateKindId });
    expect(same.body.verification.status).toBe('verified');
    expect((await asOwner.patch(path, { lines: null })).body.verification.status).toBe('verified');
    const changed = await asOwner.patch(path, { lines: [{ ...lines[0], endsOn: '2027-01-09' }] });
    expect(changed.body.verification.status).toBe('pending');
    expect(await snapshotOf(id)).toMatchObject({
      certificateKindId: MEDICAL.certificateKindId,
      lines: [line('MED-STCW', { endsOn: '2027-01-09' })],
      renewsId: null,
    });
    expect((await asOwner.patch(path, { lines: null })).body.lines).toEqual(lines);
  });

  it('follows its kind: another kind has other lines, none has none', async () => {
    const { id } = await record(MEDICAL);
    const path = `${CREW}/certificates/${id}`;
    const other = await asOwner.patch(path, { certificateKindId: catalogueId('MED-YF') });
    expect(other.body.lines).toEqual([line('MED-YF')]);
    expect((await asOwner.patch(path, { certificateKindId: null })).body).toMatchObject({
      certificateKindId: null,
      lines: null,
    });
    expectProblem(await asOwner.patch(path, { lines: [line('MED-YF')] }), 422, 'lines_without_kind', 'lines');
  });

  it('takes the fields that its kind asks for, all told at once; one with the type alone is taken as ever', async () => {
    const bare = { certificateType: 'stcw_basic_safety', certificateKindId: BASIC_SAFETY.certificateKindId };
    const refused = await asOwner.post(certificates, bare);
    expectProblem(refused, 422, 'field_required');
    expect(refused.body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'certificateNumber',
      'issuingAuthority',
      'issueDate',
    ]);
    await record({ certificateType: 'stcw_basic_safety' });
    const { id } = await record(BASIC_SAFETY);
    const path = `${CREW}/certificates/${id}`;
    expectProblem(await asOwner.patch(path, { certificateNumber: null }), 422, 'field_required', 'certificateNumber');
    expect((await asOwner.patch(path, { notes: 'Kept in Bergen' })).status).toBe(200);
  });

  it('of a kind that asks for a file takes one, and papers from before it asked stay as they are', async () => {
    const kind = created(await asOffice.post(`${CREW}/certificate-kinds`, OWN_KIND));
    const paper = { certificateType: 'other', certificateKindId: kind.id };
    const { id } = await record(paper);
    const asked = await asOffice.patch(`${CREW}/certificate-kinds/${kind.id}`, { required: { file: true } });
    expect(asked.body.required.file).toBe(true);
    expectProblem(await asOwner.post(certificates, paper), 422, 'field_required', 'uploadId');
    expect((await asOwner.patch(`${CREW}/certificates/${id}`, { certificateNumber: '7' })).status).toBe(200);
    await asOffice.patch(`${CREW}/certificate-kinds/${kind.id}`, { isActive: false });
    expectProblem(await asOwner.post(certificates, paper), 422, 'kind_not_offered', 'certificateKindId');
    expect((await read(id)).certificateKindId).toBe(kind.id);
  });

  it('is of kinds that there are, for certificates, in this organisation', async () => {
    const foreign = created(await asStranger.post(`${CREW}/certificate-kinds`, { ...OWN_KIND, code: 'CO-FOREIGN' }));
    for (const certificateKindId of [newId(), foreign.id]) {
      const answer = await asOwner.post(certificates, { ...MEDICAL, certificateKindId });
      expectProblem(answer, 422, 'kind_unknown', 'certificateKindId');
      const lines = [line('MED-STCW'), line('MED-COL', { kindId: certificateKindId })];
      expectProblem(await asOwner.post(certificates, { ...MEDICAL, lines }), 422, 'kind_unknown', 'lines.1.kindId');
    }
    const passport = { ...MEDICAL, certificateKindId: catalogueId('ID-PASS') };
    expectProblem(await asOwner.post(certificates, passport), 422, 'kind_of_identity_document', 'certificateKindId');
  });

  it.each<[object, string, string]>([
    [{ courseDate: addDays(today, 2) }, 'issued_in_future', 'courseDate'],
    [{ courseDate: '1850-01-01' }, 'year_out_of_range', 'courseDate'],
    [{ lines: [line('MED-COL', { endsOn: '2026-01-09' })] }, 'line_dates_refused', 'lines.0.endsOn'],
    [{ lines: [line('MED-COL', { issuedOn: addDays(today, 2) })] }, 'issued_in_future', 'lines.0.issuedOn'],
    [{ lines: [line('MED-COL', { endsOn: '2300-01-01' })] }, 'year_out_of_range', 'lines.0.endsOn'],
    [{ extendedUntil: '2028-04-10' }, 'extension_incomplete', 'extendedBy'],
    [{ extendedBy: 'The flag' }, 'extension_incomplete', 'extendedUntil'],
    [
      { expiryDate: '2028-01-09', extendedUntil: '2028-01-09', extendedBy: 'The flag' },
      'extension_incomplete',
      'extendedUntil',
    ],
    [{ issuingState: 'ZZZ' }, 'issuing_state_unknown', 'issuingState'],
  ])('is refused with %j: %s', async (said, code, field) => {
    expectProblem(await asOwner.post(certificates, { ...MEDICAL, ...said }), 422, code, field);
  });

  it.each([
    { lines: [] },
    { lines: Array.from({ length: 13 }, () => line('MED-COL')) },
    { lines: [{}] },
    { lines: [7] },
    { lines: [line('MED-COL', { limits: { area: 'A9' } })] },
    { lines: [line('MED-COL', { limits: { vesselImo: '123' } })] },
    { certificateKindId: 'BST' },
  ])('is malformed with %j', async (said) => {
    expectProblem(await asOwner.post(certificates, { ...MEDICAL, ...said }), 400, 'invalid_request');
  });

  it('names certificates of the same person only: behind an endorsement, and as what it renews', async () => {
    const { id } = await record(MEDICAL);
    const colleague = await app.given.person({ organization, role: 'crew-member' });
    const theirs = created(await (await app.as(colleague)).post(certificates, MEDICAL));
    const foreign = created(await asStranger.post(certificates, MEDICAL));
    const later = { ...MEDICAL, issueDate: '2026-06-01' };
    expect((await record({ ...later, renewsId: id, endorsesId: id })).endorsesId).toBe(id);
    for (const other of [theirs.id, foreign.id, newId()]) {
      for (const field of ['renewsId', 'endorsesId']) {
        const answer = await asOwner.post(certificates, { ...later, [field]: other });
        expectProblem(answer, 422, 'certificate_unknown', field);
      }
    }
    const itself = await asOwner.patch(`${CREW}/certificates/${id}`, { renewsId: id });
    expectProblem(itself, 422, 'certificate_unknown', 'renewsId');
  });

  it('renews one of its kind that was issued before it', async () => {
    const { id } = await record(MEDICAL);
    const yellowFever = { ...MEDICAL, certificateKindId: catalogueId('MED-YF'), renewsId: id };
    expectProblem(await asOwner.post(certificates, yellowFever), 422, 'renews_another_kind', 'renewsId');
    const earlier = { ...MEDICAL, issueDate: '2025-01-01', renewsId: id };
    expectProblem(await asOwner.post(certificates, earlier), 422, 'renews_later_one', 'renewsId');
    const { id: later } = await record({ ...MEDICAL, issueDate: '2026-06-01', renewsId: id });
    const back = await asOwner.patch(`${CREW}/certificates/${later}`, { issueDate: '2025-12-31' });
    expectProblem(back, 422, 'renews_later_one', 'renewsId');
  });

  it('is suspended by staff, who do not review that, and never by whoever has it', async () => {
    const { id } = await record(MEDICAL);
    const path = `${CREW}/certificates/${id}`;
    expect((await asReviewer.post(`${path}/verify`, ORIGINAL_SEEN)).status).toBe(200);
    const suspension = { from: '2026-11-01', reason: 'Withdrawn pending an inquiry' };
    const before = (await asReviewer.get(path)).headers.get('etag');
    const answer = await asReviewer.patch(path, { suspension });
    expect(answer.body).toMatchObject({
      suspension: { ...suspension, until: null },
      verification: { status: 'verified' },
    });
    expect(answer.headers.get('etag')).not.toBe(before);
    for (const given of [null, suspension]) {
      expectProblem(await asOwner.patch(path, { suspension: given }), 403, 'field_forbidden', 'suspension');
    }
    const backwards = { suspension: { ...suspension, until: '2026-10-01' } };
    expectProblem(await asReviewer.patch(path, backwards), 422, 'suspension_backwards', 'suspension.until');
    expectProblem(await asOwner.post(certificates, { ...MEDICAL, suspension }), 403, 'field_forbidden', 'suspension');
    const own = created(await asReviewer.post(certificates, MEDICAL));
    const ofOwn = await asReviewer.patch(`${CREW}/certificates/${own.id}`, { suspension });
    expectProblem(ofOwn, 403, 'field_forbidden', 'suspension');
    expect((await asReviewer.patch(path, { suspension: null })).body.suspension).toBeNull();
  });
});
