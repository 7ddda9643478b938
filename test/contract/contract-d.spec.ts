import jwt from 'jsonwebtoken';
import { SigningKeys } from '#libs/auth';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { type Answer, expectProblem, HttpClient } from '../support/http';
import {
  boolean,
  exactly,
  expectShape,
  instant,
  integer,
  jwt as token,
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
import { TestApp } from '../support/test-app';

const LOGIN = '/auth/v1/rs/login/credentials';
const LOGOUT = '/auth/v1/rs/logout';
const BASE = '/users-organizations/v1/rs';
const DIPLOMAS = `${BASE}/users/me/diplomas`;

const DIPLOMA = {
  id: integer,
  userId: integer,
  organizationId: integer,
  titleId: integer,
  obtainedAt: nullable(instant),
  deletedAt: nullable(instant),
  updatedAt: instant,
  createdAt: instant,
};
const UPLOAD = object({
  uploadId: uuid,
  url,
  method: exactly('POST'),
  headers: mapOf(string),
  fields: mapOf(string),
  expiresAt: instant,
});
const written = (upload: Shape) => object({ diploma: object(DIPLOMA), presignedUrl: url, upload });

const ITEM = {
  id: integer,
  userId: integer,
  title: object({ id: integer, name: string }),
  attachment: nullable(object({ id: integer, name: string })),
  obtainedAt: nullable(instant),
  deletedAt: nullable(instant),
  updatedAt: instant,
  createdAt: instant,
};
const PAGINATION = object({ page: integer, pageSize: integer });
const VERIFICATION = object({
  targetType: exactly('diploma'),
  targetId: uuid,
  status: oneOf('not_submitted', 'pending', 'verified', 'rejected'),
  rejectionReason: nullable(string),
  reviewedAt: nullable(instant),
  // Ours, besides the contract.
  method: nullable(oneOf('document_only', 'original_seen', 'issuer_contacted', 'issuer_register', 'other')),
  checkedAt: nullable(instant),
  checkAgeDays: nullable(integer),
  verifiedName: nullable(string),
});
const ACTIONS = object({ canBeUpdated: boolean, canBeDeleted: boolean });
const list = (more: Record<string, Shape> = {}) =>
  object({ data: listOf(object({ ...ITEM, ...more })), pagination: PAGINATION });

let app: TestApp;
let organization: Organization;
let owner: Person;
let client: HttpClient;
let office: HttpClient;
let titleId: number;

beforeAll(async () => {
  app = await TestApp.start();
  organization = await app.given.organization();
  owner = await app.given.person({ organization, role: 'crew-member' });
  client = await app.as(owner);
  office = await app.as(await app.given.person({ organization, role: 'admin' }));
  titleId = await titleOf('Bachelor of Nautical Science');
});
afterEach(() => app.setNow(null));
afterAll(() => app.close());

async function titleOf(name: string, as = office): Promise<number> {
  const answer = await as.post(`${BASE}/titles`, { name });
  expectShape(answer.body, object({ id: integer, name: exactly(name) }));
  return answer.body.id as number;
}

/** The request of the source document. */
const sourceRequest = () => ({
  titleId,
  attachment: { name: 'diploma.pdf', mimeType: 'application/pdf', size: 482_113 },
  obtainedAt: '2024-12-05T14:56:23.000Z',
});
const countDiplomas = async () => {
  const [row] = await app.database.query<[{ count: number }]>(`
    select (select count(*) from diplomas) + (select count(*) from uploads) + (select count(*) from verifications) as count`);
  return row.count;
};
/** A crew member of their own, so that the lists of a test hold what the test made. */
async function someone(): Promise<{ person: Person; as: HttpClient }> {
  const person = await app.given.person({ organization, role: 'crew-member' });
  return { person, as: await app.as(person) };
}

describe('POST /auth/v1/rs/login/credentials', () => {
  it('answers 201 with the three tokens and nothing else', async () => {
    const answer = await app.anonymous.post(LOGIN, { email: owner.email, password: owner.password });
    expect(answer.status).toBe(201);
    expectShape(
      answer.body,
      object({ data: object({ accessToken: token, refreshToken: token, sessionToken: token }) }),
    );
  });

  it('the session token carries userId, sessionId, iat and exp', async () => {
    const { sessionToken } = await app.signIn(owner);
    const claims = jwt.decode(sessionToken) as Record<string, unknown>;
    const own = { aud: exactly('credence-session'), jti: uuid };
    expectShape(claims, object({ userId: exactly(owner.id), sessionId: uuid, iat: integer, exp: integer, ...own }));
  });

  const address = (length: number) =>
    `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(length - 191)}.example`;

  it.each([
    ['an address of 250 characters', address(250), 'long enough', 401],
    ['an address of 251 characters', address(251), 'long enough', 400],
    ['a password of 6 characters', 'nobody@example.org', '123456', 401],
    ['a password of 100 characters', 'nobody@example.org', 'x'.repeat(100), 401],
    ['a password of 5 characters', 'nobody@example.org', '12345', 400],
    ['a password of 101 characters', 'nobody@example.org', 'x'.repeat(101), 400],
  ])('takes %s for what it is', async (_name, email, password, status) => {
    expect((await app.anonymous.post(LOGIN, { email, password })).status).toBe(status);
  });
});

describe('POST /users/{userId}/diplomas', () => {
  it('answers the request of the source document with 201 and the documented keys', async () => {
    const answer = await client.post(DIPLOMAS, sourceRequest());
    expect(answer.status).toBe(201);
    expectShape(answer.body, written(UPLOAD));
    expect(answer.body.diploma).toMatchObject({
      userId: owner.id,
      organizationId: organization.id,
      titleId,
      obtainedAt: '2024-12-05T14:56:23.000Z',
      deletedAt: null,
    });
    expect(answer.headers.get('content-type')).toContain('application/json');
  });

  it('takes the person by number as well as by me, and staff may name anybody of the organisation', async () => {
    for (const answer of [
      await client.post(`${BASE}/users/${owner.id}/diplomas`, { titleId }),
      await office.post(`${BASE}/users/${owner.id}/diplomas`, { titleId }),
    ]) {
      expect(answer.status).toBe(201);
      expect(answer.body.diploma.userId).toBe(owner.id);
    }
  });

  it('with the title alone, date and upload are null and presignedUrl is a URL all the same', async () => {
    const answer = await client.post(DIPLOMAS, { titleId });
    expect(answer.status).toBe(201);
    expectShape(answer.body, written(exactly(null)));
    expect(answer.body.diploma).toMatchObject({ obtainedAt: null, deletedAt: null });
    expect((await fetch(answer.body.presignedUrl as string)).status).toBe(404);
  });

  it.each([
    ['2024-02-29T10:00Z', '2024-02-29T10:00:00.000Z'],
    ['2024-12-05T14:56:23.000Z', '2024-12-05T14:56:23.000Z'],
    ['2000-02-29T23:59:59Z', '2000-02-29T23:59:59.000Z'],
    ['2024-12-05T14:56:23.1Z', '2024-12-05T14:56:23.100Z'],
    ['2024-12-05T14:56:23.123456789Z', '2024-12-05T14:56:23.123Z'],
    ['1960-01-01T00:00Z', '1960-01-01T00:00:00.000Z'],
    ['1900-01-01T00:00Z', '1900-01-01T00:00:00.000Z'],
  ])('obtainedAt %s is accepted and answered as %s', async (obtainedAt, answered) => {
    const answer = await client.post(DIPLOMAS, { titleId, obtainedAt });
    expect(answer.status).toBe(201);
    expect(answer.body.diploma.obtainedAt).toBe(answered);
    const read = await client.get(`${DIPLOMAS}/${answer.body.diploma.id}`);
    expect(read.body.diploma.obtainedAt).toBe(answered);
  });

  it.each(['1899-12-31T23:59:59.999Z', '0000-01-01T00:00Z', '2999-01-01T00:00Z'])(
    'obtainedAt %s has the form, and is before 1900 or in the future: 422',
    async (obtainedAt) => {
      const answer = await client.post(DIPLOMAS, { titleId, obtainedAt });
      expect([answer.status, answer.body.errors[0].field]).toEqual([422, 'obtainedAt']);
    },
  );

  // Raw JSON, because JavaScript cannot write 1e400.
  it.each([
    ['obtainedAt', '"2023-02-29T10:00:00Z"'],
    ['obtainedAt', '"1900-02-29T10:00:00Z"'],
    ['obtainedAt', '"2024-12-05"'],
    ['obtainedAt', '"2024-12-05T14:56:23+01:00"'],
    ['obtainedAt', '"2024-12-05T24:00:00Z"'],
    ['obtainedAt', '"2024-12-05T14:56:23"'],
    ['obtainedAt', '"2024-12-05T14:56:60Z"'],
    ['obtainedAt', '"2024-13-05T14:56:23Z"'],
    ['obtainedAt', '"2024-04-31T14:56:23Z"'],
    ['obtainedAt', '" 2024-12-05T14:56:23Z"'],
    ['obtainedAt', '"2024-12-05T14:56:23Z\\n"'],
    ['obtainedAt', '"2024-12-05T14:56:23z"'],
    ['obtainedAt', '"2024-12-05T14:56:23.Z"'],
    ['obtainedAt', '"9999-12-31T23:59:59Z"'],
    ['obtainedAt', '1733410583000'],
    ['obtainedAt', 'null'],
    ['obtainedAt', '["2024-12-05T14:56:23Z"]'],
    ['titleId', '"1"'],
    ['titleId', 'null'],
    ['titleId', '1e400'],
    ['titleId', '-1e400'],
    ['titleId', '1.5'],
    ['titleId', 'true'],
    ['titleId', '[1]'],
    ['titleId', '9007199254740992'],
    ['titleId', '-9007199254740992'],
    // In range, but no title of ours.
    ['titleId', '9007199254740991'],
    ['titleId', '-9007199254740991'],
    ['titleId', '0'],
    ['attachment', 'null'],
    ['attachment', '"diploma.pdf"'],
    ['attachment', '[]'],
    ['attachment.name', '{ "mimeType": "application/pdf", "size": 1 }'],
    ['attachment.name', '{ "name": "", "mimeType": "application/pdf", "size": 1 }'],
    ['attachment.name', `{ "name": "${'x'.repeat(256)}", "mimeType": "application/pdf", "size": 1 }`],
    ['attachment.mimeType', '{ "name": "a.pdf", "size": 1 }'],
    ['attachment.mimeType', '{ "name": "a.html", "mimeType": "text/html", "size": 1 }'],
    ['attachment.size', '{ "name": "a.pdf", "mimeType": "application/pdf" }'],
    ['attachment.size', '{ "name": "a.pdf", "mimeType": "application/pdf", "size": 0 }'],
    ['attachment.size', '{ "name": "a.pdf", "mimeType": "application/pdf", "size": 1.5 }'],
    ['attachment.size', '{ "name": "a.pdf", "mimeType": "application/pdf", "size": "1" }'],
    ['attachment.size', '{ "name": "a.pdf", "mimeType": "application/pdf", "size": 26000000 }'],
    ['title', '"Bachelor"'],
  ])('%s %s is refused, naming the field, and nothing is recorded', async (field, value) => {
    const before = await countDiplomas();
    const name = field.split('.')[0] as string;
    const fields = { ...(name === 'titleId' ? {} : { titleId: String(titleId) }), [name]: value };
    const body = `{ ${Object.entries(fields)
      .map(([key, raw]) => `"${key}": ${raw}`)
      .join(', ')} }`;
    const answer = await client.send('POST', DIPLOMAS, body);
    expect([400, 413, 415, 422]).toContain(answer.status);
    if (!field.startsWith('attachment.')) expect([400, 422]).toContain(answer.status);
    expectProblem(answer, answer.status, answer.body.code, field);
    expect(await countDiplomas()).toBe(before);
  });

  it('titleId missing is refused, naming the field, and nothing is recorded', async () => {
    const before = await countDiplomas();
    expectProblem(await client.post(DIPLOMAS, {}), 400, 'invalid_request', 'titleId');
    expect(await countDiplomas()).toBe(before);
  });

  it.each([
    '9007199254740992',
    '-9007199254740992',
    '1.5',
    'abc',
    '1e3',
    '1e400',
    'ME',
    'null',
    '0x10',
    '%20',
    '%F0%9F%9A%A2',
  ])('userId %s is refused, naming the field, and nothing is recorded', async (userId) => {
    const before = await countDiplomas();
    const path = `${BASE}/users/${userId}/diplomas`;
    for (const as of [client, office]) {
      expectProblem(await as.post(path, { titleId }), 400, 'invalid_request', 'userId');
      expectProblem(await as.get(path), 400, 'invalid_request', 'userId');
    }
    expect(await countDiplomas()).toBe(before);
  });

  it.each(['9007199254740991', '-9007199254740991', '2147483648', '0', '-1'])(
    'userId %s is well formed but nobody: 404',
    async (userId) => {
      const path = `${BASE}/users/${userId}/diplomas`;
      for (const as of [client, office]) {
        expectProblem(await as.post(path, { titleId }), 404, 'person_not_found');
        expectProblem(await as.get(path), 404, 'person_not_found');
      }
    },
  );

  it('a person or a title of another organisation is as unknown as one that does not exist', async () => {
    const elsewhere = await app.given.organization({ name: 'Southern Crewing' });
    const stranger = await app.given.person({ organization: elsewhere, role: 'admin' });
    const asStranger = await app.as(stranger);
    const foreignTitle = await titleOf('Master Mariner', asStranger);
    const without = ({ body }: Answer) => ({ ...body, requestId: '', instance: '' });
    for (const method of ['GET', 'POST']) {
      const call = (userId: number) =>
        office.send(method, `${BASE}/users/${userId}/diplomas`, method === 'POST' ? { titleId } : undefined);
      const [foreign, unknown] = [await call(stranger.id), await call(987_654_321)];
      expectProblem(foreign, 404, 'person_not_found');
      expect(without(foreign)).toEqual(without(unknown));
    }
    const foreign = await client.post(DIPLOMAS, { titleId: foreignTitle });
    expectProblem(foreign, 422, 'title_unknown', 'titleId');
    expect(without(foreign)).toEqual(without(await client.post(DIPLOMAS, { titleId: 987_654_321 })));
    const mine = await client.post(DIPLOMAS, { titleId });
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { obtainedAt: null } : undefined;
      for (const path of [
        `${BASE}/users/${owner.id}/diplomas/${mine.body.diploma.id}`,
        `${DIPLOMAS}/${mine.body.diploma.id}`,
      ]) {
        const answer = await asStranger.send(method, path, body);
        expectProblem(answer, 404, path.includes('/me/') ? 'diploma_not_found' : 'person_not_found');
      }
    }
  });

  it.each(['id', 'userId', 'organizationId', 'deletedAt', 'createdAt', 'updatedAt', 'verification'])(
    '%s cannot be set: 403 field_forbidden',
    async (field) => {
      const mine = await client.post(DIPLOMAS, { titleId });
      const value = { titleId, [field]: mine.body.diploma[field] ?? null };
      expectProblem(await client.post(DIPLOMAS, value), 403, 'field_forbidden', field);
      expectProblem(await client.patch(`${DIPLOMAS}/${mine.body.diploma.id}`, value), 403, 'field_forbidden', field);
    },
  );

  it('a date in the future is refused, one of this moment is not', async () => {
    const now = new Date('2026-05-05T12:00:00.000Z');
    const before = await countDiplomas();
    app.setNow(now);
    const late = await client.post(DIPLOMAS, { titleId, obtainedAt: '2026-05-05T12:00:00.001Z' });
    expectProblem(late, 422, 'obtained_in_future', 'obtainedAt');
    expect(await countDiplomas()).toBe(before);
    expect((await client.post(DIPLOMAS, { titleId, obtainedAt: now.toISOString() })).status).toBe(201);
  });
});

