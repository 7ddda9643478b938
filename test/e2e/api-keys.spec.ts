import { createHash } from 'node:crypto';
import { SCOPES } from '#libs/auth';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { expectProblem, HttpClient } from '../support/http';
import { TestApp } from '../support/test-app';

const KEYS = '/api/v1/shared/api-keys';
const CURRENT = `${KEYS}/current`;
const CREW = '/api/v1/crew';
const DIPLOMAS = '/users-organizations/v1/rs';
const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let app: TestApp;
let home: Organization;
let administrator: Person;
let admin: HttpClient;
let crew: Person;
let stranger: Person;

beforeAll(async () => {
  app = await TestApp.start();
  home = await app.given.organization();
  const elsewhere = await app.given.organization({ name: 'Southern Crewing' });
  administrator = await app.given.person({ organization: home, role: 'admin' });
  admin = await app.as(administrator);
  crew = await app.given.person({ organization: home, role: 'crew-member' });
  stranger = await app.given.person({ organization: elsewhere, role: 'admin' });
});
afterEach(() => app.setNow(null));
afterAll(() => app.close());

interface Key {
  id: string;
  secret: string;
  client: HttpClient;
}
const bearer = (secret: string, sessionToken?: string) =>
  new HttpClient(app.url, {
    authorization: `Bearer ${secret}`,
    ...(sessionToken ? { 'x-session-token': sessionToken } : {}),
  });
const keyWith = async (scopes: string[], more: object = {}): Promise<Key> => {
  const { status, body } = await admin.post(KEYS, { name: 'Crew planning', scopes, ...more });
  expect(status).toBe(201);
  return { id: body.id, secret: body.secret, client: bearer(body.secret) };
};
const trailOf = (targetId: string) =>
  app.database.query<Record<string, unknown>[]>('select * from audit_records where target_id = $1 order by id', [
    targetId,
  ]);
const inMinutes = (minutes: number) => app.setNow(new Date(Date.now() + minutes * 60_000));

