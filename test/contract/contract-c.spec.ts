import { addDays, dateIn } from '#libs/common';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { type Answer, expectProblem, HttpClient } from '../support/http';
import { postForm } from '../support/post-form';
import {
  boolean,
  date,
  exactly,
  expectShape,
  instant,
  integer,
  listOf,
  mapOf,
  nullable,
  object,
  oneOf,
  type Shape,
  string,
  url,
  uuid,
} from '../support/shape';
import { pdf } from '../support/sample-files';
import { checked } from '../support/send-file';
import { storedFile } from '../support/stored-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const UPLOADS = '/api/v1/shared/uploads';
const SESSION = '/api/v1/shared/users/me/session';

const TYPES = [
  'stcw_basic_safety',
  'deck_certificate',
  'gmdss_endorsement',
  'oil_tanker_endorsement',
  'medical',
  'flag_certificate',
  'other',
];
const ROLES = ['admin', 'office-admin', 'office-employee', 'crew-member'] as const;
const STATUS = oneOf('valid', 'expiring_soon', 'expired');

const VERIFICATION_KEYS = {
  targetType: oneOf('certificate', 'diploma'),
  targetId: uuid,
  status: oneOf('not_submitted', 'pending', 'verified', 'rejected'),
  rejectionReason: nullable(string),
  reviewedAt: nullable(instant),
  // Ours, besides the contract.
  method: nullable(oneOf('document_only', 'original_seen', 'issuer_contacted', 'issuer_register', 'other')),
  checkedAt: nullable(instant),
  checkAgeDays: nullable(integer),
  verifiedName: nullable(string),
};
/** What no decision says. */
const UNCHECKED = { method: null, checkedAt: null, checkAgeDays: null };
const VERIFICATION = object(VERIFICATION_KEYS);
const FILE_STATUS = oneOf('pending', 'uploaded', 'ready', 'infected', 'failed');
const CERTIFICATE_KEYS = {
  id: uuid,
  certificateType: oneOf(...TYPES),
  certificateNumber: nullable(string),
  issuingAuthority: nullable(string),
  issueDate: nullable(date),
  expiryDate: nullable(date),
  uploadId: nullable(uuid),
  uploadedByUserId: uuid,
  notes: nullable(string),
  status: STATUS,
  verification: VERIFICATION,
  createdAt: instant,
  updatedAt: instant,
};
const DUPLICATE = object({ targetType: nullable(oneOf('certificate', 'diploma')), targetId: nullable(uuid) });
const CERTIFICATE = object({
  ...CERTIFICATE_KEYS,
  duplicateOf: nullable(DUPLICATE),
  fileStatus: nullable(FILE_STATUS),
  certificateKindId: nullable(uuid),
  lines: exactly(null),
  issuingState: nullable(string),
  courseDate: nullable(date),
  renewsId: nullable(uuid),
  endorsesId: nullable(uuid),
  extendedUntil: nullable(date),
  extendedBy: nullable(string),
  suspension: exactly(null),
});
const SUMMARY = object({
  state: oneOf('incomplete', 'in_review', 'action_needed', 'approved'),
  items: listOf(VERIFICATION),
});
const page = (item: Shape) =>
  object({ items: listOf(item), nextCursor: nullable(string), hasMore: boolean, totalCount: nullable(integer) });
const ROSTER_ENTRY = object({
  id: uuid,
  email: string,
  firstName: string,
  lastName: string,
  role: oneOf(...ROLES),
  state: oneOf('active', 'deactivated'),
  lastLogin: nullable(instant),
  createdAt: instant,
  verificationState: oneOf('incomplete', 'in_review', 'action_needed', 'approved'),
});
const INTENT = object({ uploadId: uuid, presignedPost: object({ url, fields: mapOf(string) }) });
const UPLOAD_KEYS = {
  id: uuid,
  status: oneOf('pending', 'uploaded', 'ready', 'infected', 'failed'),
  kind: string,
  originalFilename: string,
  sizeBytes: integer,
  createdAt: instant,
  downloadUrl: nullable(url),
  derivatives: object({
    thumb: nullable(string),
    medium: nullable(string),
    large: nullable(string),
    preview: nullable(string),
  }),
  width: nullable(integer),
  height: nullable(integer),
  pageCount: nullable(integer),
  threatName: nullable(string),
  // Ours, besides the contract.
  mime: string,
  sha256: nullable(string),
  failureCode: nullable(string),
  warnings: listOf(string),
};
const UPLOAD = object(UPLOAD_KEYS);