describe('GET, PATCH and DELETE of one diploma', () => {
  it('answer the documented keys; a deleted one stays readable with its date', async () => {
    const { as } = await someone();
    const created = await as.post(DIPLOMAS, sourceRequest());
    const path = `${DIPLOMAS}/${created.body.diploma.id}`;
    const read = await as.get(path);
    expect(read.status).toBe(200);
    expectShape(read.body, object({ diploma: object(ITEM) }));
    const changed = await as.patch(path, { obtainedAt: null });
    expect(changed.status).toBe(200);
    expectShape(changed.body, written(exactly(null)));
    expect(changed.body.diploma).toEqual({
      ...created.body.diploma,
      obtainedAt: null,
      updatedAt: changed.body.diploma.updatedAt,
    });
    const deleted = await as.delete(path);
    expect(deleted.status).toBe(200);
    expectShape(deleted.body, object({ diploma: object({ ...DIPLOMA, deletedAt: instant }) }));
    expect((await as.get(path)).body.diploma.deletedAt).toBe(deleted.body.diploma.deletedAt);
    expectProblem(await as.patch(path, { obtainedAt: null }), 404, 'diploma_not_found');
    expectProblem(await as.delete(path), 404, 'diploma_not_found');
  });

  it('a refused change leaves the diploma as it was', async () => {
    const created = await client.post(DIPLOMAS, sourceRequest());
    const path = `${DIPLOMAS}/${created.body.diploma.id}`;
    const before = await client.get(`${path}?extend=verification`);
    for (const [field, raw] of [
      ['obtainedAt', '"2023-02-29T10:00:00Z"'],
      ['obtainedAt', '"2024-12-05T24:00:00Z"'],
      ['titleId', 'null'],
      ['titleId', '"1"'],
      ['titleId', '1e400'],
      ['titleId', '987654321'],
    ] as const) {
      const answer = await client.send('PATCH', path, `{ "${field}": ${raw} }`);
      expect([400, 422]).toContain(answer.status);
      expectProblem(answer, answer.status, answer.body.code, field);
    }
    expect((await client.get(`${path}?extend=verification`)).body).toEqual(before.body);
  });
});