describe('an API key', () => {
  it('is shown once, kept as a hash and recognised by its beginning', async () => {
    const answer = await admin.post(KEYS, {
      name: ' Crew planning ',
      scopes: ['certificates:read'],
      expiresInDays: 30,
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { secret, previousSecretExpiresAt, ...rest } = answer.body;
    expect(secret).toMatch(/^crd_[\w-]{43}$/);
    expect(previousSecretExpiresAt).toBeNull();
    expect(rest).toEqual({
      id: UUID,
      name: 'Crew planning',
      scopes: ['certificates:read'],
      prefix: secret.slice(0, 12),
      createdByUserId: administrator.uuid,
      createdAt: INSTANT,
      expiresAt: INSTANT,
      lastUsedAt: null,
      rotatedAt: null,
    });
    const read = await admin.get(`${KEYS}/${rest.id}`);
    expect(read.body).toEqual(rest);
    expect(read.headers.get('etag')).toBe(answer.headers.get('etag'));
    expect((await admin.get(KEYS)).body.items).toContainEqual(rest);
    const stored = await app.database.query('select * from api_key_secrets where api_key_id = $1', [rest.id]);
    expect(stored).toMatchObject([{ hash: createHash('sha256').update(secret).digest('hex') }]);
    const everything = await app.database.query(
      'select (select jsonb_agg(k) from api_keys k) as k, (select jsonb_agg(a) from audit_records a) as a',
    );
    expect(JSON.stringify(everything)).not.toContain(secret);
    expect((await trailOf(rest.id)).map(({ action }) => action)).toEqual(['api-key.create']);
  });

  it('says who it is and what it may do, whatever its scopes', async () => {
    const { id, client } = await keyWith(['certificates:read']);
    const { status, body } = await client.get(CURRENT);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      organizationId: home.id,
      scopes: ['certificates:read'],
      permissions: [
        'api-key:current',
        'certificate-kind:read',
        'certificate:list',
        'certificate:read',
        'verification:read',
      ],
    });
    expectProblem(await admin.get(CURRENT), 403, 'not_permitted');
  });

  it.each([
    ['scopes', { name: 'x', scopes: ['everything'] }],
    ['scopes', { name: 'x' }],
    ['name', { name: ' ', scopes: [] }],
    ['expiresInDays', { name: 'x', scopes: [], expiresInDays: 0 }],
  ])('is not made with malformed %s', async (field, body) => {
    expectProblem(await admin.post(KEYS, body), 400, 'invalid_request', field);
  });

  it('notes its last use, once a minute at most', async () => {
    const { id, client } = await keyWith([]);
    const lastUse = async () => (await admin.get(`${KEYS}/${id}`)).body.lastUsedAt;
    expect(await lastUse()).toBeNull();
    const writes = async () => {
      const seen = await app.statements(() => client.get(CURRENT));
      return seen.filter((statement) => statement.startsWith('update api_keys')).length;
    };
    expect([await writes(), await writes(), await writes()]).toEqual([1, 0, 0]);
    const first = await lastUse();
    expect(first).toEqual(INSTANT);
    inMinutes(2);
    expect(await writes()).toBe(1);
    expect(await lastUse()).not.toBe(first);
  });

  it('ends with its time, and when it is deleted; the trail stays', async () => {
    const expiring = await keyWith(['certificates:read'], { expiresInDays: 1 });
    const deleted = await keyWith(['certificates:read']);
    expect((await expiring.client.get(CURRENT)).status).toBe(200);
    inMinutes(24 * 60 + 1);
    expectProblem(await expiring.client.get(CURRENT), 401, 'not_signed_in');
    app.setNow(null);
    expectProblem(await admin.delete(`${KEYS}/${deleted.id}`, { 'if-match': '"stale"' }), 412, 'changed_since_read');
    expect((await admin.delete(`${KEYS}/${deleted.id}`)).status).toBe(204);
    expectProblem(await deleted.client.get(CURRENT), 401, 'not_signed_in');
    expectProblem(await admin.get(`${KEYS}/${deleted.id}`), 404, 'api_key_not_found');
    expectProblem(await admin.delete(`${KEYS}/${deleted.id}`), 404, 'api_key_not_found');
    const trail = await trailOf(deleted.id);
    expect(trail.map(({ action }) => action)).toEqual(['api-key.create', 'api-key.delete']);
    for (const { subject_user_uuid: subject } of trail) expect(subject).toBe(administrator.uuid);
    expect(trail[0]?.changes).toEqual({
      name: null,
      scopes: { before: null, after: expect.stringMatching(/^\[".*"\]$/) },
    });
    expect(trail[1]?.changes).toEqual({ expiresAt: { before: null, after: expect.any(String) } });
  });

  it('that nobody made is refused, and leaves a record', async () => {
    const answer = await bearer(`crd_${'A'.repeat(43)}`).get(CURRENT);
    expectProblem(answer, 401, 'not_signed_in');
    const [record] = await app.database.query('select * from audit_records where request_id = $1', [
      answer.body.requestId,
    ]);
    expect(record).toMatchObject({
      action: 'token.refuse',
      target_id: 'api-key',
      details: { reason: 'unknown_api_key' },
    });
  });
});

describe('rotating an API key', () => {
  it('lets the secret before work on for the overlap, and no longer', async () => {
    const { id, client: before } = await keyWith(['certificates:read']);
    const { status, body } = await admin.post(`${KEYS}/${id}/rotate`, { overlapHours: 2 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ id, rotatedAt: INSTANT, previousSecretExpiresAt: INSTANT });
    const after = bearer(body.secret);
    for (const client of [before, after]) expect((await client.get(CURRENT)).body.id).toBe(id);
    inMinutes(121);
    expectProblem(await before.get(CURRENT), 401, 'not_signed_in');
    expect((await after.get(CURRENT)).status).toBe(200);
  });

  it('without overlap ends the secret before at once, and a second rotation ends the one before that', async () => {
    const { id, client: first } = await keyWith([]);
    const second = bearer((await admin.post(`${KEYS}/${id}/rotate`, {})).body.secret);
    const third = bearer((await admin.post(`${KEYS}/${id}/rotate`, {})).body.secret);
    expectProblem(await first.get(CURRENT), 401, 'not_signed_in');
    for (const client of [second, third]) expect((await client.get(CURRENT)).status).toBe(200);
    const last = bearer((await admin.post(`${KEYS}/${id}/rotate`, { overlapHours: 0 })).body.secret);
    expectProblem(await third.get(CURRENT), 401, 'not_signed_in');
    expect((await last.get(CURRENT)).status).toBe(200);
  });
});

