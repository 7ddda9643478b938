import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Jobs } from '#libs/jobs';
import type { Person } from '../support/given';
import { type Answer, expectProblem, HttpClient } from '../support/http';
import { committedDocument, routesOf } from '../support/openapi';
import { ORIGINAL_SEEN } from '../support/papers';
import { postForm } from '../support/post-form';
import { ProductDirectory } from '../support/product';
import { pdf } from '../support/sample-files';
import { checked } from '../support/send-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const SHARED = '/api/v1/shared';
const RS = '/users-organizations/v1/rs';

const SECOND_FACTOR = 'POST /api/v1/shared/users/me/second-factor';

/** POSTs that create no record and decide nothing, or that must not be answered again. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  'POST /auth/v1/rs/login/credentials': 'each sign-in is a session of its own',
  'POST /auth/v1/rs/login/oidc': 'each sign-in is a session of its own',
  'POST /auth/v1/rs/login/refresh': 'a refresh token works once on purpose',
  'POST /auth/v1/rs/login/switch': 'its answer is the tokens of a session, which are kept nowhere',
  'POST /auth/v1/rs/logout': 'signing out twice is signing out',
  'POST /auth/v1/rs/invitations/accept': 'nobody is signed in yet; the token in the mail works once',
  'POST /auth/v1/rs/invitations/look-up': 'changes nothing',
  'POST /auth/v1/rs/password/forgot': 'nobody is signed in; asking again sends another mail, within limits',
  'POST /auth/v1/rs/password/reset': 'nobody is signed in; the token in the mail works once',
  'POST /api/v1/crew/fitness/check': 'changes nothing',
  'POST /api/v1/shared/system/failed-jobs/{job_id}/retry': 'the second time it has not failed',
  'POST /api/v1/shared/system/mail-trials': 'asking again sends another mail, within limits',
  'POST /api/v1/shared/users/me/password': 'the second time the current password is another',
  'POST /auth/v1/rs/login/second-factor/code': 'nobody is signed in yet; the token of the first step opens one session',
  'POST /auth/v1/rs/login/second-factor/passkey':
    'nobody is signed in yet; the token of the first step opens one session',
  ...Object.fromEntries(
    ['authenticator-app/begin', 'passkeys/begin'].map((path) => [
      `${SECOND_FACTOR}/${path}`,
      'each begin is one of its own, and its secret is kept nowhere',
    ]),
  ),
  [`${SECOND_FACTOR}/authenticator-app`]: 'what was begun is ended once; recovery codes in the answer are kept nowhere',
  [`${SECOND_FACTOR}/passkeys`]: 'what was begun is ended once; recovery codes in the answer are kept nowhere',
  [`${SECOND_FACTOR}/recovery-codes`]: 'the codes in the answer are kept nowhere',
  [`${SECOND_FACTOR}/authenticator-app/remove`]: 'what was removed is not there any more',
  [`${SECOND_FACTOR}/passkeys/{passkey_id}/remove`]: 'what was removed is not there any more',
};

const withKey = (key: string) => ({ 'idempotency-key': key });
const isReplay = (answer: Answer) => answer.headers.get('idempotency-replayed') === 'true';

/** What the caller sees of an answer. */
const seen = ({ status, text, headers }: Answer) => ({ status, text, etag: headers.get('etag') });