const UNKNOWN_ID = '01938e7b-0d2c-7b52-9a0e-6d1f0f8c1b33';
const PDF = pdf().bytes;

let app: TestApp;
let organization: Organization;
let owner: Person;
let client: HttpClient;
let office: HttpClient;
let foreigner: HttpClient;

/** Contract C wants the access token and nothing else. */
async function bearer(person: Person): Promise<HttpClient> {
  const { accessToken } = await app.signIn(person);
  return new HttpClient(app.url, { authorization: `Bearer ${accessToken}` });
}

beforeAll(async () => {
  app = await TestApp.start();
  organization = await app.given.organization();
  const elsewhere = await app.given.organization({ name: 'Southern Crewing' });
  owner = await app.given.person({ organization, role: 'crew-member' });
  client = await bearer(owner);
  office = await bearer(await app.given.person({ organization, role: 'office-employee' }));
  foreigner = await bearer(await app.given.person({ organization: elsewhere, role: 'admin' }));
});
afterEach(() => app.setNow(null));
afterAll(() => app.close());

const certificatesOf = (person: Person) => `${CREW}/users/${person.uuid}/certificates`;
const create = (body: object = {}, as = client, person = owner) =>
  as.post(certificatesOf(person), { certificateType: 'medical', ...body });
const at = (certificate: Answer, rest = '') => `${CREW}/certificates/${certificate.body.id}${rest}`;
const announce = (as = client) =>
  as.post(`${UPLOADS}/intent`, {
    kind: 'certificate',
    mime: 'application/pdf',
    size: PDF.length,
    filename: 'scan.pdf',
  });
const send = (intent: Answer) => postForm(intent.body.presignedPost, PDF, 'scan.pdf', 'application/pdf');
async function readyUpload(as = client): Promise<string> {
  const intent = await announce(as);
  await send(intent);
  expect((await as.post(`${UPLOADS}/${intent.body.uploadId}/finalize`)).status).toBe(200);
  await checked(app, intent.body.uploadId as string);
  return intent.body.uploadId as string;
}
/** One with a file, as reviewers want it. */
const filed = async (body: object = {}, as = client, person = owner) =>
  create({ ...body, uploadId: (await storedFile(app, person)).id }, as, person);
const countCertificates = async () => {
  const [row] = await app.database.query<[{ count: number }]>(
    'select (select count(*) from certificates) + (select count(*) from verifications) + (select count(*) from uploads) as count',
  );
  return row.count;
};
/** What an answer says, apart from which request it was. */
const without = ({ status, body }: Answer) => ({ status, ...body, requestId: '', instance: '' });