describe('on contract C, a key', () => {
  it('reaches the whole organisation within its scopes, and nothing of another', async () => {
    const { client } = await keyWith(['certificates:read', 'people:read']);
    await (await app.as(crew)).post(`${CREW}/users/${crew.uuid}/certificates`, { certificateType: 'medical' });
    const list = await client.get(`${CREW}/users/${crew.uuid}/certificates`);
    expect({ status: list.status, count: list.body.length }).toEqual({ status: 200, count: 1 });
    expect((await client.get(`${CREW}/roster?limit=100`)).body.items.length).toBeGreaterThan(1);
    expectProblem(await client.get(`${CREW}/users/${stranger.uuid}/certificates`), 404, 'person_not_found');
  });

  it('writes under its own id, which is nobody in the lists of people', async () => {
    const { id, client } = await keyWith(['certificates:write', 'certificates:read', 'people:read']);
    const made = await client.post(`${CREW}/users/${crew.uuid}/certificates`, { certificateType: 'medical' });
    expect(made.status).toBe(201);
    expect(made.body.uploadedByUserId).toBe(id);
    const [trail] = await trailOf(made.body.id);
    expect(trail).toMatchObject({
      action: 'certificate.create',
      actor_kind: 'api-key',
      actor_uuid: id,
      session_id: null,
    });
    const roster = await client.get(`${CREW}/roster?limit=1000`);
    const users = await client.get('/api/v1/shared/users?limit=1000');
    for (const { body } of [roster, users])
      expect(body.items.map((person: { id: string }) => person.id)).not.toContain(id);
    expectProblem(await client.get(`/api/v1/shared/users/${id}`), 404, 'person_not_found');
    // It has no papers of its own.
    const own = await client.post(`${CREW}/users/${id}/certificates`, { certificateType: 'medical' });
    expectProblem(own, 404, 'person_not_found');
    expect((await client.delete(`${CREW}/certificates/${made.body.id}`)).status).toBe(204);
  });

  it('sends a file in', async () => {
    const { client } = await keyWith(['uploads:write', 'uploads:read']);
    const file = { kind: 'certificate', mime: 'application/pdf', size: 40, filename: 'scan.pdf' };
    const intent = await client.post('/api/v1/shared/uploads/intent', file);
    expect(intent.status).toBe(201);
    expect((await client.get(`/api/v1/shared/uploads/${intent.body.uploadId}`)).body.status).toBe('pending');
  });

  it('is told the scope that it lacks, and the attempt is recorded', async () => {
    const { id, client } = await keyWith(['certificates:read']);
    const answer = await client.post(`${CREW}/users/${crew.uuid}/certificates`, { certificateType: 'medical' });
    expectProblem(answer, 403, 'scope_missing');
    expect(answer.body.detail).toContain('certificates:write');
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="certificates:write"',
    );
    const record = (await trailOf(id)).at(-1);
    expect(record).toMatchObject({
      action: 'api-key.refuse',
      actor_kind: 'api-key',
      actor_uuid: id,
      organization_id: home.id,
      request_id: answer.body.requestId,
      details: { permission: 'certificate:create', scopes: ['certificates:write'] },
    });
  });

  it('has scopes that name permissions of the table, and never one to decide', () => {
    expect(Object.values(SCOPES).flat()).not.toContain('verification:decide');
  });
});

describe('on contract D, a key', () => {
  it('acts as that person, limited by both', async () => {
    const { id: titleId } = (await admin.post(`${DIPLOMAS}/titles`, { name: 'Master Mariner' })).body;
    const { secret, id } = await keyWith(['diplomas:read', 'titles:write']);
    const asCrew = bearer(secret, (await app.signIn(crew)).sessionToken);
    const asAdmin = bearer(secret, (await app.signIn(administrator)).sessionToken);
    // The key lacks the scope; the person lacks the role; both have it.
    expectProblem(await asCrew.post(`${DIPLOMAS}/users/me/diplomas`, { titleId }), 403, 'scope_missing');
    expectProblem(await asCrew.post(`${DIPLOMAS}/titles`, { name: 'Deck Officer' }), 403, 'not_permitted');
    expectProblem(await asCrew.get(`${DIPLOMAS}/users/${administrator.id}/diplomas`), 404, 'person_not_found');
    const made = await asAdmin.post(`${DIPLOMAS}/titles`, { name: 'Deck Officer' });
    expect(made.status).toBe(201);
    const [record] = await trailOf(String(made.body.id ?? made.body.title.id));
    expect(record).toMatchObject({ actor_kind: 'person', actor_uuid: administrator.uuid, details: { apiKeyId: id } });
  });
});
