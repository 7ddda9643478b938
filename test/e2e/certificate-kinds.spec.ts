import { CATALOGUE, catalogueId, Kinds } from '#libs/kinds';
import type { Organization } from '#libs/users';
import { expectProblem, type HttpClient } from '../support/http';
import { created, OWN_KIND } from '../support/papers';
import { TestApp } from '../support/test-app';

const KINDS = '/api/v1/crew/certificate-kinds';
const MEDICAL = `${KINDS}/${catalogueId('MED-STCW')}`;

describe('kinds of papers', () => {
  let app: TestApp;
  let organization: Organization;
  let asCrew: HttpClient;
  let asEmployee: HttpClient;
  let asOffice: HttpClient;
  let asStranger: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    organization = await app.given.organization();
    const as = async (role: 'crew-member' | 'office-employee' | 'office-admin') =>
      app.as(await app.given.person({ organization, role }));
    [asCrew, asEmployee, asOffice] = [await as('crew-member'), await as('office-employee'), await as('office-admin')];
    const elsewhere = await app.given.organization();
    asStranger = await app.as(await app.given.person({ organization: elsewhere, role: 'admin' }));
  });

  const codes = async (client: HttpClient, query: string): Promise<string[]> => {
    const { status, body } = await client.get(`${KINDS}?limit=1000&${query}`);
    expect(status).toBe(200);
    return body.items.map(({ code }: { code: string }) => code);
  };
  const trail = async (id: string) =>
    app.database.query<{ action: string; changes: Record<string, unknown> }[]>(
      `select action, changes from audit_records where target_type = 'certificate_kind' and target_id = $1 and organization_id = $2
       order by id`,
      [id, organization.id],
    );

  it('come with the product: everybody reads the catalogue, each row with its sources', async () => {
    const { body } = await asCrew.get(`${KINDS}?limit=1000&include_count=true`);
    expect(body).toMatchObject({ hasMore: false, nextCursor: null, totalCount: CATALOGUE.length });
    const medical = body.items.find(({ code }: { code: string }) => code === 'MED-STCW');
    expect(medical).toMatchObject({
      id: catalogueId('MED-STCW'),
      origin: 'catalogue',
      version: 0,
      credential: 'certificate',
      certificateType: 'medical',
      documentType: null,
      validity: { rule: 'issue_plus', months: 24, base: 'issue', underAge: 18, underMonths: 12, cuts: true },
      required: { number: false, authority: true, issueDate: true, expiryDate: false, file: false },
      lines: ['MED-COL'],
      basis: 'sourced',
      regulation: 'STCW I/9, MLC A1.2',
    });
    expect((await asCrew.get(MEDICAL)).body).toEqual(medical);
  });

  it('are found by words of their names in any language, however written, and by code', async () => {
    expect(await codes(asCrew, 'search=secourisme%20ELEMENTAIRE')).toEqual(['BST-EFA']);
    expect(await codes(asCrew, 'search=gmdss')).toEqual(['RO-GOC', 'RO-ROC']);
    expect(await codes(asCrew, 'search=coc-mas3')).toEqual(['COC-MAS3']);
    expect(await codes(asCrew, 'certificate_type=gmdss_endorsement')).toEqual(['RO-GOC', 'RO-ROC']);
    expect(await codes(asCrew, 'credential=identity_document')).toHaveLength(4);
    expect(await codes(asCrew, 'search=nothing-of-the-kind')).toEqual([]);
  });

  it('are listed page by page in the order of their names in the language asked for, none twice, none left out', async () => {
    for (const language of ['en', 'fr'] as const) {
      const names: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const next: string = cursor && `&cursor=${cursor}`;
        const { body } = await asCrew.get(`${KINDS}?limit=20&language=${language}${next}`);
        names.push(...body.items.map(({ name }: { name: Record<string, string> }) => name[language]));
        cursor = body.nextCursor;
      }
      expect(names).toHaveLength(CATALOGUE.length);
      expect(names).toEqual([...names].sort(new Intl.Collator(language).compare));
      expect(names).toContain(language === 'fr' ? 'Passeport' : 'Passport');
    }
    expectProblem(await asCrew.get(`${KINDS}?cursor=abc`), 400, 'invalid_cursor');
  });

  it('of an organisation are its own: another one has neither them nor what was made of the catalogue', async () => {
    const own = created(await asOffice.post(KINDS, OWN_KIND));
    expect(own).toMatchObject({ code: 'CO-INDUCT', origin: 'own', version: 1, isActive: true, basis: 'knowledge' });
    expect(await codes(asCrew, 'search=induct')).toEqual(['CO-INDUCT']);
    expect((await asOffice.patch(MEDICAL, { leadTimeDays: 30 })).status).toBe(200);
    expect((await asStranger.get(MEDICAL)).body).toMatchObject({ origin: 'catalogue', leadTimeDays: 14 });
    expect(await codes(asStranger, 'search=induct')).toEqual([]);
    expectProblem(await asStranger.get(`${KINDS}/${own.id}`), 404, 'kind_not_found');
    expectProblem(await asStranger.patch(`${KINDS}/${own.id}`, { notes: 'x' }), 404, 'kind_not_found');
    // The same code is free there.
    created(await asStranger.post(KINDS, OWN_KIND));
  });

  it('are changed by the office admin only', async () => {
    for (const client of [asCrew, asEmployee]) {
      expectProblem(await client.post(KINDS, OWN_KIND), 403, 'not_permitted');
      expectProblem(await client.patch(MEDICAL, { notes: 'x' }), 403, 'not_permitted');
    }
  });

  it('change as a new version under If-Match, with a record of what was and is', async () => {
    const before = await asOffice.get(MEDICAL);
    const ifMatch = { 'if-match': before.headers.get('etag') ?? '' };
    const change = { validity: { rule: 'issue_plus', months: 12, cuts: true }, notes: null };
    const answer = await asOffice.patch(MEDICAL, change, ifMatch);
    expect(answer.body).toMatchObject({ origin: 'changed', version: 1, notes: null });
    expect(answer.body.validity).toMatchObject({ months: 12, underAge: null });
    expect(answer.body.name).toEqual(before.body.name);
    expectProblem(await asOffice.patch(MEDICAL, { notes: 'late' }, ifMatch), 412, 'changed_since_read');
    const [record, ...more] = await trail(catalogueId('MED-STCW'));
    expect(more).toEqual([]);
    expect(record?.action).toBe('certificate-kind.update');
    expect(Object.keys(record?.changes ?? {}).sort()).toEqual(['notes', 'validity']);
    // The same once more changes nothing.
    expect((await asOffice.patch(MEDICAL, change)).body.version).toBe(1);
    expect(await trail(catalogueId('MED-STCW'))).toHaveLength(1);
  });

  it('are asked for as they were: each version stays, and nobody changes or removes it', async () => {
    const kinds = app.app.get(Kinds);
    const id = catalogueId('MED-STCW');
    expect((await asOffice.patch(MEDICAL, { leadTimeDays: 30 })).status).toBe(200);
    const moment = new Date();
    app.setNow(new Date(moment.getTime() + 60_000));
    try {
      expect((await asOffice.patch(MEDICAL, { leadTimeDays: 40 })).status).toBe(200);
    } finally {
      app.setNow(null);
    }
    const at = async (when: Date) => (await kinds.asOf(organization.id, when)).get(id)?.definition.leadTimeDays;
    expect(await at(new Date(moment.getTime() - 3_600_000))).toBe(14);
    expect(await at(moment)).toBe(30);
    expect(await at(new Date(moment.getTime() + 60_000))).toBe(40);
    expect((await kinds.of(organization.id)).get(id)?.definition.leadTimeDays).toBe(40);
    await expect(app.database.query('update certificate_kinds set is_active = false')).rejects.toThrow();
    await expect(app.database.query('delete from certificate_kinds')).rejects.toThrow();
  });

  it('that are changed by another process are seen at once', async () => {
    const kinds = app.app.get(Kinds);
    expect((await asOffice.patch(MEDICAL, { leadTimeDays: 30 })).status).toBe(200);
    expect((await kinds.of(organization.id)).get(catalogueId('MED-STCW'))?.definition.leadTimeDays).toBe(30);
    await app.database.query(
      `insert into certificate_kinds (organization_id, id, version, code, definition, is_active, created_at)
       select organization_id, id, 2, code, definition || '{"leadTimeDays": 50}', is_active, created_at
       from certificate_kinds where organization_id = $1`,
      [organization.id],
    );
    expect((await asCrew.get(MEDICAL)).body).toMatchObject({ leadTimeDays: 50, version: 2 });
  });

  it('that are no longer offered are listed for whoever asks, and can be offered again', async () => {
    const own = created(await asOffice.post(KINDS, OWN_KIND));
    const path = `${KINDS}/${own.id}`;
    expect((await asOffice.patch(path, { isActive: false })).body).toMatchObject({ isActive: false, version: 2 });
    expect(await codes(asCrew, 'search=induct')).toEqual([]);
    expect(await codes(asCrew, 'search=induct&include_inactive=true')).toEqual(['CO-INDUCT']);
    expect((await asCrew.get(path)).body.isActive).toBe(false);
    expect((await asOffice.patch(path, { isActive: true })).body.isActive).toBe(true);
  });

  it('with a code that is taken, or that mean nothing, are refused and leave nothing behind', async () => {
    const refused: [object, string, string][] = [
      [{ code: 'MED-STCW' }, 'kind_exists', 'code'],
      [{ validity: { rule: 'issue_plus' } }, 'months_missing', 'validity.months'],
      [{ validity: { rule: 'none', underAge: 18 } }, 'months_missing', 'validity.underMonths'],
      [{ validity: { rule: 'none', underMonths: 12 } }, 'months_missing', 'validity.underAge'],
      [{ parents: ['COC-MAS', 'NO-SUCH'] }, 'kind_unknown', 'parents'],
      [{ lines: ['CO-INDUCT'] }, 'kind_unknown', 'lines'],
    ];
    for (const [change, code, field] of refused) {
      const answer = await asOffice.post(KINDS, { ...OWN_KIND, ...change });
      expectProblem(answer, code === 'kind_exists' ? 409 : 422, code, field);
    }
    for (const change of [{ code: 'a b' }, { name: {} }, { validity: {} }, { sources: ['javascript:alert(1)'] }]) {
      expectProblem(await asOffice.post(KINDS, { ...OWN_KIND, ...change }), 400, 'invalid_request');
    }
    expectProblem(await asOffice.post(KINDS, { ...OWN_KIND, basis: 'sourced' }), 403, 'field_forbidden', 'basis');
    expectProblem(await asOffice.patch(MEDICAL, { code: 'MED' }), 403, 'field_forbidden', 'code');
    const passport = `${KINDS}/${catalogueId('ID-PASS')}`;
    const asCertificate = await asOffice.patch(passport, { certificateType: 'other' });
    expectProblem(asCertificate, 422, 'kind_of_identity_document', 'certificateType');
    const rows = await app.database.query('select from certificate_kinds where organization_id = $1', [
      organization.id,
    ]);
    expect(rows).toEqual([]);
  });

  it('added by two at once with one code are one; of two changes to one version the second is told', async () => {
    const both = await Promise.all([asOffice.post(KINDS, OWN_KIND), asOffice.post(KINDS, OWN_KIND)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const ifMatch = { 'if-match': (await asOffice.get(MEDICAL)).headers.get('etag') ?? '' };
    const changes = await Promise.all([
      asOffice.patch(MEDICAL, { leadTimeDays: 20 }, ifMatch),
      asOffice.patch(MEDICAL, { leadTimeDays: 21 }, ifMatch),
    ]);
    expect(changes.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});