describe('POST /users/{user_id}/certificates', () => {
  it('answers the request of the source document with 201 and the documented keys', async () => {
    const body = {
      certificateType: 'stcw_basic_safety',
      certificateNumber: 'BST-2024-55231',
      issuingAuthority: 'Norwegian Maritime Authority',
      issueDate: '2024-05-02',
      expiryDate: '2029-05-01',
      uploadId: await readyUpload(),
      notes: 'Refresher course taken in Bergen',
    };
    const answer = await create(body);
    expect(answer.status).toBe(201);
    expectShape(answer.body, CERTIFICATE);
    expect(answer.body).toMatchObject({ ...body, uploadedByUserId: owner.uuid });
    expect(answer.body.verification).toEqual({
      targetType: 'certificate',
      targetId: answer.body.id,
      status: 'pending',
      rejectionReason: null,
      reviewedAt: null,
      ...UNCHECKED,
      verifiedName: null,
    });
    expect(answer.text).not.toMatch(/https?:/);
  });

  it('`me` is taken for the person who asks, in this and all other paths of papers', async () => {
    const answer = await client.post('/api/v1/crew/users/me/certificates', { certificateType: 'medical' });
    expect(answer.status).toBe(201);
    expect(answer.body.uploadedByUserId).toBe(owner.uuid);
    const certificates = await client.get('/api/v1/crew/users/me/certificates');
    expect(certificates.body).toEqual((await client.get(certificatesOf(owner))).body);
    expect(certificates.body[0].id).toBe(answer.body.id);
    const summary = await client.get('/api/v1/crew/users/me/verification');
    expect(summary.body).toEqual((await client.get(`/api/v1/crew/users/${owner.uuid}/verification`)).body);
  });

  it('the other six are optional and may be null; absent ones are answered as null, never missing', async () => {
    const nothing = {
      certificateNumber: null,
      issuingAuthority: null,
      issueDate: null,
      expiryDate: null,
      uploadId: null,
      notes: null,
    };
    for (const body of [{}, nothing]) {
      const answer = await create(body);
      expect(answer.status).toBe(201);
      expectShape(answer.body, CERTIFICATE);
      expect(answer.body).toMatchObject({ ...nothing, status: 'valid' });
    }
  });

  it.each(TYPES)('certificateType %s is accepted', async (certificateType) => {
    const answer = await create({ certificateType });
    expect(answer.status).toBe(201);
    expect(answer.body.certificateType).toBe(certificateType);
    expect((await client.get(`${certificatesOf(owner)}?certificate_type=${certificateType}`)).status).toBe(200);
  });

  it.each([
    ['certificateType', undefined, 400],
    ['certificateType', null, 400],
    ['certificateType', 'passport', 400],
    ['certificateType', 'MEDICAL', 400],
    ['certificateType', ['medical'], 400],
    ['certificateNumber', 7, 400],
    ['certificateNumber', 'x'.repeat(101), 400],
    ['issuingAuthority', {}, 400],
    ['issueDate', '2023-02-29', 400],
    ['issueDate', '2024-2-9', 400],
    ['issueDate', 20240209, 400],
    ['expiryDate', '2029-05-01T00:00:00Z', 400],
    ['uploadId', 'abc', 400],
    ['uploadId', UNKNOWN_ID, 422],
    ['notes', true, 400],
    ['certificate_number', 'x', 400],
  ])('%s %j is refused, naming the field, and nothing is recorded', async (field, value, status) => {
    const before = await countCertificates();
    const answer = await create({ [field]: value });
    expectProblem(answer, status, answer.body.code, field);
    expect(await countCertificates()).toBe(before);
  });

  it('an upload that is unfinished, foreign or a colleague’s is as unusable as an unknown one', async () => {
    const unfinished = (await announce()).body.uploadId;
    const colleague = await bearer(await app.given.person({ organization, role: 'crew-member' }));
    const unknown = without(await create({ uploadId: UNKNOWN_ID }));
    expect(unknown).toMatchObject({ status: 422, code: 'upload_not_usable', errors: [{ field: 'uploadId' }] });
    for (const uploadId of [unfinished, await readyUpload(foreigner), await readyUpload(colleague)]) {
      expect(without(await create({ uploadId }))).toEqual(unknown);
    }
  });

  it('expiry before issue is 422, on the same day it is not', async () => {
    const late = await create({ issueDate: '2025-02-02', expiryDate: '2025-02-01' });
    expectProblem(late, 422, 'expiry_before_issue', 'expiryDate');
    expect((await create({ issueDate: '2025-02-02', expiryDate: '2025-02-02' })).status).toBe(201);
  });

  it.each(['id', 'status', 'verification', 'uploadedByUserId', 'createdAt', 'updatedAt'])(
    '%s cannot be set: 403 field_forbidden',
    async (field) => {
      const mine = await create();
      const value = mine.body[field] as unknown;
      expectProblem(await create({ [field]: value }), 403, 'field_forbidden', field);
      expectProblem(await client.patch(at(mine), { [field]: value }), 403, 'field_forbidden', field);
      expectProblem(await client.patch(at(mine), { [field]: null }), 403, 'field_forbidden', field);
    },
  );
});

describe('status', () => {
  it('takes each of its three values, by the date alone', async () => {
    const today = dateIn(organization.timeZone, new Date());
    const status = async (expiryDate: string | null) => {
      const { body } = await create({ expiryDate });
      expectShape(body, CERTIFICATE);
      return body.status as string;
    };
    expect(await status(addDays(today, -1))).toBe('expired');
    expect(await status(today)).toBe('expiring_soon');
    expect(await status(addDays(today, 90))).toBe('expiring_soon');
    expect(await status(addDays(today, 91))).toBe('valid');
    expect(await status(null)).toBe('valid');
  });

  it('and review are independent: a verified certificate that has expired still says it was verified', async () => {
    const mine = await filed({ expiryDate: '2020-01-01' });
    await office.post(at(mine, '/verify'));
    expect((await client.get(at(mine))).body).toMatchObject({
      status: 'expired',
      verification: { status: 'verified' },
    });
  });
});

