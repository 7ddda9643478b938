import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '#libs/database';
import { demoRegistry } from '../support/demo-registry';
import { expectProblem, HttpClient } from '../support/http';
import { API, ProductDirectory, type Run } from '../support/product';
import { objectsOfRegistry, rowsOfRegistry as allRows, schemaOfRegistry } from '../support/registry-contents';
import { type S3Server, startS3Server } from '../support/s3-server';
import { NO_LIMITS } from '../support/template';
import { emptyDatabase } from '../support/test-database';

const MAINTENANCE = 'apps/api/src/commands/maintenance.js';
const MOVE = 'apps/api/src/commands/move.js';
const TITLES = '/users-organizations/v1/rs/titles';
const SIGN_IN = '/auth/v1/rs/login/credentials';

/** Without the queue: its clock goes on. The move compares what it has copied of it. */
async function rowsOfRegistry(ownerUrl: string): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await allRows(ownerUrl)).filter(([name]) => name.startsWith('public.')));
}

describe('from the embedded default to services of one’s own, and back', () => {
  const back = new ProductDirectory();
  let source: ProductDirectory;
  let server: S3Server;
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  let target: Record<string, string>;
  let product: Run;
  let url: string;
  let reader: HttpClient;

  let files = 0;
  const settingsFile = (settings: Record<string, string>) => {
    files += 1;
    const file = join(source.path, `target-${files}.env`);
    writeFileSync(
      file,
      Object.entries(settings)
        .map(([key, value]) => `${key}=${value}`)
        .join('\n'),
    );
    return file;
  };
  const secretKey = () => JSON.parse(readFileSync(join(source.dataDir, 'secrets.json'), 'utf8')).secretKey as string;
  const move = (to: Record<string, string>, settings = source.embedded(0)) =>
    source.run(MOVE, settings, [`--to=${settingsFile(to)}`]);
  const maintenance = async (...args: string[]) => {
    const run = source.run(MAINTENANCE, source.embedded(0), args);
    expect(await run.ended).toBe(0);
    return run.output;
  };
  const start = async () => {
    const port = await freePort();
    product = source.run(API, source.embedded(port));
    await product.printed('Credence is running');
    url = `http://127.0.0.1:${port}`;
  };
  const account = () => {
    const accounts = JSON.parse(readFileSync(join(source.dataDir, 'demo-accounts.json'), 'utf8'));
    return accounts.find(({ role }: { role: string }) => role === 'admin') as { email: string; password: string };
  };
  const signIn = async (at: string) => {
    const { email, password } = account();
    const answer = await new HttpClient(at).post(SIGN_IN, { email, password });
    expect(answer.status).toBe(201);
    const { accessToken, sessionToken } = answer.body.data;
    return new HttpClient(at, { authorization: `Bearer ${accessToken}`, 'x-session-token': sessionToken });
  };
  /** The source's database, as its owner. */
  const asked = async (statement: string): Promise<Record<string, unknown>[]> => {
    const client = new Client({ connectionString: source.ownerUrl });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  };
  const stopped = async (run: Run, text: string) => {
    while (run.isRunning && !run.output.includes(text)) await sleep(5);
    expect({ isRunning: run.isRunning, output: run.output }).toMatchObject({ isRunning: true });
    await run.kill('SIGKILL');
  };

  beforeAll(async () => {
    source = await demoRegistry();
    server = await startS3Server();
    database = await emptyDatabase();
    await start();
    reader = await signIn(url);
    const owner = database.ownerUrl;
    target = {
      DATABASE_OWNER_URL: owner,
      DATABASE_URL: database.urlAs({ name: 'credence_moved', password: 'moved' }),
      ...server.environment,
      SECRET_KEY: secretKey(),
      PUBLIC_URL: 'https://credence.example.org',
    };
  });
  afterAll(async () => {
    await Promise.all([source.remove(), back.remove(), server?.stop()]);
    await database?.drop();
  });

  describe('maintenance', () => {
    it('leaves what is read, and answers each change with 503, when to come back and a sentence, until it is switched off', async () => {
      expect(await maintenance('--on', '--reason=a look behind the curtain')).toContain('a look behind the curtain');
      const before = await rowsOfRegistry(source.ownerUrl);
      expect((await reader.get('/api/v1/crew/roster')).status).toBe(200);
      expect((await reader.get('/health/ready')).status).toBe(200);
      const changes = [
        reader.post(TITLES, { name: 'Master' }),
        reader.patch('/api/v1/shared/organization', { name: 'Other' }),
        reader.delete('/api/v1/shared/users/me/session'),
        reader.post(SIGN_IN, account()),
      ];
      for (const answer of await Promise.all(changes)) {
        expectProblem(answer, 503, 'under_maintenance');
        expect(answer.headers.get('retry-after')).toBe('60');
        expect(answer.body.detail).toContain('can be read and not changed');
      }
      expect(await rowsOfRegistry(source.ownerUrl)).toEqual(before);
      expect(await maintenance()).toContain('Under maintenance since');
      expect(await maintenance('--off')).toContain('Not under maintenance');
      // Each process knows within a second.
      while ((await reader.post(TITLES, { name: 'Master' })).status === 503) await sleep(50);
      expect(await maintenance('--off')).toContain('There was no maintenance');
    });

    it('is obeyed by the database itself where a process has not heard of it, also for reads that are recorded', async () => {
      await maintenance('--on');
      const [paper] = await asked(`select c.id from certificates c join uploads u on u.id = c.upload_id
        where u.status = 'ready' and c.deleted_at is null limit 1`);
      // As a process that still believes that all is as ever.
      await asked('delete from maintenance');
      while ((await reader.post(TITLES, {})).status === 503) await sleep(50);
      expectProblem(await reader.post(TITLES, { name: 'Chief mate' }), 503, 'under_maintenance');
      expectProblem(
        await reader.get(`/api/v1/crew/certificates/${String(paper?.['id'])}/file`),
        503,
        'under_maintenance',
      );
      await expect(asked('truncate sessions')).rejects.toThrow('under maintenance');
      await maintenance('--off');
    });

    it('lets jobs wait, also where a process ends or starts meanwhile, and has them done afterwards', async () => {
      await maintenance('--on');
      await asked(`select graphile_worker.add_job('sessions-remove-expired', '{}'::json)`);
      const waiting = () =>
        asked(`select attempts from graphile_worker.jobs where task_identifier = 'sessions-remove-expired'`);
      // Longer than a worker needs to hear of a new job and to look for one by itself.
      for (let look = 0; look < 6; look += 1) {
        expect(await waiting()).toEqual([{ attempts: 0 }]);
        await sleep(500);
      }
      expect(await product.kill('SIGTERM')).toBe(0);
      await start();
      reader = new HttpClient(url, reader.headers);
      expectProblem(await reader.post(TITLES, { name: 'Cook' }), 503, 'under_maintenance');
      expect(await waiting()).toEqual([{ attempts: 0 }]);
      await maintenance('--off');
      while ((await waiting()).length > 0) await sleep(50);
    });
  });

  it('refuses another SECRET_KEY, settings that cannot be read and a place that holds something, and changes nothing', async () => {
    const refused = async (to: Record<string, string>, sentence: string) => {
      const run = move(to);
      expect(await run.ended).toBe(1);
      expect(run.output).toContain(sentence);
      expect(run.output).not.toMatch(/^\s+at /m);
    };
    await Promise.all([
      refused(
        { ...target, SECRET_KEY: 'another secret of at least 32 characters' },
        'not the one that the data was made with',
      ),
      refused({ ...target, S3_BUCKET: '' }, 'S3_BUCKET is missing'),
      refused({ DATA_DIR: source.dataDir }, 'already'),
    ]);
    const client = new Client({ connectionString: database.ownerUrl });
    await client.connect();
    expect((await client.query("select 1 from pg_tables where schemaname = 'public'")).rowCount).toBe(0);
    await client.end();
    expect(await maintenance()).toContain('Not under maintenance');
  });

  it('goes on after it was killed among the rows and among the files, and ends with the same registry; the old one stands still', async () => {
    await stopped(move(target), 'public.memberships');
    await stopped(move(target), 'Files: 20 %');
    expectProblem(await reader.post(TITLES, { name: 'Cook' }), 503, 'under_maintenance');
    const run = move(target);
    expect({ code: await run.ended, output: run.output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('all compared'),
    });
    // Not anew: neither the tables nor the first files.
    expect(run.output).toContain('Files: 100 %');
    expect(run.output).not.toMatch(/Table |Files: 20 %/);
    expect(await rowsOfRegistry(database.ownerUrl)).toEqual(await rowsOfRegistry(source.ownerUrl));
    expect(await schemaOfRegistry(database.ownerUrl)).toEqual(await schemaOfRegistry(source.ownerUrl));
    const [here, there] = await Promise.all([
      objectsOfRegistry({ DATA_DIR: source.dataDir }),
      objectsOfRegistry(target),
    ]);
    // What a job that was cut off has left behind is named by no row, and stays behind.
    const rows = await asked('select object_key, derivatives_prefix from uploads');
    const named = new Set(rows.flatMap((row) => [row['object_key'], row['derivatives_prefix']]));
    const isNamed = ([key]: [string, string]) => named.has(key) || named.has(key.slice(0, key.lastIndexOf('/') + 1));
    expect(there).toEqual(Object.fromEntries(Object.entries(here).filter(isNamed)));
    expect(Object.keys(there).length).toBeGreaterThan(350);
    expectProblem(await reader.post(TITLES, { name: 'Cook' }), 503, 'under_maintenance');
    expect((await reader.get('/api/v1/crew/roster')).status).toBe(200);
  });

  it('runs on the new services as before, and comes back to an empty folder', async () => {
    await product.kill('SIGTERM');
    const port = await freePort();
    const own = { ...target, ...NO_LIMITS, PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` };
    const moved = source.run(API, own);
    await moved.printed('Credence is running');
    const client = await signIn(`http://127.0.0.1:${port}`);
    expect((await client.get('/api/v1/crew/roster')).status).toBe(200);
    await moved.kill('SIGTERM');

    mkdirSync(back.dataDir);
    const run = move({ DATA_DIR: back.dataDir, CREDENCE_MODE: 'embedded' }, own);
    expect({ code: await run.ended, output: run.output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('all compared'),
    });
    expect(await objectsOfRegistry({ DATA_DIR: back.dataDir })).toEqual(await objectsOfRegistry(target));
    const again = back.run(API, { ...back.embedded(port), RUN_WORKER: 'false' });
    await again.printed('Credence is running');
    expect(await rowsOfRegistry(back.ownerUrl)).toEqual(await rowsOfRegistry(database.ownerUrl));
    await signIn(`http://127.0.0.1:${port}`);
    await again.kill('SIGTERM');
  });
});
