import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#libs/database';
import { Jobs } from '#libs/jobs';
import { ObjectStorage, type PresignedPost } from '#libs/storage';
import { type Answer, type HttpClient } from '../support/http';
import { postForm } from '../support/post-form';
import { type S3Server, startS3Server } from '../support/s3-server';
import { pdf, type SampleFile } from '../support/sample-files';
import { checked } from '../support/send-file';
import { TcpProxy } from '../support/tcp-proxy';
import type { Person } from '../support/given';
import { TestApp } from '../support/test-app';

const UPLOADS = '/api/v1/shared/uploads';
/** `npm run test:outage` makes it 30. */
const SECONDS_AWAY = Number(process.env['OUTAGE_SECONDS'] ?? 3);
const CLIENTS = 8;
/** A new file so often; what is done is asked about meanwhile. */
const FILES_PER_SECOND = 2;
/** Jobs that failed wait longer and longer before they are tried again. */
const SETTLED_MS = 15_000 + SECONDS_AWAY * 4000;
/** What may be answered while the storage is away: done, not yet, or try again. */
const DOCUMENTED = new Set([200, 201, 409, 503]);

/** One file on its way, and how far it came. */
interface Transfer {
  file: SampleFile;
  id?: string;
  post?: PresignedPost;
  isSent?: boolean;
  isFinalized?: boolean;
  isRecorded?: boolean;
}