describe('GET /users/{user_id}/certificates', () => {
  it('is a bare array of complete certificates without any URL', async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const as = await bearer(person);
    expect((await as.get(certificatesOf(person))).body).toEqual([]);
    const made = [await create({ uploadId: await readyUpload(as) }, as, person), await create({}, as, person)];
    const answer = await as.get(certificatesOf(person));
    expect(answer.status).toBe(200);
    expectShape(answer.body, listOf(CERTIFICATE));
    expect(answer.body).toEqual(made.map(({ body }) => body).reverse());
    expect(answer.text).not.toMatch(/https?:/);
    // All tests send one file; which credential had it first is for the office to know.
    const duplicateOf = { targetType: 'certificate', targetId: expect.any(String) };
    expect((await office.get(certificatesOf(person))).body).toEqual([
      answer.body[0],
      { ...answer.body[1], duplicateOf },
    ]);
  });

  it.each([
    ['certificate_type', 'passport'],
    ['status', 'unknown'],
    ['verification_status', 'approved'],
    ['certificateType', 'medical'],
  ])('%s=%s is refused, naming the parameter', async (name, value) => {
    expectProblem(await client.get(`${certificatesOf(owner)}?${name}=${value}`), 400, 'invalid_request', name);
  });

  it.each(['not_submitted', 'pending', 'verified', 'rejected'])('takes verification_status=%s', async (value) => {
    const { status, body } = await client.get(`${certificatesOf(owner)}?verification_status=${value}`);
    expect(status).toBe(200);
    const states = body.map((item: { verification: { status: string } }) => item.verification.status) as string[];
    expect(states.every((state) => state === value)).toBe(true);
  });
});

describe('GET, PATCH, DELETE and download of one certificate', () => {
  it('answer the documented keys', async () => {
    const mine = await create({ uploadId: await readyUpload() });
    const read = await client.get(at(mine));
    expect(read.status).toBe(200);
    expect(read.body).toEqual(mine.body);
    const changed = await client.patch(at(mine), { notes: 'x' });
    expect(changed.status).toBe(200);
    expectShape(changed.body, CERTIFICATE);
    const link = await client.get(at(mine, '/download'));
    expect(link.status).toBe(200);
    expectShape(link.body, object({ url, expiresAt: instant }));
    const deleted = await client.delete(at(mine));
    expect({ status: deleted.status, text: deleted.text }).toEqual({ status: 204, text: '' });
  });

  it('PATCH changes what is given and null clears it; the type is 403 field_forbidden', async () => {
    const all = {
      certificateNumber: '1',
      issuingAuthority: 'NMA',
      issueDate: '2024-01-01',
      expiryDate: '2030-01-01',
      notes: 'n',
    };
    const mine = await create({ ...all, uploadId: await readyUpload() });
    let expected = mine.body;
    for (const field of [...Object.keys(all), 'uploadId']) {
      const changed = await client.patch(at(mine), { [field]: null });
      expectShape(changed.body, CERTIFICATE);
      expected = {
        ...expected,
        [field]: null,
        ...(field === 'uploadId' ? { fileStatus: null, duplicateOf: null } : {}),
      };
      expect({ ...changed.body, updatedAt: '' }).toEqual({ ...expected, updatedAt: '' });
    }
    expectProblem(
      await client.patch(at(mine), { certificateType: 'other' }),
      403,
      'field_forbidden',
      'certificateType',
    );
    expectProblem(
      await client.patch(at(mine), { certificateType: 'medical' }),
      403,
      'field_forbidden',
      'certificateType',
    );
  });

  it.each([
    ['certificateNumber', { certificateNumber: '2' }],
    ['issuingAuthority', { issuingAuthority: 'DMA' }],
    ['issueDate', { issueDate: '2024-02-02' }],
    ['expiryDate', { expiryDate: '2031-01-01' }],
    ['a cleared field', { certificateNumber: null }],
    ['uploadId', 'a new file'],
  ])('a changed %s sends a verified and a rejected certificate back to pending; notes do not', async (_name, given) => {
    const body = { certificateNumber: '1', issuingAuthority: 'NMA', issueDate: '2024-01-01', expiryDate: '2030-01-01' };
    for (const [verb, decision] of [
      ['verify', undefined],
      ['reject', { reason: 'Unreadable.' }],
    ] as const) {
      const mine = await filed(body);
      const decided = await office.post(at(mine, `/${verb}`), decision);
      const noted = await client.patch(at(mine), { notes: 'renewed' });
      expect(noted.body.verification).toEqual(decided.body);
      const change = typeof given === 'string' ? { uploadId: await readyUpload() } : given;
      const changed = await client.patch(at(mine), change);
      expectShape(changed.body, CERTIFICATE);
      expect(changed.body.verification).toEqual({
        targetType: 'certificate',
        targetId: mine.body.id,
        status: 'pending',
        rejectionReason: null,
        reviewedAt: null,
        ...UNCHECKED,
        verifiedName: null,
      });
    }
  });
});

