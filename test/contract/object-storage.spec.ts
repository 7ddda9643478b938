import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { newId } from '#libs/common';
import { Config, type S3Settings } from '#libs/config';
import { type DownloadRequest, type ListedObject, ObjectNotFound, ObjectStorage } from '#libs/storage';
import { expectProblem } from '../support/http';
import { noteOfRun } from '../support/notes';
import { postForm } from '../support/post-form';
import { type S3Server, startS3Server } from '../support/s3-server';
import { TestApp } from '../support/test-app';

const TYPE = 'application/pdf';
const ALL_BUT_DATE = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

interface Driver {
  name: string;
  environment: () => Promise<Record<string, string>>;
  /** It enforces POST policies and the expiry of forms, and pages long lists. The small S3 server of the tests does neither. */
  isComplete: boolean;
}

let server: S3Server | undefined;

/** With `npm run test:s3`: the service that S3_* names, below a prefix of its own. */
const OWN_SERVICE: Driver[] = [
  {
    name: 'the S3 service of S3_*',
    isComplete: true,
    environment: () =>
      Promise.resolve({
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('S3_'))),
        S3_PREFIX: `${process.env['S3_PREFIX'] ?? ''}/credence-test-${newId()}`.replace(/^\/+/, ''),
      } as Record<string, string>),
  },
];

/** Each driver in the running product, as it is used. */
const DRIVERS: Driver[] = process.env['TEST_OWN_S3']
  ? OWN_SERVICE
  : [
      { name: 'disk', isComplete: true, environment: () => Promise.resolve({}) },
      {
        name: 's3rver',
        isComplete: false,
        environment: async () => {
          server = await startS3Server();
          return { ...server.environment, S3_PREFIX: 'shared/credence' };
        },
      },
    ];

