import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#libs/common';
import { Jobs } from '#libs/jobs';
import { ObjectStorage, type PresignedPost } from '#libs/storage';
import type { UploadStatus } from '#libs/uploads';
import type { Person } from '../support/given';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { postForm } from '../support/post-form';
import { inspectQuickly } from '../support/quick-inspector';
import { reservedBytes as reservedFor } from '../support/reserved-bytes';
import { type S3Server, startS3Server } from '../support/s3-server';
import { heic, html, image, pdf, type SampleFile } from '../support/sample-files';
import { checked, sendReadyFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const UPLOADS = '/api/v1/shared/uploads';

interface Row {
  status: UploadStatus;
  object_key: string | null;
  failure_code: string | null;
  derivatives_prefix: string | null;
}

let app: TestApp;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function crewMember(uploadQuotaBytes = 10_000_000_000): Promise<{ person: Person; client: HttpClient }> {
  const organization = await app.given.organization({ uploadQuotaBytes });
  const person = await app.given.person({ organization, role: 'crew-member' });
  return { person, client: await app.as(person) };
}

function intent(
  client: HttpClient,
  file: { mime: string; size: number; filename: string; sha256?: string },
): Promise<Answer> {
  return client.post(`${UPLOADS}/intent`, { kind: 'certificate', ...file });
}

async function announce(client: HttpClient, file: SampleFile): Promise<{ id: string; post: PresignedPost }> {
  const { mime, filename, bytes } = file;
  const answer = await intent(client, { mime, filename, size: bytes.length });
  expect(answer.status).toBe(201);
  return { id: answer.body.uploadId, post: answer.body.presignedPost };
}

/** Announces one file and sends other bytes of the same length in its place. */
async function sendInstead(client: HttpClient, announced: SampleFile, bytes: Buffer<ArrayBuffer>): Promise<string> {
  const { id, post } = await announce(client, { ...announced, bytes });
  expect((await postForm(post, bytes, announced.filename, announced.mime)).status).toBe(204);
  return id;
}

function finalize(client: HttpClient, id: string): Promise<Answer> {
  return client.post(`${UPLOADS}/${id}/finalize`);
}

async function row(id: string): Promise<Row> {
  const [found] = await app.database.query(
    'select status, object_key, failure_code, derivatives_prefix from uploads where id = $1',
    [id],
  );
  return found;
}

const reservedBytes = ({ organizationId }: Person) => reservedFor(app, organizationId);

async function actions(id: string): Promise<string[]> {
  const rows: { action: string }[] = await app.database.query(
    'select action from audit_records where target_id = $1 order by id',
    [id],
  );
  return rows.map(({ action }) => action);
}

/** Every object of an upload, wherever it is. */
async function objects(id: string, { organizationId }: Person): Promise<string[]> {
  const storage = app.app.get(ObjectStorage);
  const incoming = await storage.find(`incoming/${id}`);
  const quarantined = await storage.find(`quarantine/${organizationId}/${id}`);
  return [
    ...(incoming ? [`incoming/${id}`] : []),
    ...(await storage.list(`files/${organizationId}/${id}/`)),
    ...(await storage.list(`derived/${organizationId}/${id}/`)),
    ...(quarantined ? [`quarantine/${organizationId}/${id}`] : []),
  ];
}

/** The file and its pictures, and nothing else. */
async function expectItsObjects(id: string, person: Person): Promise<void> {
  const { object_key: file, derivatives_prefix: pictures } = await row(id);
  const names = ['large', 'medium', 'preview', 'thumb'].map((name) => `${pictures}${name}.webp`);
  for (let round = 0; round < 100 && (await objects(id, person)).length > 5; round += 1) await sleep(20);
  expect([...(await objects(id, person))].sort()).toEqual([file, ...names].sort());
}

/** What is being received right now, on disk. */
function arriving(): string[] {
  const directory = join(app.dataDir, 'objects', '.tmp');
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** Nothing is left in the arrivals' folder; pictures of files of other tests pass through it too. */
async function expectNothingArriving(): Promise<void> {
  for (let round = 0; round < 250 && arriving().length > 0; round += 1) await sleep(20);
  expect(arriving()).toEqual([]);
}

/** Waits for the checks of what other tests have sent, so that what arrives next is the test's own. */
async function allChecked(): Promise<void> {
  for (let round = 0; round < 500; round += 1) {
    const [found] = await app.database.query<{ n: number }[]>(
      `select count(*)::int as n from uploads where status = 'uploaded'`,
    );
    if (found?.n === 0) break;
    await sleep(20);
  }
  await expectNothingArriving();
}

/** As if the upload's link had expired: what the version before has put into the queue for each upload. */
async function close(id: string): Promise<void> {
  await app.app.get(Jobs).byName.get('uploads.close')?.({ uploadId: id });
}

/** Runs the job of every minute at that moment. */
async function closeExpired(at: Date): Promise<void> {
  app.setNow(at);
  await app.app.get(Jobs).byName.get('uploads-close-expired')?.({});
  app.setNow(null);
}

async function expiryOf(id: string): Promise<Date> {
  const [{ at }] = await app.database.query<[{ at: Date }]>('select expires_at as at from uploads where id = $1', [id]);
  return at;
}

async function expectNoRemains(id: string, person: Person, failureCode: string): Promise<void> {
  expect(await row(id)).toEqual({
    status: 'failed',
    object_key: null,
    failure_code: failureCode,
    derivatives_prefix: null,
  });
  expect(await objects(id, person)).toEqual([]);
  await expectNothingArriving();
  expect(await reservedBytes(person)).toBe(0);
}

describe.each(['disk', 'S3'])('an upload with files on %s', (driver) => {
  let server: S3Server | undefined;

  beforeAll(async () => {
    server = driver === 'S3' ? await startS3Server() : undefined;
    app = await TestApp.start({ environment: server?.environment ?? {} });
  });

  afterAll(async () => {
    await app?.close();
    await server?.stop();
  });

  it.each([
    ['PDF', () => Promise.resolve(pdf())],
    ['4 MB PDF', () => Promise.resolve(pdf(4_000_000))],
    ['PDF of the largest size', () => Promise.resolve(pdf(25_000_000))],
    ['JPEG as large as a phone makes it', () => image('jpeg', 2400)],
    ['PNG', () => image('png')],
    ['WebP', () => image('webp')],
    ['TIFF', () => image('tiff')],
    ['TIFF whose directory is far from the beginning', () => image('tiff', 300)],
    ['HEIC', () => Promise.resolve(heic())],
    ['HEIC of the general brand', () => Promise.resolve(heic('mif1'))],
  ])('brings a %s in and gives back the same bytes', async (_, make) => {
    const file = await make();
    const { person, client } = await crewMember();
    const { id, post } = await announce(client, file);
    const expected = {
      id,
      kind: 'certificate',
      originalFilename: file.filename,
      mime: file.mime,
      sizeBytes: file.bytes.length,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      derivatives: { thumb: null, medium: null, large: null, preview: null },
      width: null,
      height: null,
      pageCount: null,
      threatName: null,
      failureCode: null,
      warnings: [],
    };
    expect((await client.get(`${UPLOADS}/${id}`)).body).toEqual({
      ...expected,
      status: 'pending',
      sha256: null,
      downloadUrl: null,
    });
    expect((await postForm(post, file.bytes, file.filename, file.mime)).status).toBe(204);
    const uploaded = { ...expected, status: 'uploaded', sha256: sha256(file.bytes), downloadUrl: null };
    const finalized = await finalize(client, id);
    expect({ status: finalized.status, body: finalized.body }).toEqual({ status: 200, body: uploaded });
    expect(await checked(app, id)).toBe('ready');
    const read = await client.get(`${UPLOADS}/${id}`);
    const text = expect.any(String);
    expect(read.body).toEqual({
      ...uploaded,
      status: 'ready',
      downloadUrl: text,
      derivatives: { thumb: text, medium: text, large: text, preview: text },
      width: expect.any(Number),
      height: expect.any(Number),
      pageCount: 1,
    });
    const download = await fetch(read.body.downloadUrl);
    expect(download.headers.get('content-type')).toBe(file.mime);
    expect(download.headers.get('content-disposition')).toContain(`filename="${file.filename}"`);
    expect(sha256(Buffer.from(await download.arrayBuffer()))).toBe(sha256(file.bytes));
    const thumb = await fetch(read.body.derivatives.thumb);
    expect([thumb.status, thumb.headers.get('content-type')]).toEqual([200, 'image/webp']);
    await expectItsObjects(id, person);
    expect(await actions(id)).toEqual(['upload.create', 'upload.finalize', 'upload.check', 'file.read']);
  });

  it('removes a file that is not what it was announced as', async () => {
    const { person, client } = await crewMember();
    const id = await sendInstead(client, pdf(), html());
    expectProblem(await finalize(client, id), 422, 'content_type_mismatch');
    await expectNoRemains(id, person, 'content_type_mismatch');
    expect(await actions(id)).toEqual(['upload.create', 'upload.refuse']);
    const again = await finalize(client, id);
    expect([again.status, again.body.status, again.body.failureCode]).toEqual([200, 'failed', 'content_type_mismatch']);
    expect(again.body.downloadUrl).toBeNull();
  });

  it('refuses one accepted type under the name of another', async () => {
    const { person, client } = await crewMember();
    const id = await sendInstead(client, pdf(), (await image('png')).bytes);
    expectProblem(await finalize(client, id), 422, 'content_type_mismatch');
    await expectNoRemains(id, person, 'content_type_mismatch');
  });

  it('removes a file of another length, should the storage have let it through', async () => {
    const { person, client } = await crewMember();
    const { id } = await announce(client, pdf(5000));
    await app.app.get(ObjectStorage).write(`incoming/${id}`, pdf(6000).bytes, 'application/pdf');
    expectProblem(await finalize(client, id), 422, 'upload_size_mismatch');
    await expectNoRemains(id, person, 'upload_size_mismatch');
  });

  it('with the SHA-256 that was announced comes in, and with another is refused: at the door or when it is checked', async () => {
    const { person, client } = await crewMember();
    const file = pdf();
    const { mime, filename, bytes } = file;
    const announceAs = async (checksum: string) => {
      const announced = { mime, filename, size: bytes.length, sha256: checksum };
      const { uploadId: id, presignedPost: post } = (await intent(client, announced)).body;
      return { id, sent: await postForm(post, bytes, filename, mime) };
    };
    const right = await announceAs(sha256(bytes));
    expect([right.sent.status, (await finalize(client, right.id)).status]).toEqual([204, 200]);
    const wrong = await announceAs(sha256(Buffer.from('another')));
    if (driver === 'disk') expectProblem(wrong.sent, 422, 'checksum_mismatch');
    // At whatever door it came in, the hash over the stored bytes decides.
    await app.app.get(ObjectStorage).write(`incoming/${wrong.id}`, bytes, mime);
    expectProblem(await finalize(client, wrong.id), 422, 'checksum_mismatch');
    expect(await row(wrong.id)).toMatchObject({ status: 'failed', failure_code: 'checksum_mismatch' });
    expect(await objects(wrong.id, person)).toEqual([]);
  });

  it('waits for the file when it is finalized too early', async () => {
    const { client } = await crewMember();
    const file = pdf();
    const { id, post } = await announce(client, file);
    expectProblem(await finalize(client, id), 409, 'upload_not_received');
    expect((await row(id)).status).toBe('pending');
    await postForm(post, file.bytes, file.filename, file.mime);
    expect((await finalize(client, id)).body.status).toBe('uploaded');
  });

  it('becomes ready once, however many finalize it at once', async () => {
    const { person, client } = await crewMember();
    const id = await sendInstead(client, pdf(), pdf(300_000).bytes);
    const answers = await Promise.all(Array.from({ length: 6 }, () => finalize(client, id)));
    for (const { status, body } of answers) {
      // The last of them may find the checks done.
      expect([status, body.status]).toEqual([200, expect.stringMatching(/^(uploaded|ready)$/)]);
    }
    expect(await checked(app, id)).toBe('ready');
    expect(new Set(answers.map(({ body }) => body.sha256)).size).toBe(1);
    expect((await actions(id)).filter((action) => action === 'upload.finalize')).toHaveLength(1);
    await expectItsObjects(id, person);
    expect(await reservedBytes(person)).toBe(300_000);
  });

  it('keeps the checked file when the client posts again under the same link', async () => {
    const { person, client } = await crewMember();
    const file = pdf(5000);
    const { id, post } = await announce(client, file);
    await postForm(post, file.bytes, file.filename, file.mime);
    await finalize(client, id);
    expect(await checked(app, id)).toBe('ready');
    const { sha256: before, downloadUrl } = (await finalize(client, id)).body;
    await postForm(post, pdf(5000).bytes, file.filename, file.mime);
    expect(sha256(Buffer.from(await (await fetch(downloadUrl)).arrayBuffer()))).toBe(before);
    await close(id);
    await expectItsObjects(id, person);
  });

  it('is closed after its link has expired, and leaves nothing', async () => {
    const { person, client } = await crewMember();
    const id = await sendInstead(client, pdf(), pdf(5000).bytes);
    expect(await reservedBytes(person)).toBe(5000);
    const expiresAt = await expiryOf(id);
    await closeExpired(new Date(expiresAt.getTime() + 119_000));
    expect((await row(id)).status).toBe('pending');
    await closeExpired(new Date(expiresAt.getTime() + 120_000));
    await expectNoRemains(id, person, 'upload_expired');
    await close(id);
    await expectNoRemains(id, person, 'upload_expired');
    const state = await finalize(client, id);
    expect([state.status, state.body.status, state.body.failureCode]).toEqual([200, 'failed', 'upload_expired']);
  });
});

describe('an upload', () => {
  beforeAll(async () => {
    app = await TestApp.start();
  });

  afterEach(() => app.setNow(null));

  afterAll(() => app?.close());

  const file = { mime: 'application/pdf', size: 1000, filename: 'scan.pdf' };

  it.each([
    ['kind', { ...file, kind: 'Bad Kind' }],
    ['kind', { ...file, kind: undefined }],
    ['size', { ...file, size: 0 }],
    ['size', { ...file, size: 1.5 }],
    ['size', { ...file, size: '1000' }],
    ['filename', { ...file, filename: '' }],
    ['filename', { ...file, filename: 'a'.repeat(256) }],
    ['filename', { ...file, filename: '../secret.pdf' }],
    ['filename', { ...file, filename: 'a\\b.pdf' }],
    ['filename', { ...file, filename: 'a\nb.pdf' }],
    ['mime', { ...file, mime: null }],
    ['sha256', { ...file, sha256: 'ABCD' }],
    ['sha256', { ...file, sha256: null }],
    ['id', { ...file, id: newId() }],
  ])('with a wrong %s is refused by name (%#)', async (field, body) => {
    const { client } = await crewMember();
    expectProblem(
      await client.post(`${UPLOADS}/intent`, { kind: 'certificate', ...body }),
      400,
      'invalid_request',
      field,
    );
  });

  it('of an unknown type or of 26 MB is refused before anything is reserved', async () => {
    const { person, client } = await crewMember();
    expectProblem(await intent(client, { ...file, mime: 'text/html' }), 415, 'file_type_not_supported', 'mime');
    expectProblem(await intent(client, { ...file, size: 26_000_000 }), 413, 'file_too_large', 'size');
    expect(await reservedBytes(person)).toBe(0);
    const rows = await app.database.query('select 1 from uploads where organization_id = $1', [person.organizationId]);
    expect(rows).toEqual([]);
  });

  it('cannot go over the quota, however many are announced at once', async () => {
    const organization = await app.given.organization({ uploadQuotaBytes: 3500 });
    const people = await Promise.all(
      Array.from({ length: 12 }, () => app.given.person({ organization, role: 'crew-member' })),
    );
    const [client, last, ...clients] = await Promise.all(people.map((one) => app.as(one)));
    const [person] = people;
    if (!person || !client || !last) throw new Error('There are twelve');
    const answers = await Promise.all(clients.map((one) => intent(one, file)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    for (const answer of answers.filter(({ status }) => status !== 201)) expectProblem(answer, 413, 'quota_exceeded');
    expect(await reservedBytes(person)).toBe(3000);
    expectProblem(await intent(client, file), 413, 'quota_exceeded');
    expect((await intent(last, { ...file, size: 500 })).status).toBe(201);
    // Of those refused nothing is there; each of the others has its record, and the time when it is closed.
    const [written] = await app.database.query(
      `select (select count(closes_at)::int from uploads where organization_id = $1) as uploads,
              (select count(*)::int from audit_records where organization_id = $1 and action = 'upload.create') as records`,
      [person.organizationId],
    );
    expect(written).toEqual({ uploads: 4, records: 4 });
  });

  it('takes one statement, and a second one where no advance has enough left, so that nothing is locked while the product does something else', async () => {
    const { client } = await crewMember();
    const AUTHENTICATION = 1;
    const SECOND = /^\s*with taken/;
    const first = await app.statements(() => intent(client, file));
    expect(first.filter((text) => !SECOND.test(text))).toHaveLength(AUTHENTICATION + 1);
    expect(first.filter((text) => SECOND.test(text))).toHaveLength(1);
    expect(await app.statements(() => intent(client, file))).toHaveLength(AUTHENTICATION + 1);
  });

  it('of more than the whole quota is refused when it is the first one, also when the request may be repeated', async () => {
    const { person, client } = await crewMember(999);
    expectProblem(await intent(client, file), 413, 'quota_exceeded');
    const body = { kind: 'certificate', ...file };
    const repeatable = () => client.post(`${UPLOADS}/intent`, body, { 'idempotency-key': 'first' });
    expectProblem(await repeatable(), 413, 'quota_exceeded');
    expectProblem(await repeatable(), 413, 'quota_exceeded');
    expect(
      await app.database.query('select 1 from uploads where organization_id = $1', [person.organizationId]),
    ).toEqual([]);
  });

  it('is seen by its owner and the office, and by nobody else', async () => {
    const organization = await app.given.organization();
    const [owner, colleague, office] = await Promise.all(
      (['crew-member', 'crew-member', 'office-employee'] as const).map(async (role) =>
        app.as(await app.given.person({ organization, role })),
      ),
    );
    const stranger = await app.as(
      await app.given.person({ organization: await app.given.organization(), role: 'admin' }),
    );
    const id = await sendInstead(owner!, pdf(), pdf().bytes);
    for (const client of [colleague!, stranger]) {
      expectProblem(await client.get(`${UPLOADS}/${id}`), 404, 'upload_not_found');
      expectProblem(await finalize(client, id), 404, 'upload_not_found');
    }
    expect((await row(id)).status).toBe('pending');
    expect((await finalize(office!, id)).body.status).toBe('uploaded');
    expectProblem(await owner!.get(`${UPLOADS}/${newId()}`), 404, 'upload_not_found');
    expectProblem(await owner!.get(`${UPLOADS}/1`), 400, 'invalid_request', 'upload_id');
    expectProblem(await app.anonymous.get(`${UPLOADS}/${id}`), 401, 'not_signed_in');
  });

  it('that breaks off in the middle leaves nothing and can be sent again', async () => {
    const { person, client } = await crewMember();
    const whole = pdf(2_000_000);
    const { id, post } = await announce(client, whole);
    await breakOff(post, whole, 1_000_000);
    await expectNothingArriving();
    expect(await objects(id, person)).toEqual([]);
    expectProblem(await finalize(client, id), 409, 'upload_not_received');
    expect((await postForm(post, whole.bytes, whole.filename, whole.mime)).status).toBe(204);
    expect((await finalize(client, id)).body.sha256).toBe(sha256(whole.bytes));
  });

  it('of 26 MB, announced as small, is refused while it arrives', async () => {
    const { person, client } = await crewMember();
    const { id, post } = await announce(client, pdf());
    const answer = await postForm(post, randomBytes(26_000_000), 'scan.pdf', 'application/pdf');
    expectProblem(answer, 413, 'upload_too_large');
    await expectNothingArriving();
    expect(await objects(id, person)).toEqual([]);
    await close(id);
    await expectNoRemains(id, person, 'upload_expired');
  });

  it('with another content type, after its time or with a changed form is refused and leaves nothing', async () => {
    const { person, client } = await crewMember();
    const scan = pdf();
    const { id, post } = await announce(client, scan);
    const changed = { url: post.url, fields: { ...post.fields, key: `incoming/${newId()}` } };
    const send = (form: PresignedPost, type: string) => postForm(form, scan.bytes, scan.filename, type);
    expectProblem(await send(post, 'text/html'), 415, 'upload_type_mismatch');
    expectProblem(await send(changed, scan.mime), 403, 'link_invalid');
    app.setNow(new Date(Date.now() + 16 * 60_000));
    expectProblem(await send(post, scan.mime), 403, 'link_expired');
    await expectNothingArriving();
    expect(await objects(id, person)).toEqual([]);
  });

  it('that outlasts its link by more than a minute is refused, so that nothing arrives after it was closed', async () => {
    const { person, client } = await crewMember();
    const scan = pdf(1_000_000);
    const { id, post } = await announce(client, scan);
    const sending = slowly(post, scan, () => app.setNow(new Date(Date.now() + 17 * 60_000)));
    expect(await sending).toBe(403);
    await expectNothingArriving();
    expect(await objects(id, person)).toEqual([]);
  });

  it('can be downloaded until its link expires, and only as the link says', async () => {
    const { client } = await crewMember();
    const id = await sendReadyFile(app, client, pdf());
    const { downloadUrl } = (await client.get(`${UPLOADS}/${id}`)).body;
    expectProblem(
      await app.anonymous.get(downloadUrl.replace('type=application%2Fpdf', 'type=text%2Fhtml')),
      403,
      'link_invalid',
    );
    expectProblem(await app.anonymous.get(downloadUrl.replace('scan.pdf', 'scan.exe')), 403, 'link_invalid');
    app.setNow(new Date(Date.now() + 16 * 60_000));
    expectProblem(await app.anonymous.get(downloadUrl), 403, 'link_expired');
  });
});

describe('an upload of 200 MB', () => {
  beforeAll(async () => {
    app = await TestApp.start({ environment: { UPLOAD_MAX_BYTES: '250000000' } });
  });

  afterAll(() => app?.close());

  it('never lies in memory as a whole: not while it arrives, nor while it is checked or served', async () => {
    const { client } = await crewMember();
    const size = 200_000_000;
    // Opening it is the business of another process, and more than that one may take.
    inspectQuickly(app);
    const { body } = await intent(client, { mime: 'application/pdf', size, filename: 'scan.pdf' });
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 10);
    try {
      expect(await stream(body.presignedPost, size)).toBe(204);
      await finalize(client, body.uploadId);
      expect(await checked(app, body.uploadId)).toBe('ready');
      const { downloadUrl } = (await client.get(`${UPLOADS}/${body.uploadId}`)).body;
      let received = 0;
      for await (const chunk of (await fetch(downloadUrl)).body ?? []) received += (chunk as Uint8Array).length;
      expect(received).toBe(size);
    } finally {
      clearInterval(watch);
    }
    expect((most - before) / 1e6).toBeLessThan(120);
  });
});

describe('an upload while the storage is away', () => {
  let server: S3Server;

  beforeAll(async () => {
    server = await startS3Server();
    app = await TestApp.start({ environment: server.environment });
  });

  afterAll(() => app?.close());

  it('stays as it is, and the answer says when to try again', async () => {
    const { client } = await crewMember();
    const id = await sendInstead(client, pdf(), pdf().bytes);
    await server.stop();
    const answer = await finalize(client, id);
    expectProblem(answer, 503, 'storage_unavailable');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await row(id)).status).toBe('pending');
    expect(await actions(id)).toEqual(['upload.create']);
    expect((await app.anonymous.get('/health/ready')).body.checks).toMatchObject({
      database: 'ok',
      storage: 'failing',
    });
  });
});

/** The form as bytes, in two parts: up to `cut` bytes of the file, and the rest. */
function formParts({ fields }: PresignedPost, file: SampleFile, cut: number): [Buffer, Buffer] {
  const texts = Object.entries(fields).map(
    ([name, value]) => `--cut\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head =
    texts.join('') +
    `--cut\r\ncontent-disposition: form-data; name="file"; filename="${file.filename}"\r\ncontent-type: ${file.mime}\r\n\r\n`;
  const first = Buffer.concat([Buffer.from(head), file.bytes.subarray(0, cut)]);
  return [first, Buffer.concat([file.bytes.subarray(cut), Buffer.from('\r\n--cut--\r\n')])];
}

function openForm(post: PresignedPost, length: number) {
  return request(post.url, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=cut', 'content-length': length },
  });
}

/** Sends the beginning of a form, waits until it is on disk, and drops the connection. */
async function breakOff(post: PresignedPost, file: SampleFile, cut: number): Promise<void> {
  await allChecked();
  const [first, rest] = formParts(post, file, cut);
  const outgoing = openForm(post, first.length + rest.length).on('error', () => undefined);
  outgoing.write(first);
  for (let round = 0; round < 100 && arriving().length === 0; round += 1) await sleep(20);
  expect(arriving()).toHaveLength(1);
  outgoing.destroy();
}

/** Sends a form in two halves and does something in between; answers the status. */
async function slowly(post: PresignedPost, file: SampleFile, between: () => void): Promise<number | undefined> {
  await allChecked();
  const [first, rest] = formParts(post, file, 1000);
  const outgoing = openForm(post, first.length + rest.length);
  const answered = new Promise<number | undefined>((resolve, reject) => {
    outgoing.on('error', reject).on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  outgoing.write(first);
  for (let round = 0; round < 100 && arriving().length === 0; round += 1) await sleep(20);
  between();
  outgoing.end(rest);
  return answered;
}

/** Sends a form whose file is made while it is sent; answers the status. */
async function stream(post: PresignedPost, size: number): Promise<number | undefined> {
  const [head, tail] = formParts(post, { ...pdf(), bytes: Buffer.from('%PDF-1.4\n') }, 9);
  const filling = randomBytes(100_000);
  const outgoing = openForm(post, head.length + (size - 9) + tail.length);
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  outgoing.write(head);
  for (let left = size - 9; left > 0; left -= filling.length) {
    if (!outgoing.write(filling.subarray(0, left))) await once(outgoing, 'drain');
  }
  outgoing.end(tail);
  const [response] = await answered;
  response.resume();
  return response.statusCode;
}