describe('POST /certificates/{certificate_id}/verify and /reject', () => {
  it('answer 200 with the verification', async () => {
    const verified = await office.post(at(await filed(), '/verify'));
    expect(verified.status).toBe(200);
    expectShape(
      verified.body,
      object({
        ...VERIFICATION_KEYS,
        status: exactly('verified'),
        rejectionReason: exactly(null),
        reviewedAt: instant,
        method: exactly(null),
        checkedAt: exactly(verified.body.reviewedAt),
        checkAgeDays: exactly(0),
      }),
    );
    const rejected = await office.post(at(await create(), '/reject'), { reason: 'Unreadable.' });
    expect(rejected.status).toBe(200);
    expectShape(
      rejected.body,
      object({
        ...VERIFICATION_KEYS,
        status: exactly('rejected'),
        rejectionReason: exactly('Unreadable.'),
        reviewedAt: instant,
      }),
    );
  });

  it('verify needs no body where there is a file, whatever content type is announced; reject needs its reason', async () => {
    const path = new URL(at(await filed(), '/verify'), app.url);
    expect((await fetch(path, { method: 'POST', headers: office.headers })).status).toBe(200);
    expect((await office.send('POST', at(await filed(), '/verify'), '')).status).toBe(200);
    const mine = await create();
    for (const body of [undefined, {}, { method: null }, { method: 'document_only' }]) {
      expectProblem(await office.post(at(mine, '/verify'), body), 422, 'original_not_seen', 'method');
    }
    for (const body of [undefined, {}, { reason: null }, { reason: '' }, { reason: 1 }]) {
      expectProblem(await office.post(at(mine, '/reject'), body), 400, 'invalid_request', 'reason');
    }
    expect((await client.get(at(mine))).body.verification.status).toBe('pending');
  });

  it('are for staff, and not for documents of their own', async () => {
    const mine = await create();
    const admin = await app.given.person({ organization, role: 'admin' });
    const asAdmin = await bearer(admin);
    const own = await create({}, asAdmin, admin);
    for (const [verb, body] of [['verify'], ['reject', { reason: 'x' }]] as const) {
      expectProblem(await client.post(at(mine, `/${verb}`), body), 403, 'not_permitted');
      expectProblem(await asAdmin.post(at(own, `/${verb}`), body), 403, 'own_credential');
    }
    expect((await client.get(at(mine))).body.verification.status).toBe('pending');
  });

  it('a decision on something that changed since it was read fails', async () => {
    const mine = await filed();
    const etag = mine.headers.get('etag') as string;
    expect(etag).toMatch(/^"[^"]+"$/);
    expect((await office.get(at(mine))).headers.get('etag')).toBe(etag);
    await client.patch(at(mine), { certificateNumber: '2' });
    expectProblem(await office.post(at(mine, '/verify'), undefined, { 'if-match': etag }), 412, 'changed_since_read');
    expect((await office.post(at(mine, '/verify'))).status).toBe(200);
    expectProblem(await office.post(at(mine, '/reject'), { reason: 'x' }), 409, 'already_decided');
  });
});

describe('GET /users/{user_id}/verification', () => {
  it('takes each of its four states, with one entry per credential', async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const as = await bearer(person);
    const summary = async () => {
      const answer = await as.get(`${CREW}/users/${person.uuid}/verification`);
      expect(answer.status).toBe(200);
      expectShape(answer.body, SUMMARY);
      expect((await office.get(`${CREW}/users/${person.uuid}/verification`)).body).toEqual(answer.body);
      return answer.body;
    };
    expect(await summary()).toEqual({ state: 'incomplete', items: [] });
    const first = await filed({}, as, person);
    expect(await summary()).toEqual({ state: 'in_review', items: [first.body.verification] });
    const verified = await office.post(at(first, '/verify'));
    expect(await summary()).toEqual({ state: 'approved', items: [verified.body] });
    const second = await create({}, as, person);
    const rejected = await office.post(at(second, '/reject'), { reason: 'Unreadable.' });
    expect(await summary()).toEqual({ state: 'action_needed', items: [rejected.body, verified.body] });
  });

  it('a diploma is one of its entries', async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const admin = await app.as(await app.given.person({ organization, role: 'admin' }));
    const title = await admin.post('/users-organizations/v1/rs/titles', { name: 'Master Mariner' });
    const both = await app.as(person);
    const attachment = { name: 'a.pdf', mimeType: 'application/pdf', size: 10 };
    await both.post('/users-organizations/v1/rs/users/me/diplomas', { titleId: title.body.id, attachment });
    const { body } = await (await bearer(person)).get(`${CREW}/users/${person.uuid}/verification`);
    expectShape(body, SUMMARY);
    expect(body).toMatchObject({ state: 'incomplete', items: [{ targetType: 'diploma', status: 'not_submitted' }] });
  });
});