describe('Idempotency-Key', () => {
  let app: TestApp;
  let person: Person;
  let crew: HttpClient;
  let office: HttpClient;
  let admin: HttpClient;
  let titleId: number;

  beforeAll(async () => {
    app = await TestApp.start();
    const organization = await app.given.organization();
    person = await app.given.person({ organization, role: 'crew-member' });
    crew = await app.as(person);
    office = await app.as(await app.given.person({ organization, role: 'office-employee' }));
    admin = await app.as(await app.given.person({ organization, role: 'admin' }));
    titleId = (await admin.post(`${RS}/titles`, { name: 'Master Mariner' })).body.id;
  });
  afterAll(() => app.close());

  const certificates = () => `${CREW}/users/${person.uuid}/certificates`;
  const medical = { certificateType: 'medical', certificateNumber: '1' };
  const certificate = async (): Promise<string> =>
    `${CREW}/certificates/${(await crew.post(certificates(), medical)).body.id}`;
  const diploma = async (): Promise<string> => {
    const { body } = await crew.post(`${RS}/users/me/diplomas`, { titleId });
    const read = await crew.get(`${RS}/users/me/diplomas/${body.diploma.id}?extend=verification`);
    return `${CREW}/diplomas/${read.body.diploma.verification.targetId}`;
  };
  const count = async (statement: string): Promise<number> =>
    (await app.database.query<[{ count: number }]>(`select count(*)::int as count from ${statement}`))[0].count;

  interface Request {
    client: HttpClient;
    path: string;
    body?: object;
    /** Anything else that the same route would do. */
    other?: object;
  }

  const requests: [string, () => Promise<Request>][] = [
    [
      'a certificate',
      async () => ({ client: crew, path: certificates(), body: medical, other: { ...medical, notes: 'a' } }),
    ],
    [
      'a diploma with a file',
      async () => ({
        client: crew,
        path: `${RS}/users/me/diplomas`,
        body: { titleId, attachment: { name: 'a.pdf', mimeType: 'application/pdf', size: 100 } },
        other: { titleId },
      }),
    ],
    [
      'a title',
      async () => ({ client: admin, path: `${RS}/titles`, body: { name: randomUUID() }, other: { name: 'x' } }),
    ],
    [
      'a person',
      async () => ({
        client: admin,
        path: `${SHARED}/users`,
        body: newPerson(),
        other: newPerson(),
      }),
    ],
    [
      'an upload intent',
      async () => {
        const body = { kind: 'certificate', mime: 'application/pdf', size: 100, filename: 'a.pdf' };
        return { client: crew, path: `${SHARED}/uploads/intent`, body, other: { ...body, size: 101 } };
      },
    ],
    [
      'an API key',
      async () => {
        const body = { name: 'Crewing', scopes: ['certificates:read'] };
        return { client: admin, path: `${SHARED}/api-keys`, body, other: { ...body, name: 'Payroll' } };
      },
    ],
    [
      'the next secret of an API key',
      async () => {
        const key = await admin.post(`${SHARED}/api-keys`, { name: 'Crewing', scopes: ['certificates:read'] });
        const path = `${SHARED}/api-keys/${key.body.id}/rotate`;
        return { client: admin, path, body: { overlapHours: 1 }, other: { overlapHours: 2 } };
      },
    ],
    [
      'a verification of a certificate',
      async () => ({ client: office, path: `${await certificate()}/verify`, body: ORIGINAL_SEEN }),
    ],
    [
      'a rejection of a certificate',
      async () => ({
        client: office,
        path: `${await certificate()}/reject`,
        body: { reason: 'a' },
        other: { reason: 'b' },
      }),
    ],
    [
      'a verification of a diploma',
      async () => ({ client: office, path: `${await diploma()}/verify`, body: ORIGINAL_SEEN }),
    ],
    [
      'a rejection of a diploma',
      async () => ({
        client: office,
        path: `${await diploma()}/reject`,
        body: { reason: 'a' },
        other: { reason: 'b' },
      }),
    ],
  ];

  it('is documented on every POST that creates or decides', () => {
    const posts = routesOf(committedDocument()).filter(({ method }) => method === 'POST');
    const takesKey = ({ operation }: (typeof posts)[number]) =>
      operation.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false;
    const without = posts.filter((route) => !takesKey(route)).map(({ name }) => name);
    expect(without.sort()).toEqual(Object.keys(WITHOUT_KEY).sort());
    for (const { operation } of posts.filter(takesKey)) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '409', '422']));
    }
  });

  describe.each(requests)('%s', (_, make) => {
    it('is answered again with the same key, and nothing is done again', async () => {
      const { client, path, body, other = { unexpected: 1 } } = await make();
      const key = withKey(randomUUID());
      const before = await count('audit_records');
      const first = await client.post(path, body, key);
      expect(first.status).toBeLessThan(300);
      expect(isReplay(first)).toBe(false);
      const after = await count('audit_records');
      expect(after).toBeGreaterThan(before);
      for (let again = 0; again < 3; again += 1) {
        const answer = await client.post(path, body, key);
        expect(seen(answer)).toEqual(seen(first));
        expect(answer.headers.get('content-type')).toBe(first.headers.get('content-type'));
        expect(isReplay(answer)).toBe(true);
      }
      expect(await count('audit_records')).toBe(after);
      expectProblem(await client.post(path, other, key), 422, 'idempotency_key_reused');
      expect(await count('audit_records')).toBe(after);
    });
  });

  it('finalizing an upload is answered again as it was, while another request sees the present', async () => {
    const file = pdf(400);
    const intent = { kind: 'certificate', mime: file.mime, size: file.bytes.length, filename: file.filename };
    const { body } = await crew.post(`${SHARED}/uploads/intent`, intent);
    const path = `${SHARED}/uploads/${body.uploadId}/finalize`;
    const early = withKey(randomUUID());
    const tooEarly = await crew.post(path, undefined, early);
    expectProblem(tooEarly, 409, 'upload_not_received');
    await postForm(body.presignedPost, file.bytes, file.filename, file.mime);
    const key = withKey(randomUUID());
    const answers = await Promise.all(Array.from({ length: 5 }, () => crew.post(path, undefined, key)));
    for (const answer of answers) expect(seen(answer)).toEqual(seen(answers[0] as Answer));
    expect(answers[0]?.body.status).toBe('uploaded');
    expect(await checked(app, body.uploadId)).toBe('ready');
    expect((await crew.post(path, undefined, key)).body.status).toBe('uploaded');
    expect(seen(await crew.post(path, undefined, early))).toEqual(seen(tooEarly));
    expect((await crew.post(path)).body.status).toBe('ready');
  });

  it('twenty at once make one record, and all are answered the same', async () => {
    for (let round = 0; round < 5; round += 1) {
      const before = await count('certificates');
      const key = withKey(randomUUID());
      const answers = await Promise.all(Array.from({ length: 20 }, () => crew.post(certificates(), medical, key)));
      for (const answer of answers) expect(seen(answer)).toEqual(seen(answers[0] as Answer));
      expect(answers.filter((answer) => !isReplay(answer))).toHaveLength(1);
      expect(await count('certificates')).toBe(before + 1);
    }
  });

  it('two different requests with one key at once: one is done, the other refused', async () => {
    const key = withKey(randomUUID());
    const answers = await Promise.all(
      ['1', '2'].map((certificateNumber) => crew.post(certificates(), { ...medical, certificateNumber }, key)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  });

  it('a refusal is the first answer too: it stays, whatever has become possible since', async () => {
    const name = randomUUID();
    const title = await admin.post(`${RS}/titles`, { name });
    const key = withKey(randomUUID());
    const refused = await admin.post(`${RS}/titles`, { name }, key);
    expectProblem(refused, 409, 'title_exists', 'name');
    await admin.delete(`${RS}/titles/${title.body.id}`);
    const again = await admin.post(`${RS}/titles`, { name }, key);
    expect(seen(again)).toEqual(seen(refused));
    expect(isReplay(again)).toBe(true);
    expect((await admin.post(`${RS}/titles`, { name }, withKey(randomUUID()))).status).toBe(201);
  });

  it('a malformed request, or a failure of ours, is not kept: the key is free for the next try', async () => {
    const key = withKey(randomUUID());
    expectProblem(await crew.post(certificates(), { certificateType: 'none' }, key), 400, 'invalid_request');
    await app.database.query('alter table submissions rename to submissions_away');
    const failed = await crew.post(certificates(), medical, key);
    await app.database.query('alter table submissions_away rename to submissions');
    expectProblem(failed, 500, 'internal_error');
    const before = await count('certificates');
    const done = await crew.post(certificates(), medical, key);
    expect(done.status).toBe(201);
    expect(isReplay(done)).toBe(false);
    expect(await count('certificates')).toBe(before + 1);
  });

  it('a key is the name of one request only', async () => {
    const key = withKey(randomUUID());
    const [one, two] = [await certificate(), await certificate()];
    expect((await office.post(`${one}/verify`, ORIGINAL_SEEN, key)).status).toBe(200);
    expectProblem(await office.post(`${two}/verify`, ORIGINAL_SEEN, key), 422, 'idempotency_key_reused');
    expect((await office.get(two)).body.verification.status).toBe('pending');
  });

  it('belongs to the caller: the same key of somebody else is another one, a new sign-in is the same caller', async () => {
    const key = withKey(randomUUID());
    const first = await crew.post(certificates(), medical, key);
    const byOffice = await office.post(certificates(), medical, key);
    expect(byOffice.status).toBe(201);
    expect(byOffice.body.id).not.toBe(first.body.id);
    expect(seen(await (await app.as(person)).post(certificates(), medical, key))).toEqual(seen(first));
  });

  it('opens no door: who may not ask is not answered', async () => {
    const key = withKey(randomUUID());
    await crew.post(certificates(), medical, key);
    expectProblem(await app.anonymous.post(certificates(), medical, key), 401, 'not_signed_in');
  });

  it.each([
    ['nothing', ''],
    ['quotes around nothing', '""'],
    ['256 characters', 'x'.repeat(256)],
    ['characters that do not print', 'a\tb'],
    ['characters beyond ASCII', 'cl\u00e9'],
  ])('is refused when it has %s', async (_, key) => {
    expectProblem(await crew.post(certificates(), medical, withKey(key)), 400, 'idempotency_key_invalid');
  });

  it('may be quoted, as the draft writes it, and 255 characters long', async () => {
    const key = randomUUID().padEnd(255, 'x');
    const first = await crew.post(certificates(), medical, withKey(`"${key}"`));
    expect(first.status).toBe(201);
    expect(seen(await crew.post(certificates(), medical, withKey(key)))).toEqual(seen(first));
  });

  it('is forgotten after 24 hours, by the answers and then by the database', async () => {
    const key = withKey(randomUUID());
    const first = await crew.post(certificates(), medical, key);
    const [{ kept }] = await app.database.query<[{ kept: number }]>(
      'select extract(epoch from max(expires_at - created_at))::int as kept from stored_answers',
    );
    expect(kept).toBe(24 * 60 * 60);
    await app.database.query('update stored_answers set expires_at = now()');
    const second = await crew.post(certificates(), medical, key);
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    expect(await count('stored_answers')).toBeGreaterThan(1);
    await app.app.get(Jobs).byName.get('idempotency-remove-expired')?.({});
    expect(await count('stored_answers')).toBe(1);
    expect(seen(await crew.post(certificates(), medical, key))).toEqual(seen(second));
  });

  it('keeps nothing that can be read: neither key nor address nor presigned URL', async () => {
    const key = `readable-${randomUUID()}`;
    const user = newPerson();
    const diplomaBody = { titleId, attachment: { name: 'a.pdf', mimeType: 'application/pdf', size: 100 } };
    await admin.post(`${SHARED}/users`, user, withKey(key));
    const { body } = await crew.post(`${RS}/users/me/diplomas`, diplomaBody, withKey(key));
    const apiKey = await admin.post(`${SHARED}/api-keys`, { name: 'a', scopes: ['certificates:read'] }, withKey('k'));
    const rows = await app.database.query<Record<string, Buffer>[]>('select * from stored_answers');
    const kept = rows
      .flatMap((row) => Object.values(row))
      .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)))
      .join('\n');
    for (const secret of [key, user.email, body.presignedUrl, 'token=', 'http', apiKey.body.secret]) {
      expect(kept).not.toContain(secret);
    }
  });

  it('whoever waits too long for the first answer is told to come back', async () => {
    const key = withKey(randomUUID());
    await app.database.query('delete from stored_answers');
    const first = await crew.post(certificates(), medical, key);
    const [{ id }] = await app.database.query<[{ id: Buffer }]>('select id from stored_answers');
    await app.database.query('delete from stored_answers');
    const other = app.database.createQueryRunner();
    const number = id.readBigInt64BE().toString();
    await other.query('select pg_advisory_lock($1)', [number]);
    const late = await crew.post(certificates(), medical, key);
    expectProblem(late, 409, 'request_in_progress');
    expect(late.headers.get('retry-after')).toBe('1');
    await other.query('select pg_advisory_unlock($1)', [number]);
    await other.release();
    expect((await crew.post(certificates(), medical, key)).body.id).not.toBe(first.body.id);
  });

  it('costs one connection: as many requests at once as the pool has, and more, all get through', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => crew.post(certificates(), medical, withKey(randomUUID()))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(40);
  });
});

