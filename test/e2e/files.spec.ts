import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import { Jobs } from '#libs/jobs';
import { ObjectStorage, type PresignedPost } from '#libs/storage';
import type { Person } from '../support/given';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { postForm } from '../support/post-form';
import { inspectQuickly } from '../support/quick-inspector';
import { type S3Server, startS3Server } from '../support/s3-server';
import { checked } from '../support/send-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const UPLOADS = '/api/v1/shared/uploads';
const TITLES = '/users-organizations/v1/rs/titles';
const DIPLOMAS = '/users-organizations/v1/rs/users/me/diplomas';
/** Longer than a download URL is good for. */
const AFTER_EXPIRY_MS = 16 * 60_000;

interface SampleFile {
  name: string;
  mimeType: string;
  bytes: Buffer<ArrayBuffer>;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Something that does not compress well: as phones make them with twelve megapixels. */
async function photo(width: number, height: number): Promise<Buffer<ArrayBuffer>> {
  const specks = sharp(randomBytes((width * height * 3) / 16), {
    raw: { width: width / 4, height: height / 4, channels: 3 },
  });
  return Buffer.from(await specks.resize(width, height).jpeg({ quality: 80 }).toBuffer());
}

/** The photo as a scanner's PDF: one page, one picture. */
async function scan(picture: Buffer): Promise<Buffer<ArrayBuffer>> {
  const sheet = new PDFDocument({ size: 'A4', margin: 0 });
  const chunks: Buffer[] = [];
  sheet.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => sheet.on('end', resolve));
  sheet.image(picture, { fit: [595, 842] }).end();
  await ended;
  return Buffer.concat(chunks);
}

/** As long as the other and a PDF too, but not the same. */
function lookalike(bytes: Buffer): Buffer<ArrayBuffer> {
  const other = Buffer.from(bytes);
  for (let at = 1000; at < 1100; at++) other[at] = (other[at] ?? 0) ^ 0xff;
  return other;
}

async function download(url: string): Promise<{ status: number; type: string | null; bytes: Buffer<ArrayBuffer> }> {
  const response = await fetch(url);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get('content-type'), bytes };
}

/** A failure of a link, as the problem it is told as. */
async function open(url: string): Promise<Answer> {
  const { status, headers, text } = await fetch(url).then(async (response) => ({
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  }));
  return { status, headers, text, body: JSON.parse(text) };
}

const PDF = { name: 'STCW basic safety.pdf', mimeType: 'application/pdf' };
const JPEG = { name: 'IMG_0042.jpg', mimeType: 'image/jpeg' };
/** As people send them. */
const samples: Record<'pdf' | 'jpeg', SampleFile> = {
  pdf: { ...PDF, bytes: Buffer.alloc(0) },
  jpeg: { ...JPEG, bytes: Buffer.alloc(0) },
};
/** Where the size does not matter. */
const small: typeof samples = { pdf: { ...samples.pdf }, jpeg: { ...samples.jpeg } };

beforeAll(async () => {
  samples.jpeg.bytes = await photo(4000, 3000);
  samples.pdf.bytes = await scan(samples.jpeg.bytes);
  expect(samples.pdf.bytes.length).toBeGreaterThan(4_000_000);
  expect(await sharp(samples.jpeg.bytes).metadata()).toMatchObject({ width: 4000, height: 3000, format: 'jpeg' });
  small.jpeg.bytes = await photo(400, 300);
  small.pdf.bytes = await scan(small.jpeg.bytes);
});

