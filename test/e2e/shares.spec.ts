import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Config } from '#libs/config';
import { FileInspector } from '#libs/inspection';
import { WaitingRoom } from '#libs/limits';
import { ObjectStorage } from '#libs/storage';
import type { Person } from '../support/given';
import { heldUp } from '../support/held-up';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { committedDocument, routesOf } from '../support/openapi';
import { created } from '../support/papers';
import { postForm } from '../support/post-form';
import { inspectQuickly } from '../support/quick-inspector';
import { pdf } from '../support/sample-files';
import { checked, sendFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const UPLOADS = '/api/v1/shared/uploads';
const RS = '/users-organizations/v1/rs';
/** More than an organisation may have at work at once, so that some get to where they wait. */
const MOST = 32;
const SEATS_OF_PERSON = 24;
const LOCK_SPACE = 0x75706c64;
/** Of `pg_try_advisory_xact_lock` with one number: a request with a key is at work. */
const ADVISORY = `select 1 from pg_locks where locktype = 'advisory' and objsubid = 1 and database = (select oid from pg_database where datname = current_database())`;

interface Insider {
  person: Person;
  client: HttpClient;
}

let app: TestApp;
let flooder: Insider;
let colleague: Insider;
let neighbour: Insider;
let admin: Insider;
/** Resolved by `letGo`: what checks and storage wait for meanwhile. */
let isHeld = false;
const waiting: (() => void)[] = [];
let copies: string[] = [];

async function wait(): Promise<void> {
  if (isHeld) await new Promise<void>((go) => waiting.push(go));
}

function hold(): void {
  isHeld = true;
}

function letGo(): void {
  isHeld = false;
  for (const go of waiting.splice(0)) go();
}

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 1000; round += 1) {
    if (await isDone()) return;
    await sleep(20);
  }
  throw new Error('It did not come to that');
}

async function announced({ client }: Insider, bytes: Buffer<ArrayBuffer>): Promise<string> {
  const file = { kind: 'certificate', mime: 'application/pdf', filename: 'scan.pdf', size: bytes.length };
  const { uploadId, presignedPost } = created(await client.post(`${UPLOADS}/intent`, file));
  await postForm(presignedPost, bytes, 'scan.pdf', 'application/pdf');
  return uploadId as string;
}

const announce = ({ client }: Insider, size = 1000) =>
  client.post(`${UPLOADS}/intent`, { kind: 'certificate', mime: 'application/pdf', filename: 'scan.pdf', size });
const finalize = ({ client }: Insider, id: string) => client.post(`${UPLOADS}/${id}/finalize`);
const titles = ({ client }: Insider) => client.get(`${RS}/titles`);
const statuses = (answers: Answer[]) => new Set(answers.map(({ status }) => status));

beforeAll(async () => {
  app = await TestApp.start({
    environment: { MAX_REQUESTS_IN_HAND: String(MOST), NEW_RECORDS_PERSON: '1000', NEW_RECORDS_ORGANIZATION: '1500' },
  });
  inspectQuickly(app);
  const inspector = app.app.get(FileInspector);
  const quickly = inspector.inspect.bind(inspector);
  inspector.inspect = async (content, file) => {
    await wait();
    return quickly(content, file);
  };
  const storage = app.app.get(ObjectStorage);
  const [find, copy] = [storage.find.bind(storage), storage.copy.bind(storage)];
  storage.find = async (key) => {
    await wait();
    return find(key);
  };
  storage.copy = async (from, to) => {
    copies.push(from);
    await copy(from, to);
  };
  const [flooding, other] = [await app.given.organization(), await app.given.organization()];
  const insider = async (organization: typeof other, role: Person['role']): Promise<Insider> => {
    const person = await app.given.person({ organization, role });
    return { person, client: await app.as(person) };
  };
  flooder = await insider(flooding, 'crew-member');
  colleague = await insider(flooding, 'crew-member');
  admin = await insider(flooding, 'admin');
  neighbour = await insider(other, 'crew-member');
});
afterEach(() => {
  letGo();
  copies = [];
});
afterAll(() => app.close());