function newPerson() {
  const email = `${randomUUID()}@example.org`;
  return {
    email,
    firstName: 'Kari',
    lastName: 'Nordmann',
    role: 'crew-member',
  };
}

const CLIENTS = 20;
const POSTS = 500;
const PASSWORD = 'a long password';

/** Must show 5 of issue 3. */
describe('while the process is killed', () => {
  const directory = new ProductDirectory();
  let life: Awaited<ReturnType<ProductDirectory['start']>>;
  let client: HttpClient;
  let address: string;
  let database: Client;

  const kill = async () => {
    await life.run.kill('SIGKILL');
    life = await directory.start(life.port);
  };
  const certificateIds = async (): Promise<string[]> =>
    (await database.query<{ id: string }>('select id from certificates')).rows.map(({ id }) => id);

  beforeAll(async () => {
    const email = 'admin@example.org';
    const names = ['--name', 'Northern Crewing', '--email', email];
    const token = await directory.found(names);
    life = await directory.start();
    await new HttpClient(life.url).post('/auth/v1/rs/invitations/accept', { token, password: PASSWORD });
    const credentials = { email, password: PASSWORD };
    const { body } = await new HttpClient(life.url).post('/auth/v1/rs/login/credentials', credentials);
    client = new HttpClient(life.url, { authorization: `Bearer ${body.data.accessToken}` });
    const { userId } = (await client.get('/api/v1/shared/users/me/session')).body;
    address = `/api/v1/crew/users/${userId}/certificates`;
    database = new Client({ connectionString: directory.ownerUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database?.end();
    await directory.remove();
  });

  it('between the work and its answer: nothing is done, and the repetition does it once', async () => {
    const key = withKey(randomUUID());
    const body = { certificateType: 'medical', certificateNumber: 'window' };
    // The certificate is written, the answer cannot be.
    const locker = new Client({ connectionString: directory.ownerUrl });
    await locker.connect();
    await locker.query('begin');
    await locker.query('lock table stored_answers in share mode');
    const lost = client.post(address, body, key).catch(() => null);
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into stored_answers%'`;
    while ((await database.query(waiting)).rowCount === 0) await sleep(20);
    await life.run.kill('SIGKILL');
    await locker.end();
    expect(await lost).toBeNull();
    life = await directory.start(life.port);
    expect(await certificateIds()).toEqual([]);
    const done = await client.post(address, body, key);
    expect({ status: done.status, isReplay: isReplay(done) }).toEqual({ status: 201, isReplay: false });
    expect(seen(await client.post(address, body, key))).toEqual(seen(done));
    expect(await certificateIds()).toEqual([done.body.id]);
  });

  it(`${POSTS} POSTs with one key from ${CLIENTS} clients make one record, and all answers are the same`, async () => {
    const before = await certificateIds();
    const key = withKey(randomUUID());
    const body = { certificateType: 'medical', certificateNumber: 'one of five hundred' };
    const answers: Answer[] = [];
    let unanswered = POSTS;
    let lost = 0;
    const send = async () => {
      while (unanswered > 0) {
        unanswered -= 1;
        const answer = await client.post(address, body, key).catch(() => null);
        if (answer) answers.push(answer);
        else {
          // As a client would: no answer, so once more.
          unanswered += 1;
          lost += 1;
          await sleep(50);
        }
      }
    };
    const clients = Array.from({ length: CLIENTS }, send);
    // At once, when the first is at work, and then among the repetitions.
    await sleep(15);
    await kill();
    for (const share of [0.3, 0.6]) {
      while (answers.length < POSTS * share) await sleep(5);
      await kill();
    }
    await Promise.all(clients);
    const distinct = new Set(answers.map((answer) => JSON.stringify(seen(answer))));
    expect(distinct.size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(answers).toHaveLength(POSTS);
    expect(lost).toBeGreaterThan(0);
    const made = (await certificateIds()).filter((id) => !before.includes(id));
    expect(made).toEqual([answers[0]?.body.id]);
    const { rows } = await database.query('select 1 from audit_records where target_id = $1', [made[0]]);
    expect(rows).toHaveLength(2);
  });
});