describe('GET /roster', () => {
  let there: Organization;
  let as: HttpClient;
  let people: Person[];
  const roster = (query = '') => as.get(`${CREW}/roster?${query}`);
  const ids = ({ body }: Answer) => body.items.map(({ id }: { id: string }) => id) as string[];

  beforeAll(async () => {
    there = await app.given.organization();
    const employee = await app.given.person({ organization: there, role: 'office-employee' });
    as = await bearer(employee);
    people = [employee];
    for (let index = 0; index < 13; index++) {
      people.push(await app.given.person({ organization: there, role: ROLES[index % 4] as Person['role'] }));
    }
  });

  it('answers the documented keys, ten by default, without a count', async () => {
    const answer = await roster();
    expect(answer.status).toBe(200);
    expectShape(answer.body, page(ROSTER_ENTRY));
    expect(answer.body.items).toHaveLength(10);
    expect(answer.body).toMatchObject({ hasMore: true, nextCursor: expect.any(String), totalCount: null });
    expect(answer.body.items[0]).toMatchObject({ lastLogin: null, state: 'active', verificationState: 'incomplete' });
  });

  it('counts when asked, everybody and not just the page', async () => {
    const answer = await roster('include_count=true&limit=1');
    expectShape(answer.body, page(ROSTER_ENTRY));
    expect(answer.body.totalCount).toBe(14);
    expect((await roster('include_count=true&role=admin')).body.totalCount).toBe(4);
    expect((await roster('include_count=false')).body.totalCount).toBeNull();
  });

  it.each([1, 3, 7, 13, 14, 1000])('the cursor walks over everybody exactly once, %s at a time', async (limit) => {
    const seen: string[] = [];
    for (let cursor: string | null = null; ;) {
      const answer = await roster(`limit=${limit}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      expectShape(answer.body, page(ROSTER_ENTRY));
      seen.push(...ids(answer));
      cursor = answer.body.nextCursor as string | null;
      expect(answer.body.hasMore).toBe(cursor !== null);
      if (cursor === null) break;
      expect(answer.body.items).toHaveLength(limit);
    }
    expect(seen).toEqual(people.map(({ uuid: id }) => id).reverse());
  });

  it('somebody who joins during the walk changes nothing about the pages to come', async () => {
    const org = await app.given.organization();
    const members = [await app.given.person({ organization: org, role: 'admin' })];
    for (let index = 0; index < 3; index++) {
      members.push(await app.given.person({ organization: org, role: 'crew-member' }));
    }
    const admin = await bearer(members[0] as Person);
    const first = await admin.get(`${CREW}/roster?limit=2`);
    await app.given.person({ organization: org, role: 'crew-member' });
    const second = await admin.get(`${CREW}/roster?limit=2&cursor=${first.body.nextCursor}`);
    expect([...ids(first), ...ids(second)]).toEqual(members.map(({ uuid: id }) => id).reverse());
  });

  it('search finds part of a name or an address, at most 200 characters of it', async () => {
    const someone = people[5] as Person;
    expect(ids(await roster(`search=${encodeURIComponent(someone.email.toUpperCase())}`))).toEqual([someone.uuid]);
    expect((await roster('search=kari%20nordmann&limit=100')).body.items).toHaveLength(14);
    expect((await roster(`search=${'x'.repeat(200)}`)).body.items).toEqual([]);
    expectProblem(await roster(`search=${'x'.repeat(201)}`), 400, 'invalid_request', 'search');
  });

  it.each(ROLES)('role=%s gives those alone', async (role) => {
    const { body } = await roster(`role=${role}&limit=100`);
    const expected = people.filter((person) => person.role === role).map(({ uuid: id }) => id);
    expect(body.items.map(({ id }: { id: string }) => id).reverse()).toEqual(expected);
  });

  it.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', '-1'],
    ['limit', 'ten'],
    ['limit', '1.5'],
    ['include_count', '1'],
    ['includeCount', 'true'],
    ['role', 'captain'],
    ['state', 'retired'],
    ['verification_state', 'pending'],
  ])('%s=%s is refused, naming the parameter', async (name, value) => {
    expectProblem(await roster(`${name}=${value}`), 400, 'invalid_request', name);
  });

  it.each(['nonsense', 'bnVsbA', 'WzFd', 'WyJ4Il0', '%00'])(
    'cursor=%s was not made by the list: 400',
    async (cursor) => {
      const answer = await roster(`cursor=${cursor}`);
      expect(answer.status).toBe(400);
      expectProblem(answer, 400, answer.body.code);
    },
  );

  it('is for staff, and shows their own organisation only', async () => {
    expectProblem(await client.get(`${CREW}/roster`), 403, 'not_permitted');
    const everybody = ids(await roster('limit=1000'));
    expect(everybody).not.toContain(owner.uuid);
    expect((await foreigner.get(`${CREW}/roster?limit=1000`)).body.items).toHaveLength(1);
  });
});

describe('uploads', () => {
  it('intent answers 201 with where to send the file', async () => {
    const intent = await announce();
    expect(intent.status).toBe(201);
    expectShape(intent.body, INTENT);
  });

  it('the state is pending, then uploaded without a URL, then ready with one; finalize is idempotent', async () => {
    const intent = await announce();
    const path = `${UPLOADS}/${intent.body.uploadId}`;
    const pending = await client.get(path);
    expect(pending.status).toBe(200);
    expectShape(pending.body, UPLOAD);
    expect(pending.body).toMatchObject({
      id: intent.body.uploadId,
      status: 'pending',
      kind: 'certificate',
      originalFilename: 'scan.pdf',
      sizeBytes: PDF.length,
      downloadUrl: null,
    });
    expectProblem(await client.post(`${path}/finalize`), 409, 'upload_not_received');
    expect((await send(intent)).status).toBe(204);
    const uploaded = await client.post(`${path}/finalize`);
    expectShape(uploaded.body, object({ ...UPLOAD_KEYS, status: exactly('uploaded') }));
    expect(await checked(app, intent.body.uploadId as string)).toBe('ready');
    for (const answer of [
      await client.post(`${path}/finalize`),
      await client.post(`${path}/finalize`, {}),
      await client.get(path),
    ]) {
      expect(answer.status).toBe(200);
      expectShape(answer.body, object({ ...UPLOAD_KEYS, status: exactly('ready'), downloadUrl: url }));
      const file = await fetch(answer.body.downloadUrl as string);
      expect(Buffer.from(await file.arrayBuffer()).equals(PDF)).toBe(true);
    }
  });

  it.each([
    ['kind', undefined, 400],
    ['kind', 7, 400],
    ['mime', undefined, 400],
    ['mime', 'text/html', 415],
    ['size', undefined, 400],
    ['size', 0, 400],
    ['size', 1.5, 400],
    ['size', '10', 400],
    ['size', 26_000_000, 413],
    ['filename', undefined, 400],
    ['filename', '', 400],
    ['filename', '../scan.pdf', 400],
    ['filename', 'x'.repeat(256), 400],
    ['status', 'ready', 400],
  ])('intent with %s %j is refused, naming the field, and nothing is recorded', async (field, value, status) => {
    const before = await countCertificates();
    const body = { kind: 'certificate', mime: 'application/pdf', size: 10, filename: 'scan.pdf', [field]: value };
    const answer = await client.post(`${UPLOADS}/intent`, body);
    expectProblem(answer, status, answer.body.code, field);
    expect(await countCertificates()).toBe(before);
  });
});

describe('GET /api/v1/shared/users/me/session', () => {
  it.each(ROLES)('tells an %s role, roles and permissions', async (role) => {
    const person = await app.given.person({ organization, role });
    const answer = await (await bearer(person)).get(SESSION);
    expect(answer.status).toBe(200);
    expectShape(
      answer.body,
      object({
        userId: exactly(person.uuid),
        id: exactly(person.id),
        organizationId: exactly(organization.id),
        organizationUuid: exactly(organization.uuid),
        organizationName: exactly(organization.name),
        timeZone: exactly(organization.timeZone),
        language: exactly(organization.language),
        sessionId: uuid,
        role: exactly(role),
        roles: listOf(exactly(role)),
        permissions: listOf(string),
        grantableRoles: listOf(string),
        expiresAt: instant,
      }),
    );
    expect(answer.body.roles).toHaveLength(1);
    expect(answer.body.permissions).toContain('certificate:read');
    expect(answer.body.permissions.includes('verification:decide')).toBe(role !== 'crew-member');
  });
});

describe('every route', () => {
  type Route = [method: string, path: string, body: object | undefined, code: string];
  const routes = (ids: { person: string; certificate: string; upload: string }): Route[] => [
    ['POST', `${CREW}/users/${ids.person}/certificates`, { certificateType: 'medical' }, 'person_not_found'],
    ['GET', `${CREW}/users/${ids.person}/certificates`, undefined, 'person_not_found'],
    ['GET', `${CREW}/users/${ids.person}/verification`, undefined, 'person_not_found'],
    ['GET', `${CREW}/certificates/${ids.certificate}`, undefined, 'certificate_not_found'],
    ['PATCH', `${CREW}/certificates/${ids.certificate}`, { notes: 'x' }, 'certificate_not_found'],
    ['DELETE', `${CREW}/certificates/${ids.certificate}`, undefined, 'certificate_not_found'],
    ['GET', `${CREW}/certificates/${ids.certificate}/download`, undefined, 'certificate_not_found'],
    ['POST', `${CREW}/certificates/${ids.certificate}/verify`, undefined, 'certificate_not_found'],
    ['POST', `${CREW}/certificates/${ids.certificate}/reject`, { reason: 'x' }, 'certificate_not_found'],
    ['GET', `${UPLOADS}/${ids.upload}`, undefined, 'upload_not_found'],
    ['POST', `${UPLOADS}/${ids.upload}/finalize`, undefined, 'upload_not_found'],
  ];
  const unknown = { person: UNKNOWN_ID, certificate: UNKNOWN_ID, upload: UNKNOWN_ID };

  it('answers an id of another organisation exactly as an unknown one: 404', async () => {
    const mine = await create({ uploadId: await readyUpload() });
    const ids = { person: owner.uuid, certificate: mine.body.id as string, upload: mine.body.uploadId as string };
    const nobody = routes(unknown);
    for (const [index, [method, path, body, code]] of routes(ids).entries()) {
      const foreign = await foreigner.send(method, path, body);
      expectProblem(foreign, 404, code);
      expect(without(foreign)).toEqual(without(await foreigner.send(method, nobody[index]?.[1] as string, body)));
    }
    expect((await client.get(at(mine))).body).toEqual(mine.body);
  });

  it('answers an id that is no UUID with 400, naming the parameter', async () => {
    for (const [method, path, body] of routes({ person: '7', certificate: 'abc', upload: '%20' })) {
      const name = path.includes('/users/') ? 'user_id' : path.includes('/uploads/') ? 'upload_id' : 'certificate_id';
      expectProblem(await office.send(method, path, body), 400, 'invalid_request', name);
    }
  });

  it('needs the access token, and only that', async () => {
    const { accessToken, sessionToken, refreshToken } = await app.signIn(owner);
    const all: Route[] = [
      ...routes(unknown),
      ['GET', `${CREW}/roster`, undefined, ''],
      ['POST', `${UPLOADS}/intent`, {}, ''],
      ['GET', SESSION, undefined, ''],
    ];
    const notEnough: Record<string, string>[] = [
      {},
      { 'x-session-token': sessionToken },
      { authorization: accessToken },
      { authorization: 'Bearer nonsense' },
      { authorization: `Bearer ${sessionToken}` },
      { authorization: `Bearer ${refreshToken}` },
      { authorization: `Bearer ${accessToken.slice(0, -4)}AAAA` },
    ];
    for (const [method, path, body] of all) {
      for (const headers of notEnough) {
        const answer = await new HttpClient(app.url, headers).send(method, path, body);
        expectProblem(answer, 401, 'not_signed_in');
        expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      }
      const answer = await new HttpClient(app.url, { authorization: `Bearer ${accessToken}` }).send(method, path, body);
      expect(answer.status).not.toBe(401);
    }
  });

  it('takes JSON and nothing else', async () => {
    const mine = await create();
    const before = await countCertificates();
    const writes: [method: string, path: string, body: object, as: HttpClient][] = [
      ['POST', certificatesOf(owner), { certificateType: 'medical' }, client],
      ['PATCH', at(mine), { certificateNumber: 'changed' }, client],
      ['POST', at(mine, '/reject'), { reason: 'x' }, office],
      ['POST', `${UPLOADS}/intent`, { kind: 'a', mime: 'application/pdf', size: 1, filename: 'a.pdf' }, client],
    ];
    for (const [method, path, body, as] of writes) {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
        expectProblem(await as.send(method, path, body, { 'content-type': type }), 415, 'unsupported_media_type');
      }
      const bytes = Buffer.from(JSON.stringify(body));
      expect((await fetch(new URL(path, app.url), { method, headers: as.headers, body: bytes })).status).toBe(415);
      expectProblem(await as.send(method, path, '{ "a": '), 400, 'malformed_json');
    }
    expect(await countCertificates()).toBe(before);
    expect((await client.get(at(mine))).body).toEqual(mine.body);
  });
});