describe('links to a file that is still being checked', () => {
  it('are waited for outside of the places and a few at a time; the others are told to come back at once, and all get the file once it is there', async () => {
    const { id: titleId } = created(await admin.client.post(`${RS}/titles`, { name: 'Master Mariner' }));
    const { bytes } = pdf();
    const attachment = { name: 'scan.pdf', mimeType: 'application/pdf', size: bytes.length };
    const made = created(await flooder.client.post(`${RS}/users/me/diplomas`, { titleId, attachment }));
    await postForm(made.upload, bytes, 'scan.pdf', 'application/pdf');
    // Arrived, and then held back.
    await finalize(flooder, made.upload.uploadId);
    const link = made.presignedUrl as string;
    const certificate = { certificateType: 'medical', uploadId: await sendFile(flooder.client, pdf()) };
    const { id } = created(
      await flooder.client.post(`/api/v1/crew/users/${flooder.person.uuid}/certificates`, certificate),
    );
    await checked(app, certificate.uploadId);
    await app.database.query(`update uploads set status = 'uploaded' where id = any($1)`, [
      [made.upload.uploadId, certificate.uploadId],
    ]);
    const asked = [
      ...Array.from({ length: 2 * MOST }, () => app.anonymous.get(link)),
      ...Array.from({ length: 2 * MOST }, () => flooder.client.get(`/api/v1/crew/certificates/${id}/download`)),
    ];
    const answers: Answer[] = [];
    for (const one of asked) void one.then((answer) => answers.push(answer));
    await until(() => answers.length === asked.length - SEATS_OF_PERSON);
    for (const answer of answers.filter(({ status }) => status !== 503)) {
      expectProblem(answer, 404, 'file_being_checked');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    // Those that wait have no place: as many requests as there are places are answered.
    const meanwhile = await Promise.all(Array.from({ length: MOST }, () => titles(neighbour)));
    expect(statuses(meanwhile)).toEqual(new Set([200]));
    expect(answers).toHaveLength(asked.length - SEATS_OF_PERSON);
    await app.database.query(`update uploads set status = 'ready' where id = any($1)`, [
      [made.upload.uploadId, certificate.uploadId],
    ]);
    const last = (await Promise.all(asked)).filter((answer) => answer.status !== 404 && answer.status !== 503);
    expect(last).toHaveLength(SEATS_OF_PERSON);
    expect(statuses(last)).toEqual(new Set([200]));
  });
});

describe('waiting', () => {
  /** What each waits for, and where. */
  const SLEEPERS = [
    // With a token of an unknown key, in the share of strangers, for a second or two.
    'auth/src/signing-keys.service.ts',
    'idempotency/src/idempotency.service.ts',
    // In no request: workers, a scrape of metrics, a command.
    'jobs/src/lane-keeper.ts',
    'jobs/src/queue-metrics.ts',
    'transfer/src/target-database.ts',
    'uploads/src/check-waits.service.ts',
  ];

  it('is done by those only of whom it is known that they do it in the waiting room, or for strangers', () => {
    const libs = join(__dirname, '../../libs');
    const sources = readdirSync(libs, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const sleepers = sources.filter((name) => readFileSync(join(libs, name), 'utf8').includes('timers/promises'));
    expect(sleepers.filter((name) => !name.endsWith('.spec.ts')).sort()).toEqual(SLEEPERS);
  });

  it('for the first of two requests with one key is done by a few of a person; the others are told to come back', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const path = `/api/v1/crew/users/${flooder.person.uuid}/certificates`;
    const ask = () => flooder.client.post(path, { certificateType: 'medical' }, key);
    const [sitting, others] = [[] as Promise<Answer>[], [] as Answer[]];
    const standUps: (() => void)[] = [];
    const room = app.app.get(WaitingRoom);
    const { person } = flooder;
    const chair = { organizationId: person.organizationId, userUuid: person.uuid };
    for (let n = 0; n < 2 * SEATS_OF_PERSON; n += 1) {
      const standUp = room.enter({} as IncomingMessage, chair);
      if (standUp) standUps.push(standUp);
    }
    expect(standUps).toHaveLength(SEATS_OF_PERSON);
    await heldUp(app, 'select 1 from users where uuid = $1 for update', [person.uuid], async () => {
      sitting.push(ask());
      await until(async () => (await app.database.query<unknown[]>(ADVISORY)).length > 0);
      others.push(await ask());
    });
    for (const standUp of standUps) standUp();
    for (const answer of others) expectProblem(answer, 409, 'request_in_progress');
    expect(statuses(await Promise.all(sitting))).toEqual(new Set([201]));
  });
});

describe('one person who asks for the same again and again, while storage and checks hang', () => {
  const routes = routesOf(committedDocument());
  /** What would end the flooder's own session is asked for in another one. */
  const ENDS = /logout|sessions|switch|password/;

  it('keeps nobody of another organisation from being answered, whatever is asked for', async () => {
    const uploadId = await announced(flooder, pdf().bytes);
    hold();
    const ids: Record<string, string | number> = {
      userId: flooder.person.id,
      user_id: flooder.person.uuid,
      upload_id: uploadId,
    };
    const asked: Promise<Answer | null>[] = [];
    for (const { method, path, operation } of routes) {
      const url = path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name] ?? uploadId));
      const client = ENDS.test(path) ? await app.as(flooder.person) : flooder.client;
      const body = operation.requestBody ? {} : undefined;
      for (let n = 0; n < 2 * MOST; n += 1) asked.push(client.send(method, url, body).catch(() => null));
      const answer = await titles(neighbour);
      expect({ after: `${method} ${path}`, status: answer.status }).toEqual({
        after: `${method} ${path}`,
        status: 200,
      });
    }
    letGo();
    const answers = await Promise.all(asked);
    expect(answers.filter((answer) => answer === null)).toEqual([]);
    expect(answers.filter((answer) => answer?.status === 500)).toEqual([]);
  });
});