describe.each(['disk', 'S3'])('with files on %s', (driver) => {
  let server: S3Server | undefined;
  let app: TestApp;
  let owner: Person;
  let client: HttpClient;
  let reviewer: HttpClient;
  let titleId: number;

  beforeAll(async () => {
    server = driver === 'S3' ? await startS3Server() : undefined;
    app = await TestApp.start({ environment: server?.environment ?? {} });
    // With files on disk they are opened for real.
    if (driver === 'S3') inspectQuickly(app);
    const organization = await app.given.organization();
    owner = await app.given.person({ organization, role: 'crew-member' });
    client = await app.as(owner);
    reviewer = await app.as(await app.given.person({ organization, role: 'office-admin' }));
    titleId = (await reviewer.post(TITLES, { name: 'Master Mariner' })).body.id as number;
  });
  afterEach(() => app.setNow(null));
  afterAll(async () => {
    await app?.close();
    await server?.stop();
  });

  const send = (post: PresignedPost, { name, mimeType }: SampleFile, bytes: Buffer<ArrayBuffer>) =>
    postForm({ url: post.url, fields: post.fields }, bytes, name, mimeType);

  async function announce({ name: filename, mimeType: mime, bytes }: SampleFile): Promise<Answer> {
    const intent = await client.post(`${UPLOADS}/intent`, { kind: 'certificate', mime, size: bytes.length, filename });
    expect(intent.status).toBe(201);
    return intent;
  }

  async function upload(file: SampleFile): Promise<Answer> {
    const intent = await announce(file);
    expect((await send(intent.body.presignedPost, file, file.bytes)).status).toBe(204);
    return intent;
  }

  describe.each(['pdf', 'jpeg'] as const)('a certificate’s %s', (kind) => {
    it('comes back bit by bit after intent, upload, finalize, certificate and verification', async () => {
      const file = samples[kind];
      const hash = sha256(file.bytes);
      const { uploadId } = (await upload(file)).body;

      const finalized = await client.post(`${UPLOADS}/${uploadId}/finalize`);
      expect(finalized.status).toBe(200);
      expect(finalized.body).toMatchObject({
        id: uploadId,
        status: 'uploaded',
        downloadUrl: null,
        originalFilename: file.name,
        sizeBytes: file.bytes.length,
        sha256: hash,
      });

      const created = await client.post(`${CREW}/users/${owner.uuid}/certificates`, {
        certificateType: 'stcw_basic_safety',
        uploadId,
      });
      expect(created.status).toBe(201);
      const path = `${CREW}/certificates/${created.body.id}`;

      const read = await reviewer.get(path);
      const seen = await reviewer.get(`${path}/download`);
      expect(sha256((await download(seen.body.url as string)).bytes)).toBe(hash);
      const etag = read.headers.get('etag') as string;
      const verified = await reviewer.post(`${path}/verify`, undefined, { 'if-match': etag });
      expect(verified.body.status).toBe('verified');
      const [submission] = (await reviewer.get(`${path}/submissions`)).body;
      expect(submission).toMatchObject({ fileSha256: hash, uploadId, decision: { outcome: 'verified' } });

      expect((await client.get(path)).body).toMatchObject({ uploadId, verification: { status: 'verified' } });
      const mine = await client.get(`${path}/download`);
      const got = await download(mine.body.url as string);
      expect(got).toMatchObject({ status: 200, type: file.mimeType });
      expect(got.bytes.length).toBe(file.bytes.length);
      expect(sha256(got.bytes)).toBe(hash);
      const state = await client.get(`${UPLOADS}/${uploadId}`);
      expect(sha256((await download(state.body.downloadUrl as string)).bytes)).toBe(hash);
    });
  });

  it('what is sent after finalize is never served', async () => {
    const file = small.pdf;
    const hash = sha256(file.bytes);
    const intent = await upload(file);
    const path = `${UPLOADS}/${intent.body.uploadId}`;
    await client.post(`${path}/finalize`);
    expect(await checked(app, intent.body.uploadId as string)).toBe('ready');
    const before = await client.get(path);
    await send(intent.body.presignedPost, file, lookalike(file.bytes));
    for (const answer of [await client.post(`${path}/finalize`), await client.get(path)]) {
      expect(answer.body).toMatchObject({ status: 'ready', sha256: hash });
      expect(sha256((await download(answer.body.downloadUrl as string)).bytes)).toBe(hash);
    }
    expect(sha256((await download(before.body.downloadUrl as string)).bytes)).toBe(hash);
  });

  it('many that finalize at the same moment get one and the same file', async () => {
    const file = small.jpeg;
    const { uploadId } = (await upload(file)).body;
    const answers = await Promise.all(Array.from({ length: 4 }, () => client.post(`${UPLOADS}/${uploadId}/finalize`)));
    for (const { status, body } of answers) {
      expect({ status, hash: body.sha256 }).toEqual({ status: 200, hash: sha256(file.bytes) });
      expect(['uploaded', 'ready']).toContain(body.status);
    }
    const kept = await app.app.get(ObjectStorage).list(`files/${owner.organizationId}/${uploadId}/`);
    expect(kept).toHaveLength(1);
  });

  describe('a diploma’s file', () => {
    const attach = ({ name, mimeType, bytes }: SampleFile) => ({ attachment: { name, mimeType, size: bytes.length } });

    async function record(file: SampleFile): Promise<Answer> {
      const answer = await client.post(DIPLOMAS, { titleId, ...attach(file) });
      expect(answer.status).toBe(201);
      return answer;
    }

    async function verificationOf(id: number): Promise<{ status: string; targetId: string }> {
      const { body } = await client.get(`${DIPLOMAS}/${id}?extend=verification`);
      return body.diploma.verification as { status: string; targetId: string };
    }

    /** Where contract C knows the diploma. */
    async function reviewPathOf(id: number): Promise<string> {
      return `${CREW}/diplomas/${(await verificationOf(id)).targetId}`;
    }

    /** The job that looks for files and a reader may meet; then the reader is not the one who sends it in. */
    async function expectPending(id: number): Promise<void> {
      for (let waited = 0; (await verificationOf(id)).status !== 'pending' && waited < 5000; waited += 50)
        await sleep(50);
      expect((await verificationOf(id)).status).toBe('pending');
    }

    async function expectNothingToReview(id: number): Promise<void> {
      const path = await reviewPathOf(id);
      expect((await verificationOf(id)).status).toBe('not_submitted');
      expectProblem(await reviewer.post(`${path}/verify`), 409, 'not_submitted');
      expectProblem(await reviewer.post(`${path}/reject`, { reason: 'x' }), 409, 'not_submitted');
      expectProblem(await reviewer.get(`${path}/download`), 404, 'diploma_has_no_file');
      const queue = await reviewer.get(`${CREW}/queue?limit=1000&user_id=${owner.uuid}&target_type=diploma`);
      const waiting = queue.body.items.map(({ targetId }: { targetId: string }) => targetId) as string[];
      expect(waiting).not.toContain(path.split('/').at(-1));
    }

    it.each(['pdf', 'jpeg'] as const)('(%s) comes back bit by bit through upload and presignedUrl', async (kind) => {
      const file = samples[kind];
      const hash = sha256(file.bytes);
      const { diploma, presignedUrl, upload: request } = (await record(file)).body;
      expectProblem(await open(presignedUrl as string), 404, 'file_not_found');
      await expectNothingToReview(diploma.id as number);

      expect((await send(request, file, file.bytes)).status).toBe(204);
      const got = await download(presignedUrl as string);
      expect(got).toMatchObject({ status: 200, type: file.mimeType });
      expect(sha256(got.bytes)).toBe(hash);

      await expectPending(diploma.id as number);
      const path = await reviewPathOf(diploma.id as number);
      const submissions = (await reviewer.get(`${path}/submissions`)).body;
      expect(submissions).toHaveLength(1);
      expect(submissions[0]).toMatchObject({
        number: 1,
        fileSha256: hash,
        submittedByUserId: owner.uuid,
        decision: null,
      });
      const seen = await reviewer.get(`${path}/download`);
      expect(sha256((await download(seen.body.url as string)).bytes)).toBe(hash);
      expect((await reviewer.post(`${path}/verify`)).body.status).toBe('verified');

      const item = (await client.get(`${DIPLOMAS}/${diploma.id}?extend=presigned-url&extend=verification`)).body
        .diploma;
      expect(item).toMatchObject({ attachment: { name: file.name }, verification: { status: 'verified' } });
      expect(sha256((await download(item.presignedUrl as string)).bytes)).toBe(hash);
      expect(sha256((await download(presignedUrl as string)).bytes)).toBe(hash);
    });

    it('a link in a list waits for the file too', async () => {
      const file = small.pdf;
      const { diploma, upload: request } = (await record(file)).body;
      const listed = await client.get(`${DIPLOMAS}?extend=presigned-url`);
      const mine = listed.body.data.find(({ id }: { id: number }) => id === diploma.id);
      expectProblem(await open(mine.presignedUrl as string), 404, 'file_not_found');
      await send(request, file, file.bytes);
      expect(sha256((await download(mine.presignedUrl as string)).bytes)).toBe(sha256(file.bytes));
    });

    it('an expired link is refused as expired, a changed one as invalid', async () => {
      const file = small.pdf;
      const { diploma, presignedUrl, upload: request } = (await record(file)).body;
      const other = (await record(file)).body.presignedUrl as string;
      const link = new URL(presignedUrl as string);
      const token = link.searchParams.get('token') as string;
      const [header, claims, signature] = token.split('.') as [string, string, string];
      const foreign = other.split('token=')[1]?.split('.') as string[];
      const { sessionToken } = await app.signIn(owner);
      const changed = [
        `${header}.${foreign[1]}.${signature}`,
        `${header}.${claims}.${foreign[2]}`,
        `${header}.${claims}.`,
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`,
        token.slice(0, -3),
        sessionToken,
        'nonsense',
      ];
      const expectRefused = async () => {
        for (const text of changed) {
          link.searchParams.set('token', text);
          expectProblem(await open(link.href), 403, 'link_invalid');
        }
        app.setNow(new Date(Date.now() + AFTER_EXPIRY_MS));
        expectProblem(await open(presignedUrl as string), 403, 'link_expired');
        app.setNow(null);
      };
      await expectRefused();
      await send(request, file, file.bytes);
      await expectRefused();
      expect((await download(presignedUrl as string)).status).toBe(200);
      await expectPending(diploma.id as number);

      const listed = (await client.get(`${DIPLOMAS}/${diploma.id}?extend=presigned-url`)).body.diploma;
      const redirect = await fetch(listed.presignedUrl as string, { redirect: 'manual' });
      const direct = redirect.headers.get('location') ?? '';
      const meddled = direct.replace(
        /(signature=)(.)/i,
        (_all, name: string, first: string) => name + (first === '0' ? '1' : '0'),
      );
      expect((await download(direct)).status).toBe(200);
      expect(meddled).not.toBe(direct);
      expect((await download(meddled)).status).toBe(403);
    });

    it('a new file takes the place of a verified one only when it has landed, and is reviewed anew', async () => {
      const [old, fresh] = [small.jpeg, small.pdf];
      const { diploma, presignedUrl, upload: request } = (await record(old)).body;
      const id = diploma.id as number;
      await send(request, old, old.bytes);
      expect((await download(presignedUrl as string)).status).toBe(200);
      await expectPending(id);
      const path = await reviewPathOf(id);
      const read = await reviewer.get(path);
      expect((await reviewer.post(`${path}/verify`)).body.status).toBe('verified');

      const replaced = await client.patch(`${DIPLOMAS}/${id}`, attach(fresh));
      expect(replaced.status).toBe(200);
      expect(replaced.body.upload).not.toBeNull();
      await expectNothingToReview(id);
      for (const url of [presignedUrl, replaced.body.presignedUrl]) {
        expectProblem(await open(url as string), 404, 'file_not_found');
      }
      // The form of the old file is still good, but nobody looks there any more.
      await send(request, old, old.bytes);
      await expectNothingToReview(id);

      expect((await send(replaced.body.upload, fresh, fresh.bytes)).status).toBe(204);
      expect(sha256((await download(replaced.body.presignedUrl as string)).bytes)).toBe(sha256(fresh.bytes));
      // A link opens the file that it was handed out for, and no later one.
      expectProblem(await open(presignedUrl as string), 404, 'file_not_found');
      await expectPending(id);
      const submissions = (await reviewer.get(`${path}/submissions`)).body as { fileSha256: string }[];
      expect(submissions.map(({ fileSha256 }) => fileSha256)).toEqual([sha256(fresh.bytes), sha256(old.bytes)]);
      const stale = { 'if-match': read.headers.get('etag') as string };
      expectProblem(await reviewer.post(`${path}/verify`, undefined, stale), 412, 'changed_since_read');
      expect((await reviewer.post(`${path}/verify`)).body.status).toBe('verified');
    });

    it('what is sent with the same form later is never served, nor does it touch the review', async () => {
      const file = small.pdf;
      const { diploma, presignedUrl, upload: request } = (await record(file)).body;
      await send(request, file, file.bytes);
      expect((await download(presignedUrl as string)).status).toBe(200);
      await expectPending(diploma.id as number);
      const path = await reviewPathOf(diploma.id as number);
      const verified = await reviewer.post(`${path}/verify`);
      await send(request, file, lookalike(file.bytes));
      expect(sha256((await download(presignedUrl as string)).bytes)).toBe(sha256(file.bytes));
      expect((await client.post(`${UPLOADS}/${request.uploadId}/finalize`)).body.sha256).toBe(sha256(file.bytes));
      expect(await verificationOf(diploma.id as number)).toEqual(verified.body);
    });

    it('may be finalized like any upload, and is then in review as well', async () => {
      const file = small.pdf;
      const { diploma, upload: request } = (await record(file)).body;
      await send(request, file, file.bytes);
      expect((await client.post(`${UPLOADS}/${request.uploadId}/finalize`)).body.status).toBe('uploaded');
      await expectPending(diploma.id as number);
    });

    it('that is still arriving when the link expires is looked for until the upload is closed', async () => {
      const { diploma, upload: request } = (await record(small.pdf)).body;
      const look = app.app.get(Jobs).byName.get('diplomas.collect-file');
      const payload = { diploma: (await verificationOf(diploma.id as number)).targetId, waitedMs: 60_000 };
      const isLookedForAMinuteAfter = async (instant: Date) => {
        const statement = `select 1 from graphile_worker.jobs where task_identifier = 'diplomas.collect-file' and run_at = $1`;
        return (await app.database.query(statement, [new Date(instant.getTime() + 60_000)])).length === 1;
      };
      const late = new Date(Date.parse(request.expiresAt as string) + 50_000);
      app.setNow(late);
      await look?.(payload);
      expect(await isLookedForAMinuteAfter(late)).toBe(true);
      const tooLate = new Date(late.getTime() + 100_000);
      app.setNow(tooLate);
      await app.app.get(Jobs).byName.get('uploads.close')?.({ uploadId: request.uploadId as string });
      await look?.(payload);
      expect(await isLookedForAMinuteAfter(tooLate)).toBe(false);
    });

    it('of a deleted diploma is served no more', async () => {
      const file = small.pdf;
      const { diploma, presignedUrl, upload: request } = (await record(file)).body;
      await send(request, file, file.bytes);
      expect((await download(presignedUrl as string)).status).toBe(200);
      expect((await client.delete(`${DIPLOMAS}/${diploma.id}`)).status).toBe(200);
      expectProblem(await open(presignedUrl as string), 404, 'file_not_found');
    });
  });
});
