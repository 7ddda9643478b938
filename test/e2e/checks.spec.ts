import type timers from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { newId } from '#libs/common';
import { Config } from '#libs/config';
import { JobRunner, Jobs } from '#libs/jobs';
import { type ClamdServer, eicar, startClamdServer } from '../support/clamd-server';
import type { Person } from '../support/given';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { Mails } from '../support/mails';
import { created, diplomaUuid, ORIGINAL_SEEN } from '../support/papers';
import { postForm } from '../support/post-form';
import { ProductDirectory } from '../support/product';
import { pdf, type SampleFile } from '../support/sample-files';
import { type S3Server, startS3Server } from '../support/s3-server';
import { checked, sendFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const RS = '/users-organizations/v1/rs';
/** Of the locks that say which workers live. */
const LOCK_SPACE = 0x6a6f6273;
const sharedTimers = jest.requireActual<typeof timers>('node:timers/promises');
const { setTimeout: sleep } = sharedTimers;

let app: TestApp;
let clamd: ClamdServer;
let server: S3Server;
let directory: ProductDirectory;
let owner: Person;
let client: HttpClient;
let reviewer: HttpClient;

const check = (uploadId: string) => app.app.get(Jobs).byName.get('uploads.check')?.({ uploadId });
const ready = () => app.anonymous.get('/health/ready');

interface JobRow {
  name: string;
  attempts: number;
  max: number;
  /** Seconds. */
  wait: number;
  error: string | null;
  isLocked: boolean;
}

async function job(uploadId: string, name = 'uploads.check'): Promise<JobRow | undefined> {
  const rows = await app.database.query<JobRow[]>(
    `select t.identifier as name, j.attempts, j.max_attempts as max, j.last_error as error, j.locked_at is not null as "isLocked",
            extract(epoch from j.run_at - now())::float as wait
     from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where j.payload ->> 'uploadId' = $1 and t.identifier = $2`,
    [uploadId, name],
  );
  return rows[0];
}

async function until<T>(look: () => Promise<T>, isDone: (found: T) => boolean): Promise<T> {
  for (let round = 0; round < 400; round += 1) {
    const found = await look();
    if (isDone(found)) return found;
    await sleep(25);
  }
  throw new Error('It did not come to that');
}

const failed = (id: string, attempts: number) =>
  until(
    () => job(id),
    (found) => found?.attempts === attempts && !found.isLocked && found.error !== null,
  );

/** As if the waiting were over. */
async function runNow(uploadId: string, attempts: number): Promise<void> {
  await app.database.query(
    `update graphile_worker._private_jobs set run_at = now(), attempts = $2 where payload ->> 'uploadId' = $1 and task_id =
       (select id from graphile_worker._private_tasks where identifier = 'uploads.check')`,
    [uploadId, attempts],
  );
  await app.database.query(`select pg_notify('jobs:insert', '')`);
}

/** `npm run jobs`, as an operator runs it beside the product. */
async function jobsCommand(...args: string[]): Promise<string> {
  const { DATABASE_URL, DATABASE_OWNER_URL, SECRET_KEY, PUBLIC_URL } = app.app.get(Config).environment;
  const own = { DATABASE_URL, DATABASE_OWNER_URL, SECRET_KEY, PUBLIC_URL, DATA_DIR: directory.dataDir };
  const run = directory.run(
    'apps/api/src/commands/jobs.js',
    { ...server.environment, ...(own as Record<string, string>) },
    args,
  );
  expect(await run.ended).toBe(0);
  return run.output;
}

function named(filename: string, change: (bytes: Buffer<ArrayBuffer>) => Buffer<ArrayBuffer> = (bytes) => bytes) {
  return { ...pdf(), filename, bytes: change(pdf().bytes) };
}

const infected = (filename: string) => named(filename, (bytes) => Buffer.concat([bytes, eicar()]));
/** Begins as a PDF does, and is none. */
const damaged = (filename: string) => named(filename, () => Buffer.from(`%PDF-1.4\n${'nothing '.repeat(40)}`));

beforeAll(async () => {
  [server, clamd] = await Promise.all([startS3Server(), startClamdServer()]);
  app = await TestApp.start({ environment: { ...server.environment, ...clamd.environment } });
  directory = new ProductDirectory();
  const organization = await app.given.organization({ language: 'fr' });
  owner = await app.given.person({ organization, role: 'crew-member' });
  client = await app.as(owner);
  reviewer = await app.as(await app.given.person({ organization, role: 'office-admin' }));
});

afterEach(() => {
  clamd.mood = 'well';
  jest.restoreAllMocks();
});

afterAll(async () => {
  await directory?.remove();
  await app?.close();
  await clamd?.stop();
  await server?.stop();
});

describe('checks that fail', () => {
  it('are repeated later and later, end as a dead job that operators see, and go on when they say so', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error');
    clamd.mood = 'failing';
    const id = await sendFile(client, named('passport.pdf'));
    const first = await failed(id, 1);
    expect(first?.max).toBe(12);
    expect(first?.wait).toBeGreaterThan(1);
    await runNow(id, 5);
    expect((await failed(id, 6))?.wait).toBeGreaterThan(300);
    expect(errors).not.toHaveBeenCalled();
    expect((await ready()).body).toMatchObject({ status: 'ok', deadJobs: 0 });

    await runNow(id, 11);
    await failed(id, 12);
    const upload = () => client.get(`/api/v1/shared/uploads/${id}`);
    expect((await upload()).body).toMatchObject({
      status: 'uploaded',
      failureCode: 'checks_stalled',
      downloadUrl: null,
    });
    expect(errors.mock.calls.map(([entry]) => entry as object)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('npm run jobs'), job: 'uploads.check' }),
    ]);
    const answer = await ready();
    expect([answer.status, answer.body.status, answer.body.deadJobs]).toEqual([200, 'ok', 1]);

    const waiting = await sendFile(client, named('visa.pdf'));
    await failed(waiting, 1);
    await app.database.query(
      `update graphile_worker._private_jobs set run_at = now() + interval '1 hour' where attempts = 1`,
    );
    const listed = await jobsCommand();
    expect(listed).toMatch(/uploads\.check +0 +0 +1 +1\n/);
    expect(listed).toMatch(/dead +uploads\.check \d+ .*12 of 12 attempts.*clamd did not scan the file/);
    expect(listed).toMatch(/failing +uploads\.check \d+ .*\d+ of 12 attempts, next at /);
    for (const secret of [owner.email, owner.uuid, id, waiting, 'passport', 'visa'])
      expect(listed).not.toContain(secret);

    clamd.mood = 'well';
    expect(await jobsCommand('--retry')).toContain('Dead jobs that will be run again: 1.');
    expect(await checked(app, id)).toBe('ready');
    expect((await upload()).body).toMatchObject({ failureCode: null, downloadUrl: expect.any(String) });
    await until(ready, ({ body }) => body.deadJobs === 0);
    await check(waiting);
  });
});