describe('GET /users/{userId}/diplomas', () => {
  let as: HttpClient;
  let person: Person;
  let masterId: number;
  const ids: number[] = [];
  const find = (query = '') => as.get(`${DIPLOMAS}?${query}`);
  const found = async (query: string) => {
    const answer = await find(query);
    expect(answer.status).toBe(200);
    return answer.body.data.map(({ id }: { id: number }) => ids.indexOf(id)) as number[];
  };

  beforeAll(async () => {
    ({ as, person } = await someone());
    masterId = await titleOf('Master of 100% Marine_Law');
    const made = [
      { titleId, obtainedAt: '2020-06-01T00:00Z' },
      { titleId: masterId, attachment: { name: 'Law degree.PDF', mimeType: 'application/pdf', size: 10 } },
      {
        titleId,
        obtainedAt: '2019-06-01T00:00Z',
        attachment: { name: '50%_off.jpg', mimeType: 'image/jpeg', size: 10 },
      },
      { titleId: masterId },
    ];
    for (const body of made) {
      const answer = await as.post(DIPLOMAS, body);
      expect(answer.status).toBe(201);
      ids.push(answer.body.diploma.id as number);
    }
    expect((await as.delete(`${DIPLOMAS}/${ids[3]}`)).status).toBe(200);
  });

  it('answers the documented keys, page 1 of 50, no count, no deleted ones and no URL', async () => {
    const answer = await find();
    expect(answer.status).toBe(200);
    expectShape(answer.body, list());
    expect(answer.body.pagination).toEqual({ page: 1, pageSize: 50 });
    expect(answer.body.data.map(({ id }: { id: number }) => id)).toEqual([ids[2], ids[1], ids[0]]);
    expect(answer.body.data[0]).toMatchObject({
      userId: person.id,
      title: { id: titleId, name: 'Bachelor of Nautical Science' },
      attachment: { id: expect.any(Number), name: '50%_off.jpg' },
      obtainedAt: '2019-06-01T00:00:00.000Z',
      deletedAt: null,
    });
    expect(answer.body.data[2].attachment).toBeNull();
    expect(answer.text).not.toMatch(/https?:|token/i);
    expect((await as.get(`${BASE}/users/${person.id}/diplomas`)).body).toEqual(answer.body);
    expect((await office.get(`${BASE}/users/${person.id}/diplomas`)).body).toEqual(answer.body);
  });

  it.each([
    ['presigned-url', { presignedUrl: url }],
    ['actions-info', { actions: ACTIONS }],
    ['verification', { verification: VERIFICATION }],
  ])('extend=%s adds its key alone', async (extend, keys) => {
    expectShape((await find(`extend=${extend}`)).body, list(keys));
    const one = await as.get(`${DIPLOMAS}/${ids[0]}?extend=${extend}`);
    expectShape(one.body, object({ diploma: object({ ...ITEM, ...keys }) }));
  });

  it('extend may be repeated', async () => {
    const both = await find('extend=actions-info&extend=presigned-url');
    expectShape(both.body, list({ presignedUrl: url, actions: ACTIONS }));
    const all = await find('extend=actions-info&extend=presigned-url&extend=verification');
    expectShape(all.body, list({ presignedUrl: url, actions: ACTIONS, verification: VERIFICATION }));
  });

  it('actions tell what the caller may do: nothing with a deleted diploma', async () => {
    const { body } = await find('extend=actions-info&whereDeleted=true&orderBy=id');
    const may = body.data.map(({ actions }: { actions: unknown }) => actions);
    const [both, none] = [
      { canBeUpdated: true, canBeDeleted: true },
      { canBeUpdated: false, canBeDeleted: false },
    ];
    expect(may).toEqual([both, both, both, none]);
  });

  it.each([
    ['whereTitleId of one title', () => `whereTitleId=${masterId}`, [1]],
    ['whereTitleId of no title', () => 'whereTitleId=987654321', []],
    ['whereTitleName, contained, in any case', () => 'whereTitleName=nautical', [2, 0]],
    ['whereTitleName with a percent sign meant literally', () => `whereTitleName=${encodeURIComponent('0%')}`, [1]],
    ['whereTitleName with an underscore meant literally', () => 'whereTitleName=_law', [1]],
    ['whereAttachmentName, contained, in any case', () => 'whereAttachmentName=degree.pdf', [1]],
    [
      'whereAttachmentName with wildcards meant literally',
      () => `whereAttachmentName=${encodeURIComponent('%_')}`,
      [2],
    ],
    ['whereAttachmentName of no file', () => 'whereAttachmentName=passport', []],
    ['whereDeleted=true', () => 'whereDeleted=true', [3, 2, 1, 0]],
    ['whereDeleted=false', () => 'whereDeleted=false', [2, 1, 0]],
    ['two conditions at once', () => `whereTitleId=${titleId}&whereAttachmentName=jpg`, [2]],
    ['orderBy=id', () => 'orderBy=id', [0, 1, 2]],
    ['orderBy=-id', () => 'orderBy=-id', [2, 1, 0]],
    ['orderBy=createdAt:asc', () => 'orderBy=createdAt:asc', [0, 1, 2]],
    ['orderBy=createdAt:desc', () => 'orderBy=createdAt:desc', [2, 1, 0]],
    ['orderBy=obtainedAt', () => 'orderBy=obtainedAt', [1, 2, 0]],
    ['orderBy=-obtainedAt', () => 'orderBy=-obtainedAt', [0, 2, 1]],
    ['orderBy=titleName', () => 'orderBy=titleName', [0, 2, 1]],
    ['page and pageSize', () => 'pageSize=2&page=2', [0]],
    ['a page after the last', () => 'pageSize=2&page=9', []],
  ])('%s', async (_name, query, expected) => {
    expect(await found(query())).toEqual(expected);
  });

  it('counts only when asked, everything that matches and not just the page', async () => {
    const counted = await find('includeCount=true&pageSize=1');
    const shape = object({ data: listOf(object(ITEM)), totalCount: integer, pagination: PAGINATION });
    expectShape(counted.body, shape);
    expect(counted.body).toMatchObject({ totalCount: 3, pagination: { page: 1, pageSize: 1 } });
    expect((await find(`includeCount=true&whereTitleId=${masterId}&whereDeleted=true`)).body.totalCount).toBe(2);
    expectShape((await find('includeCount=false')).body, list());
  });

  it('pageSize reaches to 200', async () => {
    expect((await find('pageSize=200')).body.pagination).toEqual({ page: 1, pageSize: 200 });
  });

  it.each([
    ['pageSize', '201'],
    ['pageSize', '0'],
    ['pageSize', 'many'],
    ['pageSize', '1.5'],
    ['page', '0'],
    ['page', '-1'],
    ['page', ''],
    ['includeCount', 'yes'],
    ['whereDeleted', '1'],
    ['whereTitleId', 'abc'],
    ['whereTitleId', '9007199254740992'],
    ['whereTitleName', 'x'.repeat(201)],
    ['extend', 'everything'],
    ['extend', 'presigned-url,actions-info'],
    ['orderBy', 'password'],
    ['orderBy', 'id;drop table diplomas'],
    ['wherePassword', '1'],
  ])('%s=%s is refused, naming the parameter', async (name, value) => {
    expectProblem(await find(`${name}=${encodeURIComponent(value)}`), 400, 'invalid_request', name);
  });
});