function inMinutes(minutes: number): Date {
  return new Date(Date.now() + minutes * 60_000);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Storage that runs in this process has its clock; for any other the time has to pass. */
async function passTo(time: number): Promise<void> {
  if (process.env['TEST_OWN_S3']) await new Promise((resolve) => setTimeout(resolve, time - Date.now()));
  else jest.useFakeTimers({ now: time, doNotFake: ALL_BUT_DATE });
}

async function download(url: string): Promise<{ status: number; headers: Headers; bytes: Buffer<ArrayBuffer> }> {
  const response = await fetch(url);
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

async function inBatches<T>(items: T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < items.length; start += 50) await Promise.all(items.slice(start, start + 50).map(work));
}

describe.each(DRIVERS)('object storage on $name', ({ name, environment, isComplete }) => {
  let app: TestApp;
  let storage: ObjectStorage;
  const isS3 = name !== 'disk';

  beforeAll(async () => {
    app = await TestApp.start({ environment: await environment() });
    storage = app.app.get(ObjectStorage);
  });

  afterEach(() => {
    app.setNow(null);
    jest.useRealTimers();
  });

  afterAll(async () => {
    if (isS3 && isComplete && storage) await inBatches(await storage.list(''), (key) => storage.remove(key));
    await app?.close();
    await server?.stop();
    server = undefined;
  });

  const announce = (key: string, size: number, expiresAt = inMinutes(5), sha256?: string) =>
    storage.presignUpload({ key, contentType: TYPE, size, expiresAt, sha256 });
  const link = (key: string, filename = 'scan.pdf', expiresAt = inMinutes(5)) =>
    storage.presignDownload({ key, disposition: 'attachment', filename, contentType: TYPE, expiresAt });
  /** Where a link may lead. */
  const checkedKey = () => `files/1/${newId()}/a`;
  const put = (key: string, bytes = Buffer.from('bytes')) => storage.write(key, bytes, TYPE);

  it('is ready', async () => {
    await expect(storage.requireReady()).resolves.toBeUndefined();
  });

  it('gives back the very bytes that were posted', async () => {
    const bytes = randomBytes(3_000_000);
    const key = `incoming/${newId()}`;
    const answer = await postForm(await announce(key, bytes.length), bytes, 'scan.pdf', TYPE);
    expect(answer.status).toBe(204);
    expect(await storage.find(key)).toEqual({ size: bytes.length });
    const checked = checkedKey();
    await storage.copy(key, checked);
    const read = await download(await link(checked, 'Prüfung 1.pdf'));
    expect(read.status).toBe(200);
    expect(sha256(read.bytes)).toBe(sha256(bytes));
    expect(read.headers.get('content-type')).toBe(TYPE);
    expect(read.headers.get('cache-control')).toBe('private, no-store');
    expect(read.headers.get('content-length')).toBe(String(bytes.length));
    expect(read.headers.get('content-disposition')).toBe(
      `attachment; filename="Pr_fung 1.pdf"; filename*=UTF-8''Pr%C3%BCfung%201.pdf`,
    );
  });

  it('gives back a file whose bytes look like the end of a form', async () => {
    const bytes = Buffer.from('%PDF-1.7\r\n--\r\n------WebKitFormBoundary--\r\n\r\n');
    const key = `incoming/${newId()}`;
    expect((await postForm(await announce(key, bytes.length), bytes, 'a.pdf', TYPE)).status).toBe(204);
    const checked = checkedKey();
    await storage.copy(key, checked);
    expect((await download(await link(checked))).bytes.equals(bytes)).toBe(true);
  });

  it('stores what is read from elsewhere, however it comes, and nothing when it breaks off', async () => {
    const bytes = randomBytes(3_000_000);
    const [key, broken] = [checkedKey(), checkedKey()];
    const inPieces = (end: number) => Readable.from([bytes.subarray(0, 10), bytes.subarray(10, end)]);
    await storage.store(key, inPieces(bytes.length), { size: bytes.length, contentType: TYPE });
    expect(sha256((await download(await link(key))).bytes)).toBe(sha256(bytes));
    const breaking = Readable.from(
      (async function* () {
        yield bytes.subarray(0, 100_000);
        throw new Error('The other storage is away');
      })(),
    );
    await expect(storage.store(broken, breaking, { size: bytes.length, contentType: TYPE })).rejects.toThrow();
    expect(await storage.find(broken)).toBeNull();
  });

  it('lists, copies, reads and removes', async () => {
    const id = newId();
    const bytes = randomBytes(100_000);
    await put(`incoming/${id}`, bytes);
    await storage.copy(`incoming/${id}`, `files/1/${id}/a`);
    await storage.copy(`incoming/${id}`, `files/1/${id}/b`);
    expect(await storage.list(`files/1/${id}/`)).toEqual([`files/1/${id}/a`, `files/1/${id}/b`]);
    const chunks: Buffer[] = [];
    for await (const chunk of await storage.read(`files/1/${id}/a`)) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    await storage.remove(`files/1/${id}/a`);
    expect(await storage.list(`files/1/${id}/`)).toEqual([`files/1/${id}/b`]);
    expect(await storage.find(`files/1/${id}/a`)).toBeNull();
    expect(await storage.find(`incoming/${id}`)).toEqual({ size: bytes.length });
  });

  it('keeps what is written while the last file beside it is removed', async () => {
    const folder = `files/1/${newId()}`;
    await put(`${folder}/0`);
    for (let n = 1; n <= 100; n += 1) {
      await Promise.all([storage.remove(`${folder}/${n - 1}`), put(`${folder}/${n}`)]);
      expect(await storage.find(`${folder}/${n}`)).toEqual({ size: 5 });
    }
  });

  it('walks through all objects in the order of their keys, from where it is told to', async () => {
    const folder = `files/7/${newId()}`;
    // A page of S3 holds 1,000.
    const count = name === 'disk' ? 20 : 1001;
    const keys = Array.from({ length: count }, (_, number) => `${folder}/${String(number).padStart(4, '0')}`);
    // `.` sorts before `/`; the small S3 server of the tests gets that wrong.
    keys.push(...(isComplete ? [`${folder}/a.b`, `${folder}/a/1`] : [`${folder}/a/1`]));
    for (let from = 0; from < keys.length; from += 50) {
      await Promise.all(keys.slice(from, from + 50).map((key) => put(key)));
    }
    const walk = async (startAfter?: string) => {
      const found: ListedObject[] = [];
      for await (const object of storage.walk(`${folder}/`, startAfter)) found.push(object);
      expect(found.every(({ size, modifiedAt }) => size === 5 && Date.now() - modifiedAt.getTime() < 600_000)).toBe(
        true,
      );
      return found.map(({ key }) => key);
    };
    expect(await walk()).toEqual(keys);
    expect(await walk(keys[10])).toEqual(keys.slice(11));
    expect(await walk(`${folder}/0018-`)).toEqual(keys.slice(19));
    expect(await walk(keys.at(-1))).toEqual([]);
  });

  it('keeps a copy as it was when the original is written again', async () => {
    const id = newId();
    await put(`incoming/${id}`, Buffer.from('first'));
    await storage.copy(`incoming/${id}`, `files/1/${id}/a`);
    await put(`incoming/${id}`, Buffer.from('second!'));
    expect(await storage.find(`files/1/${id}/a`)).toEqual({ size: 5 });
  });

  it('says so when there is nothing under a key', async () => {
    const key = `incoming/${newId()}`;
    expect(await storage.find(key)).toBeNull();
    expect(await storage.list(`files/1/${newId()}/`)).toEqual([]);
    await expect(storage.read(key)).rejects.toThrow(ObjectNotFound);
    await expect(storage.copy(key, `files/1/${newId()}/a`)).rejects.toThrow(ObjectNotFound);
    await expect(storage.remove(key)).resolves.toBeUndefined();
    expect((await download(await link(checkedKey()))).status).toBe(404);
  });

  it('serves nothing through an expired link', async () => {
    const key = checkedKey();
    await put(key);
    // Long enough for a busy machine to ask once before.
    const expiresAt = new Date(Date.now() + 4000);
    const url = await link(key, 'scan.pdf', expiresAt);
    expect((await download(url)).status).toBe(200);
    await passTo(expiresAt.getTime() + 1100);
    expect((await download(url)).status).toBe(403);
  });

  it('serves nothing through a changed link', async () => {
    const [mine, other] = [checkedKey(), checkedKey()];
    await put(mine);
    await put(other);
    const url = await link(mine);
    const changes = [
      url.replace(mine, other).replace(encodeURIComponent(mine), encodeURIComponent(other)),
      url.replaceAll('scan.pdf', 'scan.exe'),
      url.replaceAll('attachment', 'inline'),
      url.replace(
        /(signature=|X-Amz-Signature=)(.)/i,
        (_all, label: string, first: string) => label + (first === '0' ? '1' : '0'),
      ),
    ];
    for (const changed of changes) {
      expect(changed).not.toBe(url);
      expect((await download(changed)).status).toBe(403);
    }
  });

  it('answers a part of a file, and 416 beyond its end', async () => {
    const key = checkedKey();
    const bytes = randomBytes(1000);
    await put(key, bytes);
    const url = await link(key);
    const part = async (range: string) => {
      const answer = await fetch(url, { headers: { range } });
      return { status: answer.status, range: answer.headers.get('content-range'), bytes: await answer.arrayBuffer() };
    };
    const expected: [string, number, number][] = [
      ['bytes=0-99', 0, 99],
      ['bytes=900-', 900, 999],
    ];
    // The small S3 server takes a suffix for a range from the first byte.
    if (isComplete) expected.push(['bytes=-10', 990, 999]);
    for (const [asked, start, end] of expected) {
      const got = await part(asked);
      expect(got).toMatchObject({ status: 206, range: `bytes ${start}-${end}/1000` });
      expect(Buffer.from(got.bytes).equals(bytes.subarray(start, end + 1))).toBe(true);
    }
    expect((await part('bytes=1000-')).status).toBe(416);
  });

  it('knows a file that the client has by its entity tag', async () => {
    const key = checkedKey();
    await put(key);
    const url = await link(key);
    const etag = (await fetch(url)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it.each([
    ['quotes', 'a "quoted" \\ name.pdf'],
    ['an emoji', '🛳 seaman’s book.pdf'],
    ['255 letters', `${'試'.repeat(251)}.pdf`],
  ])('offers a name with %s to the one who saves the file', async (_, filename) => {
    const key = checkedKey();
    await put(key);
    const read = await download(await link(key, filename));
    expect(read.status).toBe(200);
    const [, encoded = ''] = (read.headers.get('content-disposition') ?? '').split("filename*=UTF-8''");
    expect(decodeURIComponent(encoded)).toBe(filename);
  });

  it('shows a picture inline on demand, and nothing else', async () => {
    const key = checkedKey();
    await put(key);
    const inline = (contentType: string) =>
      storage.presignDownload({ key, disposition: 'inline', filename: 'a.x', contentType, expiresAt: inMinutes(5) });
    for (const contentType of ['image/jpeg', 'image/png', 'image/webp']) {
      const { status, headers } = await download(await inline(contentType));
      expect([status, headers.get('content-type')]).toEqual([200, contentType]);
      expect(headers.get('content-disposition')).toMatch(/^inline;/);
    }
    for (const contentType of ['application/pdf', 'image/svg+xml', 'text/html', 'image/tiff', 'image/heic']) {
      await expect(inline(contentType)).rejects.toThrow('never shown inline');
    }
  });

  it('makes no link to an upload in progress, into quarantine, or to anything else', async () => {
    const id = newId();
    const keys = [`incoming/${id}`, `quarantine/1/${id}`, `files/../quarantine/1/${id}`, 'files', `/files/1/${id}`, ''];
    for (const key of keys) {
      await expect(link(key)).rejects.toThrow('No link may lead to this object');
    }
  });

  it('refuses a file with another SHA-256 than announced, or is known not to compare', async () => {
    const isEnforced = await storage.enforcesChecksums();
    process.stdout.write(
      `${name}: checksum ${isEnforced ? 'verified by this server' : 'not verified by this server'}\n`,
    );
    const [good, bad] = [randomBytes(1000), randomBytes(1000)];
    const key = `incoming/${newId()}`;
    const post = await announce(key, good.length, undefined, sha256(good));
    const names = Object.keys(post.fields).filter((field) => field.startsWith('x-amz-checksum'));
    if (isS3) expect(names.length > 0).toBe(isEnforced);
    expect((await postForm(post, bad, 'a.pdf', TYPE)).status >= 400).toBe(isEnforced);
    if (isEnforced) expect(await storage.find(key)).toBeNull();
    expect((await postForm(post, good, 'a.pdf', TYPE)).status).toBe(204);
    expect(await storage.find(key)).toEqual({ size: good.length });
    const plain = await announce(key, good.length);
    expect((await postForm(plain, bad, 'a.pdf', TYPE)).status).toBe(204);
  });

  /** What the driver or the small test server does not do by its nature is not asked of it, and the end of the run says so. */
  function where(applies: boolean, claim: string, test: () => Promise<void>): void {
    if (applies) it(claim, test);
    else noteOfRun(`Storage contract, not asked of ${name}: "${claim}"`);
  }

  where(isComplete, 'takes no byte more or less, no other type and no other key than the form says', async () => {
    const [key, other] = [`incoming/${newId()}`, `incoming/${newId()}`];
    const post = await announce(key, 1000);
    const send = async (change: Record<string, string>, bytes: Buffer<ArrayBuffer>) =>
      (await postForm({ url: post.url, fields: { ...post.fields, ...change } }, bytes, 'a.pdf', TYPE)).status;
    const thousand = randomBytes(1000);
    const policy = isS3 ? 'Policy' : 'policy';
    const foreign = (await announce(other, 5000)).fields[policy] ?? '';
    const statuses = [
      await send({}, randomBytes(1001)),
      await send({}, randomBytes(999)),
      await send({ 'Content-Type': 'text/html' }, thousand),
      await send({ key: post.fields['key']?.replace(key, other) ?? '' }, thousand),
      await send({ [policy]: foreign }, thousand),
    ];
    expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true);
    expect(await Promise.all([storage.find(key), storage.find(other)])).toEqual([null, null]);
    expect(await send({}, thousand)).toBe(204);
  });

  where(isS3 && isComplete, 'takes nothing through an expired form', async () => {
    const post = await announce(`incoming/${newId()}`, 5, new Date(Date.now() + 1000));
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect((await postForm(post, Buffer.from('bytes'), 'a.pdf', TYPE)).status).toBe(403);
  });

  where(isS3, 'keeps everything below its prefix and never shows it', async () => {
    const key = `incoming/${newId()}`;
    const post = await announce(key, 5);
    expect((await postForm(post, Buffer.from('bytes'), 'a.pdf', TYPE)).status).toBe(204);
    const { prefix } = settings();
    expect(prefix).toMatch(/.\/$/);
    expect(post.fields['key']).toBe(prefix + key);
    expect(await storage.list('incoming/')).toContain(key);
    await storage.copy(key, `${key}-copy`);
    const found = await storedObject(`${key}-copy`);
    expect(found.ContentLength).toBe(5);
  });

  where(
    isS3 && Boolean(process.env['S3_SSE']),
    'has every file encrypted that is sent, copied or written',
    async () => {
      const key = `incoming/${newId()}`;
      const post = await announce(key, 5);
      expect((await postForm(post, Buffer.from('bytes'), 'a.pdf', TYPE)).status).toBe(204);
      await storage.copy(key, `${key}-copy`);
      await put(`${key}-written`);
      for (const each of [key, `${key}-copy`, `${key}-written`]) {
        expect((await storedObject(each)).ServerSideEncryption).toBe(process.env['S3_SSE']);
      }
      const { 'x-amz-server-side-encryption': _, ...unencrypted } = post.fields;
      const refused = await postForm({ url: post.url, fields: unencrypted }, Buffer.from('bytes'), 'a.pdf', TYPE);
      expect(refused.status).toBe(403);
    },
  );

  function settings(): S3Settings {
    const { s3 } = app.app.get(Config);
    if (!s3) throw new Error('This driver is not S3');
    return s3;
  }

  /** Past the product, as the service has it. */
  async function storedObject(key: string) {
    const { bucket, region, endpoint, forcePathStyle, credentials, prefix } = settings();
    const client = new S3Client({
      region,
      forcePathStyle,
      ...(endpoint && { endpoint }),
      ...(credentials && { credentials }),
    });
    const found = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: prefix + key }));
    client.destroy();
    return found;
  }

  if (isS3) {
    it('writes the key, the type and the exact length into the policy', async () => {
      const key = `incoming/${newId()}`;
      const { fields } = await announce(key, 1234);
      const policy = JSON.parse(Buffer.from(fields['Policy'] ?? '', 'base64').toString()) as { conditions: unknown[] };
      expect(policy.conditions).toEqual(
        expect.arrayContaining([
          { key: settings().prefix + key },
          ['eq', '$Content-Type', TYPE],
          ['content-length-range', 1234, 1234],
        ]),
      );
    });
    return;
  }

  const bytes = randomBytes(1000);

  it('refuses a form whose policy, key or signature was changed', async () => {
    const key = `incoming/${newId()}`;
    const { url, fields } = await announce(key, bytes.length);
    const other = (await announce(`incoming/${newId()}`, 5000)).fields;
    const changes: Record<string, string>[] = [
      { key: `incoming/${newId()}` },
      { policy: other['policy'] ?? '' },
      { signature: other['signature'] ?? '' },
      { signature: '' },
      { policy: 'not a policy' },
    ];
    for (const change of changes) {
      const answer = await postForm({ url, fields: { ...fields, ...change } }, bytes, 'scan.pdf', TYPE);
      expectProblem(answer, 403, 'link_invalid');
    }
    expect(await storage.find(key)).toBeNull();
  });

  it('refuses an expired form', async () => {
    const post = await announce(`incoming/${newId()}`, bytes.length, inMinutes(5));
    app.setNow(inMinutes(6));
    expectProblem(await postForm(post, bytes, 'scan.pdf', TYPE), 403, 'link_expired');
  });

  it('refuses another content type, in the field or on the file, but takes a file without one', async () => {
    const key = `incoming/${newId()}`;
    const post = await announce(key, bytes.length);
    const changed = { url: post.url, fields: { ...post.fields, 'Content-Type': 'text/html' } };
    expectProblem(await postForm(changed, bytes, 'scan.pdf', TYPE), 415, 'upload_type_mismatch');
    expectProblem(await postForm(post, bytes, 'scan.pdf', 'text/html'), 415, 'upload_type_mismatch');
    expect(await storage.find(key)).toBeNull();
    expect((await postForm(post, bytes, 'scan.pdf', '')).status).toBe(204);
  });

  it('refuses a byte more or a byte less than announced', async () => {
    const key = `incoming/${newId()}`;
    const post = await announce(key, bytes.length);
    expectProblem(await postForm(post, randomBytes(1001), 'a.pdf', TYPE), 413, 'upload_too_large');
    expectProblem(await postForm(post, randomBytes(999), 'a.pdf', TYPE), 400, 'upload_incomplete');
    expectProblem(await postForm(post, randomBytes(0), 'a.pdf', TYPE), 400, 'upload_incomplete');
    expect(await storage.find(key)).toBeNull();
  });

  it('refuses a form without a file, a file without fields, and a body that is no form', async () => {
    const { url, fields } = await announce(`incoming/${newId()}`, bytes.length);
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.append(field, value);
    const send = (body: FormData | string, type?: string) =>
      fetch(url, { method: 'POST', body, headers: type ? { 'content-type': type } : {} }).then((r) => r.status);
    expect(await send(form)).toBe(400);
    expectProblem(await postForm({ url, fields: {} }, bytes, 'a.pdf', TYPE), 403, 'link_invalid');
    expect(await send('{}', 'application/json')).toBe(415);
    expect(await send('x', 'multipart/form-data')).toBe(415);
    expect(await send('--x\r\nnonsense', 'multipart/form-data; boundary=x')).toBe(400);
  });

  it('does not let an upload signature open a download', async () => {
    const key = checkedKey();
    await put(key);
    const { fields } = await announce(key, 5);
    const expires = String(Date.now() + 60_000);
    const query = new URLSearchParams({ ...fields, disposition: 'attachment', filename: 'a', type: TYPE, expires });
    const answer = await app.anonymous.get(`/storage/objects?${query.toString()}`);
    expectProblem(answer, 403, 'link_invalid');
    expectProblem(await app.anonymous.get('/storage/objects'), 403, 'link_invalid');
    expectProblem(await app.anonymous.get('/storage/objects?key=a&key=b'), 403, 'link_invalid');
  });

  it('follows no link to what must not be served, however well it is signed', async () => {
    const { links } = storage as ObjectStorage & { links: { downloadQuery: (r: DownloadRequest) => URLSearchParams } };
    const rest = { disposition: 'attachment', filename: 'a.pdf', contentType: TYPE, expiresAt: inMinutes(5) } as const;
    const id = newId();
    for (const key of [`quarantine/1/${id}`, `incoming/${id}`]) {
      await put(key);
      const answer = await app.anonymous.get(`/storage/objects?${links.downloadQuery({ key, ...rest }).toString()}`);
      expectProblem(answer, 403, 'link_invalid');
    }
  });

  it('names a missing file as such, and answers HEAD like GET', async () => {
    const key = checkedKey();
    const url = await link(key);
    expectProblem(await app.anonymous.get(url), 404, 'file_not_found');
    await put(key, bytes);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '1000']);
    const part = await fetch(url, { method: 'HEAD', headers: { range: 'bytes=0-9' } });
    expect([part.status, part.headers.get('content-length')]).toEqual([200, '1000']);
  });

  it('serves a file so that no browser runs it', async () => {
    const key = checkedKey();
    await put(key, bytes);
    const { headers } = await download(await link(key));
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'; sandbox");
    expect(headers.get('cache-control')).toContain('private');
    expect(headers.get('content-disposition')).toMatch(/^attachment;/);
  });

  it('says so of a part and of a refusal too, and sends the whole when the part would be of another version', async () => {
    const key = checkedKey();
    await put(key, bytes);
    const url = await link(key);
    const ask = (range: string, ifRange?: string) =>
      fetch(url, { headers: { range, ...(ifRange ? { 'if-range': ifRange } : {}) } });
    const part = await ask('bytes=0-9');
    const etag = part.headers.get('etag') ?? '';
    expect(part.headers.get('content-security-policy')).toContain('sandbox');
    expect(part.headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(part.headers.get('accept-ranges')).toBe('bytes');
    expect((await ask('bytes=0-9', etag)).status).toBe(206);
    expect((await ask('bytes=0-9', '"other"')).status).toBe(200);
    expect((await ask('bytes=0-9', `W/${etag}`)).status).toBe(200);
    const beyond = await app.anonymous.get(url, { range: 'bytes=5000-' });
    expectProblem(beyond, 416, 'range_not_satisfiable');
    expect(beyond.headers.get('content-range')).toBe('bytes */1000');
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).headers.get('etag')).toBe(etag);
  });

  it('turns no key into a path outside its folder', async () => {
    for (const key of [
      '../secrets.json',
      'incoming/../../secrets.json',
      '/etc/passwd',
      '.tmp/a',
      'a//b',
      'a/./b',
      'a\0b',
      '',
    ]) {
      await expect(storage.read(key)).rejects.toThrow('Not an object key');
      await expect(storage.list(`${key}/`)).rejects.toThrow('Not an object key');
    }
  });

  it('survives a reader that goes away in the middle', async () => {
    const key = checkedKey();
    await put(key, randomBytes(5_000_000));
    const abort = new AbortController();
    const response = await fetch(await link(key), { signal: abort.signal });
    abort.abort();
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect((await download(await link(key))).bytes.length).toBe(5_000_000);
  });
});