describe('storage that is away', () => {
  let server: S3Server;
  let proxy: TcpProxy;
  let app: TestApp;
  let client: HttpClient;
  let person: Person;
  const answers: { step: string; status: number; retryAfter: string | null }[] = [];

  beforeAll(async () => {
    server = await startS3Server();
    const port = await freePort();
    proxy = await TcpProxy.start(port, Number(new URL(server.environment['S3_ENDPOINT'] ?? '').port));
    // It is away already: the start does not depend on it.
    await proxy.become('refusing');
    app = await TestApp.start({ environment: { ...server.environment, S3_ENDPOINT: `http://127.0.0.1:${port}` } });
    person = await app.given.person({ organization: await app.given.organization(), role: 'crew-member' });
    client = await app.as(person);
  });

  afterAll(async () => {
    await app?.close();
    await proxy?.stop();
    await server?.stop();
  });

  async function note(step: string, request: Promise<Answer>): Promise<Answer> {
    const answer = await request;
    answers.push({ step, status: answer.status, retryAfter: answer.headers.get('retry-after') });
    return answer;
  }

  /** The next step of a transfer; a step that fails is tried again the next time, as a client would. */
  async function proceed(transfer: Transfer): Promise<void> {
    const { file } = transfer;
    if (!transfer.post) {
      const announced = { kind: 'certificate', mime: file.mime, filename: file.filename, size: file.bytes.length };
      const { status, body } = await note('intent', client.post(`${UPLOADS}/intent`, announced));
      if (status === 201) Object.assign(transfer, { id: body.uploadId, post: body.presignedPost });
    } else if (!transfer.isSent) {
      // Straight to the storage, which is away: none of the product's answers.
      const sent = await within(5000, postForm(transfer.post, file.bytes, file.filename, file.mime));
      transfer.isSent = sent?.status === 204;
    } else if (!transfer.isFinalized) {
      const { status } = await note('finalize', client.post(`${UPLOADS}/${transfer.id}/finalize`));
      transfer.isFinalized = status === 200;
    } else if (!transfer.isRecorded) {
      const body = { certificateType: 'medical', uploadId: transfer.id };
      const { status } = await note('create', client.post(`/api/v1/crew/users/${person.uuid}/certificates`, body));
      transfer.isRecorded = status === 201;
    } else {
      await note('read', client.get(`${UPLOADS}/${transfer.id}`));
    }
  }

  async function load(transfers: Transfer[], isOver: () => boolean): Promise<void> {
    const began = performance.now();
    const busy = new Set<Transfer>();
    const worker = async () => {
      while (!isOver()) {
        // So that every step meets the outage.
        const due = 1 + ((performance.now() - began) / 1000) * FILES_PER_SECOND;
        if (transfers.length < due) transfers.push({ file: pdf(20_000) });
        const free = transfers.filter((transfer) => !busy.has(transfer));
        const pick = free.find(({ isRecorded }) => !isRecorded) ?? free[0];
        if (pick) {
          busy.add(pick);
          await proceed(pick).catch(() => undefined);
          busy.delete(pick);
        }
        await sleep(20);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, worker));
  }

  it('does not keep the product from starting and living', async () => {
    expect((await app.anonymous.get('/health/live')).status).toBe(200);
    const ready = await app.anonymous.get('/health/ready');
    expect([ready.status, ready.body.checks.storage]).toEqual([503, 'failing']);
    await proxy.become('open');
    expect((await app.anonymous.get('/health/ready')).status).toBe(200);
  });

  it(
    `for ${SECONDS_AWAY} seconds under load leads to no 500, no record without file and no file without record, and all recovers by itself`,
    async () => {
      // Ready to be finalized when the storage goes, however busy the machine is.
      const waiting: Transfer = { file: pdf(20_000) };
      while (!waiting.isSent) await proceed(waiting);
      const transfers: Transfer[] = [];
      let isOver = false;
      const loading = load(transfers, () => isOver);
      await sleep(1000);
      await proxy.become('refusing');
      await proceed(waiting);
      transfers.push(waiting);
      await sleep((SECONDS_AWAY * 1000) / 2);
      await proxy.become('hanging');
      await sleep((SECONDS_AWAY * 1000) / 2);
      await proxy.become('open');
      await sleep(1000);
      isOver = true;
      await loading;

      expect(answers.filter(({ status }) => !DOCUMENTED.has(status))).toEqual([]);
      const refused = answers.filter(({ status }) => status === 503);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.every(({ retryAfter }) => /^\d+$/.test(retryAfter ?? ''))).toBe(true);

      // The clients go on until they are done.
      for (const transfer of transfers) {
        for (let tries = 0; !transfer.isRecorded && tries < 20; tries += 1) {
          await proceed(transfer).catch(() => undefined);
          if (tries > 4) await sleep(100);
        }
      }
      expect(transfers.filter(({ isRecorded }) => !isRecorded)).toEqual([]);
      expect((await app.anonymous.get('/health/ready')).status).toBe(200);
      await expectConsistent();
      process.stdout.write(
        `storage away for ${SECONDS_AWAY} s: ${transfers.length} files, ${answers.length} answers, ${refused.length} of them 503, none 5xx else\n`,
      );
    },
    120_000 + SECONDS_AWAY * 1000,
  );

  it('and only hangs is given up on in bounded time', async () => {
    const file = pdf();
    const transfer: Transfer = { file };
    await proceed(transfer);
    await proceed(transfer);
    await proxy.become('hanging');
    const began = performance.now();
    const { status, headers } = await client.post(`${UPLOADS}/${transfer.id}/finalize`);
    expect([status, /^\d+$/.test(headers.get('retry-after') ?? '')]).toEqual([503, true]);
    expect(performance.now() - began).toBeLessThan(10_000);
    await proxy.become('open');
    expect((await client.post(`${UPLOADS}/${transfer.id}/finalize`)).status).toBe(200);
    await checked(app, transfer.id ?? '');
  });

  /** After the sweep: every row that has a file finds it, and every object belongs to a row. */
  async function expectConsistent(): Promise<void> {
    const unsettled = `select 1 from uploads where status in ('pending', 'uploaded')`;
    for (let waited = 0; (await app.database.query(unsettled)).length > 0 && waited < SETTLED_MS; waited += 100) {
      await sleep(100);
    }
    const rows: { id: string }[] = await app.database.query('select id from uploads');
    const close = app.app.get(Jobs).byName.get('uploads.close');
    for (const { id } of rows) await close?.({ uploadId: id });
    const settled: { object_key: string | null; status: string; derivatives_prefix: string | null }[] =
      await app.database.query('select object_key, status, derivatives_prefix from uploads');
    expect(settled.filter(({ status, object_key: key }) => status !== 'ready' || key === null)).toEqual([]);
    const storage = app.app.get(ObjectStorage);
    expect(await storage.list('files/')).toEqual(settled.map(({ object_key: key }) => key).sort());
    expect(await storage.list('incoming/')).toEqual([]);
    const derived = await storage.list('derived/');
    const prefixes = settled.flatMap(({ derivatives_prefix: prefix }) => prefix ?? []);
    expect(derived.filter((key) => !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual([]);
    const wrong: unknown[] = await app.database.query(
      `select c.id from certificates c left join uploads u on u.id = c.upload_id where u.status is distinct from 'ready'`,
    );
    expect(wrong).toEqual([]);
  }
});

async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  return Promise.race([work.catch(() => null), sleep(ms, null, { ref: false })]);
}