describe('the two tokens', () => {
  type Headers = Record<string, string>;
  const headers = (accessToken?: string, sessionToken?: string): Headers => ({
    ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    ...(sessionToken === undefined ? {} : { 'x-session-token': sessionToken }),
  });
  const routes = (): [method: string, path: string, body?: object][] => [
    ['POST', DIPLOMAS, { titleId }],
    ['GET', DIPLOMAS],
    ['GET', `${DIPLOMAS}/1`],
    ['PATCH', `${DIPLOMAS}/1`, { titleId }],
    ['DELETE', `${DIPLOMAS}/1`],
    ['GET', `${BASE}/titles`],
    ['POST', `${BASE}/titles`, { name: 'x' }],
    ['PATCH', `${BASE}/titles/1`, { name: 'x' }],
    ['DELETE', `${BASE}/titles/1`],
  ];
  const expectClosed = async (sent: Headers, code: string) => {
    const before = await countDiplomas();
    for (const [method, path, body] of routes()) {
      const answer = await new HttpClient(app.url, sent).send(method, path, body);
      expectProblem(answer, 401, code);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
    expect(await countDiplomas()).toBe(before);
  };
  /** The same token with one character of a part changed. */
  const tampered = (value: string, part: 0 | 1 | 2) =>
    value
      .split('.')
      .map((text, index) => (index === part ? text.slice(0, 5) + (text[5] === 'A' ? 'B' : 'A') + text.slice(6) : text))
      .join('.');
  const unsigned = (value: string) => {
    const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    return `${header}.${value.split('.')[1]}.`;
  };

  /** Two that have been checked before: what the process remembers of them opens no other door. */
  const known = async (person = owner) => {
    const tokens = await app.signIn(person);
    const { status } = await app.anonymous.get(DIPLOMAS, headers(tokens.accessToken, tokens.sessionToken));
    expect(status).toBe(200);
    return tokens;
  };

  it('are enough together, as often as they come', async () => {
    const { accessToken, sessionToken } = await known();
    expect((await app.anonymous.get(DIPLOMAS, headers(accessToken, sessionToken))).status).toBe(200);
  });

  it('are both required on every route', async () => {
    const { accessToken, sessionToken } = await known();
    await expectClosed(headers(), 'not_signed_in');
    await expectClosed(headers(undefined, sessionToken), 'not_signed_in');
    await expectClosed(headers(accessToken), 'session_token_invalid');
    await expectClosed(headers(accessToken, ''), 'session_token_invalid');
    await expectClosed({ authorization: accessToken, 'x-session-token': sessionToken }, 'not_signed_in');
    await expectClosed({ authorization: `Basic ${accessToken}`, 'x-session-token': sessionToken }, 'not_signed_in');
  });

  it('must be of one session and one person', async () => {
    const [first, second] = [await known(), await known()];
    await expectClosed(headers(first.accessToken, second.sessionToken), 'session_token_invalid');
    const colleague = await known(await app.given.person({ organization, role: 'crew-member' }));
    await expectClosed(headers(first.accessToken, colleague.sessionToken), 'session_token_invalid');
  });

  it('are refused from the moment of signing out, the tokens of other sessions are not', async () => {
    const [gone, kept] = [await known(), await known()];
    expect((await app.anonymous.post(LOGOUT, undefined, headers(gone.accessToken))).status).toBe(204);
    await expectClosed(headers(gone.accessToken, gone.sessionToken), 'not_signed_in');
    await expectClosed(headers(kept.accessToken, gone.sessionToken), 'session_token_invalid');
    expect((await app.anonymous.get(DIPLOMAS, headers(kept.accessToken, kept.sessionToken))).status).toBe(200);
  });

  it('expire', async () => {
    app.setNow(new Date(Date.now() - 16 * 60_000));
    const early = await app.signIn(owner);
    app.setNow(null);
    await expectClosed(headers(early.accessToken, early.sessionToken), 'not_signed_in');
    const { accessToken, sessionToken } = await known();
    const { privateKey, kid } = await app.app.get(SigningKeys, { strict: false }).current();
    const claims = jwt.decode(sessionToken) as jwt.JwtPayload;
    const late = jwt.sign({ ...claims, exp: Math.floor(Date.now() / 1000) - 1 }, privateKey, {
      algorithm: 'ES256',
      header: { alg: 'ES256', typ: 'st+jwt', kid },
    });
    await expectClosed(headers(accessToken, late), 'session_token_invalid');
    const inSixteenMinutes = Date.now() + 16 * 60_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(inSixteenMinutes);
    await expectClosed(headers(accessToken, sessionToken), 'not_signed_in');
    clock.mockRestore();
  });

  it('cannot stand in for each other', async () => {
    const { accessToken, sessionToken, refreshToken } = await known();
    await expectClosed(headers(sessionToken, accessToken), 'not_signed_in');
    await expectClosed(headers(sessionToken, sessionToken), 'not_signed_in');
    await expectClosed(headers(refreshToken, sessionToken), 'not_signed_in');
    await expectClosed(headers(accessToken, accessToken), 'session_token_invalid');
    await expectClosed(headers(accessToken, refreshToken), 'session_token_invalid');
  });

  it.each([0, 1, 2] as const)('are refused with part %s changed', async (part) => {
    const { accessToken, sessionToken } = await known();
    await expectClosed(headers(tampered(accessToken, part), sessionToken), 'not_signed_in');
    await expectClosed(headers(accessToken, tampered(sessionToken, part)), 'session_token_invalid');
  });

  it('are refused without a signature', async () => {
    const { accessToken, sessionToken } = await known();
    await expectClosed(headers(unsigned(accessToken), sessionToken), 'not_signed_in');
    await expectClosed(headers(accessToken, unsigned(sessionToken)), 'session_token_invalid');
  });
});

describe('the content type of a write', () => {
  const writes = async (): Promise<[method: string, path: string, body: object, as: HttpClient][]> => {
    const { body } = await client.post(DIPLOMAS, { titleId });
    return [
      ['POST', LOGIN, { email: owner.email, password: owner.password }, app.anonymous],
      ['POST', DIPLOMAS, { titleId }, client],
      ['PATCH', `${DIPLOMAS}/${body.diploma.id}`, { obtainedAt: '2020-01-01T00:00Z' }, client],
      ['POST', `${BASE}/titles`, { name: 'Never recorded' }, office],
      ['PATCH', `${BASE}/titles/${titleId}`, { name: 'Never recorded' }, office],
    ];
  };

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
    'application/jsonp',
    'application/json-patch+json',
    'application/octet-stream',
    '',
  ])('%p is 415 and changes nothing', async (contentType) => {
    const all = await writes();
    const before = await countDiplomas();
    for (const [method, path, body, as] of all) {
      expectProblem(await as.send(method, path, body, { 'content-type': contentType }), 415, 'unsupported_media_type');
    }
    expect(await countDiplomas()).toBe(before);
    expect((await client.get(DIPLOMAS)).text).not.toMatch(/2020-01-01|Never recorded/);
  });

  it('none at all is 415', async () => {
    for (const [method, path, body, as] of await writes()) {
      // fetch names a type for text, but not for bytes.
      const response = await fetch(new URL(path, app.url), {
        method,
        headers: as.headers,
        body: Buffer.from(JSON.stringify(body)),
      });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ code: 'unsupported_media_type' });
    }
  });

  it('application/json is accepted with a charset and in any case', async () => {
    for (const contentType of ['application/json; charset=utf-8', 'Application/JSON']) {
      expect((await client.post(DIPLOMAS, { titleId }, { 'content-type': contentType })).status).toBe(201);
    }
  });

  it.each([
    '{',
    '{ "titleId": 1, }',
    "{ 'titleId': 1 }",
    '{ "titleId": NaN }',
    'titleId=1',
    '{"titleId":1}{"titleId":1}',
  ])('a body that is not JSON is 400 malformed_json: %s', async (body) => {
    for (const [method, path, , as] of await writes()) {
      expectProblem(await as.send(method, path, body), 400, 'malformed_json');
    }
  });

  it.each(['[]', '[{}]', 'null', '"text"', '1', 'true', ''])('a body that is no object is 400: %s', async (body) => {
    const before = await countDiplomas();
    expectProblem(await client.send('POST', DIPLOMAS, body), 400, 'invalid_request');
    expect(await countDiplomas()).toBe(before);
  });
});