describe('a job in hand', () => {
  it('is left to its worker while that lives, and taken up by another process once it is gone', async () => {
    const other = new Client({ connectionString: app.app.get(Config).databaseUrl });
    await other.connect();
    await other.query(`select pg_advisory_lock($1, hashtext('worker-elsewhere'))`, [LOCK_SPACE]);
    const [alive, gone] = [newId(), newId()];
    for (const [id, worker] of [
      [alive, 'worker-elsewhere'],
      [gone, 'worker-killed'],
    ]) {
      await app.database.transaction(async (tx) => {
        await tx.query(`select graphile_worker.add_job('uploads.check', json_build_object('uploadId', $1::text))`, [
          id,
        ]);
        await tx.query(
          `update graphile_worker._private_jobs set locked_by = $2, locked_at = now(), attempts = 1
           where payload ->> 'uploadId' = $1`,
          [id, worker],
        );
      });
    }
    const isGone = (found?: JobRow) => found === undefined;
    await app.app.get(JobRunner).recover();
    await until(() => job(gone), isGone);
    expect((await job(alive))?.isLocked).toBe(true);
    await other.end();
    await app.app.get(JobRunner).recover();
    await until(() => job(alive), isGone);
  });
});

describe('a file that is not ready', () => {
  interface Credential {
    upload: string;
    path: string;
    /** Contract D's link to the file. */
    link?: string;
  }
  let titleId: number;
  const waiting: Credential[] = [];
  const ill: Credential[] = [];
  const broken: Credential[] = [];

  async function certificate(file: SampleFile): Promise<Credential> {
    const upload = await sendFile(client, file);
    const content = { certificateType: 'medical', uploadId: upload };
    const { id } = created(await client.post(`${CREW}/users/${owner.uuid}/certificates`, content));
    return { upload, path: `${CREW}/certificates/${id}` };
  }

  /** Opening its link collects the file, and waits. */
  async function diploma({ filename: name, mime: mimeType, bytes }: SampleFile): Promise<Credential> {
    const attachment = { name, mimeType, size: bytes.length };
    const {
      diploma: made,
      upload,
      presignedUrl,
    } = created(await client.post(`${RS}/users/me/diplomas`, { titleId, attachment }));
    await postForm(upload, bytes, name, mimeType);
    return { upload: upload.uploadId, path: `${CREW}/diplomas/${await diplomaUuid(app, made.id)}`, link: presignedUrl };
  }

  const all = () => [...waiting, ...ill, ...broken];
  const verify = ({ path }: Credential) => reviewer.post(`${path}/verify`, ORIGINAL_SEEN);
  const doors = ({ path, link }: Credential): Promise<Answer>[] => [
    client.get(`${path}/download`),
    ...(link ? [app.anonymous.get(link)] : []),
  ];

  async function expectNotReady(credentials: Credential[], why: RegExp): Promise<void> {
    for (const credential of credentials) {
      const answer = await verify(credential);
      expectProblem(answer, 409, 'file_not_ready');
      expect(answer.body.detail).toMatch(why);
    }
  }

  it('is waited for ten seconds by whoever opens it, and then the answer is to come back', async () => {
    clamd.mood = 'failing';
    titleId = created(await reviewer.post(`${RS}/titles`, { name: 'Master Mariner' })).id;
    for (const [list, make] of [
      [waiting, named],
      [ill, infected],
      [broken, damaged],
    ] as const) {
      list.push(await certificate(make('certificate.pdf')), await diploma(make('diploma.pdf')));
    }
    const slept: number[] = [];
    // Ten times as fast.
    jest.spyOn(sharedTimers, 'setTimeout').mockImplementation((ms = 0) => {
      slept.push(ms);
      return sleep<never>(ms / 10);
    });
    // The links first: they bring the diplomas' files in.
    const links = await Promise.all(all().flatMap(({ link }) => (link ? [app.anonymous.get(link)] : [])));
    const downloads = await Promise.all(all().map(({ path }) => client.get(`${path}/download`)));
    for (const answer of [...links, ...downloads]) {
      expectProblem(answer, 404, 'file_being_checked');
      expect(answer.headers.get('retry-after')).toBe('5');
    }
    // The links together, and then the downloads.
    const total = slept.reduce((sum, ms) => sum + ms, 0);
    expect(total).toBeGreaterThanOrEqual(20_000);
    expect(total).toBeLessThan(22_000);
  });

  it('cannot be verified while it is being checked, has malware in it or was refused; the answer says which', async () => {
    await expectNotReady(all(), /^The file is still being checked/);
    clamd.mood = 'well';
    for (const { upload } of all()) {
      await check(upload);
      await checked(app, upload);
    }
    await expectNotReady(ill, /^Malware was found/);
    await expectNotReady(broken, /^The file was refused/);
    for (const answer of await Promise.all([...ill, ...broken].flatMap(doors))) expect(answer.status).toBe(404);
  });

  it('can be rejected nevertheless, and verified once it is ready', async () => {
    for (const { path } of [...ill, ...broken]) {
      expect((await reviewer.post(`${path}/reject`, { reason: 'Please send a clean copy.' })).status).toBe(200);
    }
    for (const credential of waiting) expect((await verify(credential)).status).toBe(200);
  });

  it('for malware is told to its owner once, in the language of the organisation and without anything dangerous', async () => {
    const mails = new Mails(app.dataDir);
    const told = () => mails.to(owner.email).filter((mail) => mail.includes('Eicar-Signature'));
    await until(
      () => Promise.resolve(told()),
      ({ length }) => length === ill.length,
    );
    for (const { upload } of ill) {
      await until(
        () => job(upload, 'uploads.tell-owner'),
        (found) => found === undefined,
      );
      await check(upload);
      expect(await job(upload, 'uploads.tell-owner')).toBeUndefined();
    }
    expect(told()).toHaveLength(ill.length);
    for (const [index, filename] of ['certificate.pdf', 'diploma.pdf'].entries()) {
      const mail = told().find((text) => text.includes(filename)) ?? `no mail ${index}`;
      expect(mail).toContain('contient un programme malveillant (Eicar-Signature)');
      expect(mail).not.toMatch(/EICAR-STANDARD|https?:|quarantine/);
    }
  });
});

describe('a file that was ready before there were checks', () => {
  it('stays ready and gets its pictures after the migration', async () => {
    const id = await sendFile(client, pdf());
    await check(id);
    await app.database.query('update uploads set derivatives_prefix = null where id = $1', [id]);
    const runner = app.database.createQueryRunner();
    await app.database.migrations.find(({ name }) => name?.startsWith('OlderFiles'))?.up(runner);
    await runner.release();
    await app.database.query(`select pg_notify('jobs:insert', '')`);
    const upload = () => client.get(`/api/v1/shared/uploads/${id}`);
    const { body } = await until(upload, (answer) => answer.body.derivatives.thumb !== null);
    expect(body.status).toBe('ready');
  });
});