describe('a file that is finalized many times at once', () => {
  it('is looked at once, and everybody gets the state', async () => {
    const id = await announced(flooder, pdf().bytes);
    copies = [];
    const answers = await Promise.all(Array.from({ length: MOST - 4 }, () => finalize(flooder, id)));
    expect(statuses(answers)).toEqual(new Set([200]));
    for (const { body } of answers) expect(['uploaded', 'ready']).toContain(body.status);
    expect(copies).toHaveLength(1);
  });

  it('is left to the process that is at it, also when that is another one, and taken up when that is gone', async () => {
    const id = await announced(flooder, pdf().bytes);
    copies = [];
    const other = new Client({ connectionString: app.app.get(Config).databaseUrl });
    await other.connect();
    await other.query('select pg_advisory_lock($1, hashtext($2))', [LOCK_SPACE, id]);
    const meanwhile = await finalize(flooder, id);
    expect({ status: meanwhile.status, state: meanwhile.body.status }).toEqual({ status: 200, state: 'pending' });
    expect(copies).toEqual([]);
    await other.end();
    await until(async () => (await finalize(flooder, id)).body.status === 'uploaded');
    expect(copies).toHaveLength(1);
  });
});

describe('files that are announced and not sent', () => {
  afterEach(async () => {
    await app.database.query(`update upload_usage set reserved_bytes = 0`);
    await app.database.query(
      `update uploads set status = 'failed', failure_code = 'upload_expired' where status = 'pending'`,
    );
  });

  it('take up a tenth of the quota of the organisation for each person, and one file always', async () => {
    const organization = await app.given.organization({ uploadQuotaBytes: 10_000 });
    const [one, another] = await Promise.all(
      [1, 2].map(async () => {
        const person = await app.given.person({ organization, role: 'crew-member' });
        return { person, client: await app.as(person) };
      }),
    );
    if (!one || !another) throw new Error('There are two');
    expect((await announce(one, 600)).status).toBe(201);
    expect((await announce(one, 400)).status).toBe(201);
    const refused = await announce(one, 1);
    expectProblem(refused, 429, 'too_many_open_uploads');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await announce(another, 5000)).status).toBe(201);
    expect((await announce(neighbour)).status).toBe(201);
    const { bytes } = pdf(600);
    // What has arrived does not count any more.
    const [first] = await app.database.query<[{ id: string }]>(
      `select id from uploads where uploaded_by_user_uuid = $1 and size_bytes = 600`,
      [one.person.uuid],
    );
    await app.database.query(`update uploads set status = 'ready' where id = $1`, [first.id]);
    expect((await announce(one, bytes.length)).status).toBe(201);
  });

  it.each([
    ['person', () => flooder.person.uuid, 250, () => colleague],
    ['organisation', () => admin.person.uuid, 2500, () => neighbour],
  ])('are so many of a %s, together with those that are not checked yet', async (_, sender, most, unaffected) => {
    // Another person's fill the organisation up; one's own come last.
    await app.database.query(
      `insert into uploads (id, organization_id, uploaded_by_user_uuid, kind, status, mime, size_bytes, original_filename, expires_at, created_at, updated_at)
       select gen_random_uuid(), $1, $2, 'certificate', case when n % 2 = 0 then 'pending' else 'uploaded' end, 'application/pdf', 1, 'x.pdf',
              now(), now(), now() from generate_series(1, $3::int) n`,
      [flooder.person.organizationId, sender(), most - 1],
    );
    try {
      expect((await announce(flooder)).status).toBe(201);
      expectProblem(await announce(flooder), 429, 'too_many_open_uploads');
      expect((await announce(unaffected())).status).toBe(201);
    } finally {
      await app.database.query(`delete from uploads where original_filename = 'x.pdf'`);
    }
  });
});

describe('new records', () => {
  const write = ({ client, person }: Insider) =>
    client.post(`/api/v1/crew/users/${person.uuid}/certificates`, { certificateType: 'medical' });

  it('are so many an hour of a person and of an organisation; everything else is answered, and so is everybody else', async () => {
    const config = app.app.get(Config);
    const before = { ...config.environment };
    Object.assign(config.environment, { NEW_RECORDS_PERSON: 4, NEW_RECORDS_ORGANIZATION: 6 });
    try {
      const organization = await app.given.organization();
      const people = await Promise.all(
        [1, 2].map(async () => {
          const person = await app.given.person({ organization, role: 'crew-member' });
          return { person, client: await app.as(person) };
        }),
      );
      const [one, another] = people;
      if (!one || !another) throw new Error('There are two');
      for (let n = 0; n < 4; n += 1) created(await write(one));
      const refused = await write(one);
      expectProblem(refused, 429, 'rate_limited');
      expect(refused.headers.get('ratelimit-policy')).toBe('"new-records";q=4;w=3600');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await titles(one)).status).toBe(200);
      created(await write(another));
      created(await write(another));
      const full = await write(another);
      expectProblem(full, 429, 'rate_limited');
      expect(full.headers.get('ratelimit-policy')).toBe('"new-records-of-organization";q=6;w=3600');
      created(await write(neighbour));
    } finally {
      Object.assign(config.environment, before);
    }
  });
});
