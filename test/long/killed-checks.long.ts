import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { Config } from '#libs/config';
import { Jobs } from '#libs/jobs';
import { ObjectStorage } from '#libs/storage';
import type { Person } from '../support/given';
import type { HttpClient } from '../support/http';
import { ProductDirectory, type Run, WORKER } from '../support/product';
import { reservedBytes } from '../support/reserved-bytes';
import { pdf } from '../support/sample-files';
import { type S3Server, startS3Server } from '../support/s3-server';
import { checked, sendFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const PRELOAD = join(__dirname, '../support/die-after-call.js');
const MOST_STAGES = 30;

let app: TestApp;
let server: S3Server;
let directory: ProductDirectory;
let person: Person;
let client: HttpClient;

function worker(dieAfterCall: number): Run {
  const { DATABASE_URL, DATABASE_OWNER_URL, SECRET_KEY, PUBLIC_URL } = app.app.get(Config).environment;
  return directory.run(WORKER, {
    ...server.environment,
    DATABASE_URL: DATABASE_URL ?? '',
    DATABASE_OWNER_URL: DATABASE_OWNER_URL ?? '',
    SECRET_KEY: SECRET_KEY ?? '',
    PUBLIC_URL: PUBLIC_URL ?? '',
    DATA_DIR: directory.dataDir,
    NODE_OPTIONS: `--require ${PRELOAD}`,
    DIE_AFTER_CALL: String(dieAfterCall),
  });
}

const runAt = (when: string) => app.database.query(`update graphile_worker._private_jobs set run_at = ${when}`);

async function jobsOf(uploadId: string): Promise<number> {
  const rows = await app.database.query<{ n: number }[]>(
    `select count(*)::int as n from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = 'uploads.check' and j.payload ->> 'uploadId' = $1`,
    [uploadId],
  );
  return rows[0]?.n ?? 0;
}

/** Kills a worker after its first call, the next one after its second, and so on, each with a file of its own, until one gets through. */
async function walk(malware: boolean): Promise<{ ids: string[]; stages: string[] }> {
  const ids: string[] = [];
  const stages: string[] = [];
  for (let call = 1; call <= MOST_STAGES; call += 1) {
    await runAt(`now() + interval '1 day'`);
    const file = pdf(2000);
    if (malware) file.bytes.write('MALWARE', 400, 'latin1');
    const id = await sendFile(client, file);
    ids.push(id);
    const run = worker(call);
    let isDone = false;
    while (run.isRunning && !isDone) {
      await sleep(25);
      isDone = (await jobsOf(id)) === 0;
    }
    if (isDone && run.isRunning) {
      await run.kill('SIGKILL');
      return { ids, stages };
    }
    stages.push(/killed after (\w+)/.exec(run.output)?.[1] ?? run.output);
  }
  throw new Error('No worker got through');
}

describe('a worker that is killed at every stage of the checks', () => {
  beforeAll(async () => {
    server = await startS3Server();
    app = await TestApp.start({ environment: { ...server.environment, RUN_WORKER: 'false' } });
    directory = new ProductDirectory();
    person = await app.given.person({ organization: await app.given.organization(), role: 'crew-member' });
    client = await app.as(person);
  });

  afterAll(async () => {
    await directory?.remove();
    await app?.close();
    await server?.stop();
  });

  it('leaves each upload to the next one, which brings it to its end: no object, row or record too many or too few', async () => {
    const clean = await walk(false);
    const infected = await walk(true);
    expect(clean.stages).toEqual(expect.arrayContaining(['scan', 'inspect', 'write', 'change', 'list']));
    expect(infected.stages).toEqual(expect.arrayContaining(['scan', 'copy', 'change', 'list']));

    await runAt('now()');
    const last = worker(0);
    for (const id of clean.ids) expect(await checked(app, id)).toBe('ready');
    for (const id of infected.ids) expect(await checked(app, id)).toBe('infected');
    for (const id of [...clean.ids, ...infected.ids]) while ((await jobsOf(id)) > 0) await sleep(25);
    await last.kill('SIGTERM');
    for (const id of [...clean.ids, ...infected.ids])
      await app.app.get(Jobs).byName.get('uploads.close')?.({ uploadId: id });

    const rows = await app.database.query<{ id: string; key: string | null; prefix: string | null; bytes: number }[]>(
      `select id, object_key as key, derivatives_prefix as prefix, size_bytes as bytes from uploads`,
    );
    const named = rows.flatMap(({ id, key, prefix }) =>
      key === null
        ? [`quarantine/${person.organizationId}/${id}`]
        : [key, ...['large', 'medium', 'preview', 'thumb'].map((name) => `${prefix}${name}.webp`)],
    );
    const storage = app.app.get(ObjectStorage);
    const kept: string[] = [];
    for (const { id } of rows) {
      for (const root of ['files', 'derived'])
        kept.push(...(await storage.list(`${root}/${person.organizationId}/${id}/`)));
      for (const key of [`incoming/${id}`, `quarantine/${person.organizationId}/${id}`]) {
        if (await storage.find(key)) kept.push(key);
      }
    }
    expect(kept.sort()).toEqual(named.sort());
    expect(await reservedBytes(app, person.organizationId)).toBe(clean.ids.length * 2000);
    const ends = await app.database.query<{ id: string; actions: string[] }[]>(
      `select target_id as id, array_agg(action order by id) as actions from audit_records where target_type = 'upload' group by 1`,
    );
    for (const { id, actions } of ends) {
      const end = clean.ids.includes(id) ? 'upload.check' : 'upload.quarantine';
      expect(actions).toEqual(['upload.create', 'upload.finalize', end]);
    }
    process.stdout.write(
      `Killed after: ${clean.stages.join(', ')}; with malware after: ${infected.stages.join(', ')}\n`,
    );
  }, 300_000);
});
