import { addDays, dateIn } from '#libs/common';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { ORIGINAL_SEEN } from '../support/papers';
import { TestApp } from '../support/test-app';

const BASE = '/api/v1/crew';

describe('certificates', () => {
  let app: TestApp;
  let organization: Organization;
  let owner: Person;
  let reviewer: Person;
  let asOwner: HttpClient;
  let asReviewer: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization();
    owner = await app.given.person({ organization, role: 'crew-member' });
    reviewer = await app.given.person({ organization, role: 'office-employee' });
    asOwner = await app.as(owner);
    asReviewer = await app.as(reviewer);
  });
  afterAll(() => app.close());
  afterEach(() => app.setNow(null));

  const create = async (body: object = {}, client = asOwner, person = owner) => {
    const answer = await client.post(`${BASE}/users/${person.uuid}/certificates`, {
      certificateType: 'medical',
      certificateNumber: 'ENG1-1',
      expiryDate: '2031-01-01',
      ...body,
    });
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 201 });
    return answer;
  };

  it('a certificate with only its type is recorded, pending and valid, with every absent value null', async () => {
    const answer = await asOwner.post(`${BASE}/users/${owner.uuid}/certificates`, { certificateType: 'other' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      certificateType: 'other',
      certificateNumber: null,
      issuingAuthority: null,
      issueDate: null,
      expiryDate: null,
      certificateKindId: null,
      lines: null,
      issuingState: null,
      courseDate: null,
      renewsId: null,
      endorsesId: null,
      extendedUntil: null,
      extendedBy: null,
      suspension: null,
      uploadId: null,
      fileStatus: null,
      uploadedByUserId: owner.uuid,
      notes: null,
      status: 'valid',
      verification: {
        targetType: 'certificate',
        targetId: answer.body.id,
        status: 'pending',
        rejectionReason: null,
        reviewedAt: null,
        method: null,
        checkedAt: null,
        checkAgeDays: null,
        verifiedName: null,
      },
      duplicateOf: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: answer.body.createdAt,
    });
    expect((await asOwner.get(`${BASE}/certificates/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it.each([
    ['an unknown type', { certificateType: 'driving' }, 'certificateType', 400],
    ['a date that does not exist', { issueDate: '2023-02-29' }, 'issueDate', 400],
    ['a date with a time', { issueDate: '2023-02-28T00:00:00Z' }, 'issueDate', 400],
    ['a number as certificate number', { certificateNumber: 7 }, 'certificateNumber', 400],
    ['a field that does not exist', { expirydate: '2030-01-01' }, 'expirydate', 400],
    ['expiry before issue', { issueDate: '2025-02-02', expiryDate: '2025-02-01' }, 'expiryDate', 422],
    ['an unknown upload', { uploadId: '01938e7b-0d2c-7b52-9a0e-6d1f0f8c1b33' }, 'uploadId', 422],
    ['a review state of the caller’s own making', { verification: { status: 'verified' } }, 'verification', 403],
    ['a status', { status: 'valid' }, 'status', 403],
  ])('%s is refused, naming the field, and nothing is recorded', async (_name, body, field, status) => {
    const before = await asOwner.get(`${BASE}/users/${owner.uuid}/certificates`);
    const answer = await asOwner.post(`${BASE}/users/${owner.uuid}/certificates`, {
      certificateType: 'medical',
      ...body,
    });
    expect(answer.status).toBe(status);
    expectProblem(answer, status, answer.body.code, field);
    expect(answer.text).not.toContain('driving');
    const after = await asOwner.get(`${BASE}/users/${owner.uuid}/certificates`);
    expect(after.body).toEqual(before.body);
  });

  it('the list is a bare array, newest first, and can be filtered by type, status and review state', async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const client = await app.as(person);
    const first = await create({ certificateType: 'medical', expiryDate: '2020-01-01' }, client, person);
    const second = await create({ certificateType: 'flag_certificate', expiryDate: null }, client, person);
    const list = (query = '') => client.get(`${BASE}/users/${person.uuid}/certificates${query}`);
    expect((await list()).body).toEqual([second.body, first.body]);
    expect((await list('?certificate_type=medical')).body).toEqual([first.body]);
    expect((await list('?status=expired')).body).toEqual([first.body]);
    expect((await list('?status=valid')).body).toEqual([second.body]);
    expect((await list('?verification_status=verified')).body).toEqual([]);
    expect((await list(`?limit=1&cursor=${second.body.id}`)).body).toEqual([first.body]);
    expectProblem(await list('?status=unknown'), 400, 'invalid_request', 'status');
  });

  it('a person’s list runs one statement besides authentication, two for staff, whatever its length', async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const client = await app.as(person);
    const url = `${BASE}/users/${person.uuid}/certificates`;
    const AUTHENTICATION = 1;
    const counts: number[] = [];
    for (const wanted of [0, 1, 25]) {
      const present = (await client.get(url)).body.length as number;
      for (let made = present; made < wanted; made++) await create({}, client, person);
      counts.push((await app.statements(() => client.get(url))).length - AUTHENTICATION);
      counts.push((await app.statements(() => asReviewer.get(url))).length - AUTHENTICATION);
    }
    expect(counts).toEqual([1, 2, 1, 2, 1, 2]);
  });

  it('PATCH changes only what is given, null clears, and the type is fixed', async () => {
    const { body: certificate } = await create({ notes: 'first', issuingAuthority: 'NMA' });
    const patch = (body: object) => asOwner.patch(`${BASE}/certificates/${certificate.id}`, body);
    const changed = await patch({ notes: null });
    expect(changed.body).toEqual({ ...certificate, notes: null, updatedAt: expect.any(String) });
    expectProblem(await patch({ certificateType: 'other' }), 403, 'field_forbidden', 'certificateType');
    expectProblem(await patch({ issueDate: '2032-01-01' }), 422, 'expiry_before_issue', 'expiryDate');
    expect((await patch({})).body).toEqual(changed.body);
  });

  it('a deleted certificate is gone for everybody, leaves the profile, and its history stays in the database', async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const client = await app.as(person);
    const { body: certificate } = await create({}, client, person);
    expect((await client.delete(`${BASE}/certificates/${certificate.id}`)).status).toBe(204);
    for (const answer of [
      await client.get(`${BASE}/certificates/${certificate.id}`),
      await client.patch(`${BASE}/certificates/${certificate.id}`, { notes: 'x' }),
      await client.delete(`${BASE}/certificates/${certificate.id}`),
      await asReviewer.post(`${BASE}/certificates/${certificate.id}/verify`, ORIGINAL_SEEN),
    ]) {
      expectProblem(answer, 404, 'certificate_not_found');
    }
    expect((await client.get(`${BASE}/users/${person.uuid}/certificates`)).body).toEqual([]);
    expect((await client.get(`${BASE}/users/${person.uuid}/verification`)).body).toEqual({
      state: 'incomplete',
      items: [],
    });
    const [row] = await app.database.query<{ deleted_at: Date }[]>(
      'select deleted_at from certificates where id = $1',
      [certificate.id],
    );
    expect(row?.deleted_at).toBeInstanceOf(Date);
  });

  it('another crew member of the same organisation sees nothing of it', async () => {
    const { body: certificate } = await create();
    const other = await app.as(await app.given.person({ organization, role: 'crew-member' }));
    expectProblem(await other.get(`${BASE}/certificates/${certificate.id}`), 404, 'certificate_not_found');
    expectProblem(await other.get(`${BASE}/users/${owner.uuid}/certificates`), 404, 'person_not_found');
    expectProblem(
      await other.post(`${BASE}/certificates/${certificate.id}/verify`, ORIGINAL_SEEN),
      403,
      'not_permitted',
    );
  });

  describe('status on the boundary days', () => {
    // 11:30 UTC: in Auckland it is tomorrow already (UTC+13), in Los Angeles still early today.
    const today = dateIn('UTC', new Date());
    const instant = new Date(`${today}T11:30:00Z`);

    it.each(['Pacific/Auckland', 'America/Los_Angeles'])('are those of the organisation at %s', async (timeZone) => {
      const there = await app.given.organization({ timeZone });
      const person = await app.given.person({ organization: there, role: 'crew-member' });
      const client = await app.as(person);
      app.setNow(instant);
      const localToday = dateIn(timeZone, instant);
      const statuses: string[] = [];
      for (const expiryDate of [-1, 0, 90, 91].map((days) => addDays(localToday, days)).concat([null as never])) {
        statuses.push((await create({ expiryDate }, client, person)).body.status as string);
      }
      expect(statuses).toEqual(['expired', 'expiring_soon', 'expiring_soon', 'valid', 'valid']);
      const filtered = await client.get(`${BASE}/users/${person.uuid}/certificates?status=expiring_soon`);
      expect(filtered.body).toHaveLength(2);
    });

    it.each(['Pacific/Auckland', 'America/Los_Angeles'])(
      'are those of every list that is filtered by status at %s',
      async (timeZone) => {
        const there = await app.given.organization({ timeZone });
        const person = await app.given.person({ organization: there, role: 'office-employee' });
        const client = await app.as(person);
        app.setNow(instant);
        const days = [-1, 0, 90, 91].map((number) => addDays(dateIn(timeZone, instant), number));
        for (const expiryDate of [...days, null]) await create({ expiryDate }, client, person);
        const lists: ((query?: string) => Promise<{ id: string; status: string }[]>)[] = [
          async (query = '') => (await client.get(`${BASE}/users/${person.uuid}/certificates${query}`)).body.reverse(),
          async (query = '') =>
            (await client.get(`${BASE}/certificates${query}`)).body.items.map(
              ({ certificate }: { certificate: object }) => certificate,
            ),
        ];
        for (const list of lists) {
          const all = await list();
          const statuses = ['expired', 'expiring_soon', 'expiring_soon', 'valid', 'valid'];
          expect(all.map(({ status }) => status)).toEqual(statuses);
          for (const status of new Set(statuses)) {
            expect(await list(`?status=${status}`)).toEqual(all.filter((certificate) => certificate.status === status));
          }
        }
      },
    );

    it('differ between the two at the same instant', async () => {
      const statuses = await Promise.all(
        ['Pacific/Auckland', 'America/Los_Angeles'].map(async (timeZone) => {
          const there = await app.given.organization({ timeZone });
          const person = await app.given.person({ organization: there, role: 'crew-member' });
          const client = await app.as(person);
          return { client, person };
        }),
      ).then(async (people) => {
        app.setNow(instant);
        return Promise.all(
          people.map(async ({ client, person }) => (await create({ expiryDate: today }, client, person)).body.status),
        );
      });
      expect(statuses).toEqual(['expired', 'expiring_soon']);
    });

    it('follow the organisation’s own window', async () => {
      const there = await app.given.organization({ timeZone: 'UTC', expiringSoonDays: 30 });
      const person = await app.given.person({ organization: there, role: 'crew-member' });
      const client = await app.as(person);
      const status = async (days: number) =>
        (await create({ expiryDate: addDays(dateIn('UTC', new Date()), days) }, client, person)).body.status as string;
      expect([await status(30), await status(31)]).toEqual(['expiring_soon', 'valid']);
    });
  });
});
