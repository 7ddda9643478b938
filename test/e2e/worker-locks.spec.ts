import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { WorkerLocks } from '#libs/jobs';

/** For others to come back, and some more. */
const OTHERS_RETURN_MS = 3500;

let database: TestDatabase;
let client: Client;
beforeAll(() => Logger.overrideLogger(false));
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('the locks of workers', () => {
  const locks = [new WorkerLocks('', new Logger()), new WorkerLocks('', new Logger())] as [WorkerLocks, WorkerLocks];

  beforeAll(async () => {
    locks[0] = new WorkerLocks(database.url, new Logger('test'));
    locks[1] = new WorkerLocks(database.url, new Logger('test'));
    await Promise.all([locks[0].hold('worker-here'), locks[1].hold('worker-there')]);
    await client.query(`select graphile_worker.add_job('probe')`);
    await client.query(
      `update graphile_worker._private_jobs set locked_by = 'worker-there', locked_at = now(), attempts = 1`,
    );
  });
  afterAll(() => Promise.all(locks.map((each) => each.end())));

  const holder = async () =>
    (await client.query<{ worker: string | null }>(`select locked_by as worker from graphile_worker._private_jobs`))
      .rows[0]?.worker;

  it('keep a job for its worker as long as that one lives, also when PostgreSQL has ended all sessions and others are back first', async () => {
    await client.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
    );
    const [here, there] = locks;
    // The first use of a session may be what finds it lost.
    await here.freeJobs().catch(() => []);
    await sleep(1100);
    await here.freeJobs();
    expect(here.isWaitingForOthers).toBe(true);
    expect(await holder()).toBe('worker-there');
    await there.requireHeld();
    await sleep(OTHERS_RETURN_MS);
    expect(here.isWaitingForOthers).toBe(false);
    await here.freeJobs();
    expect(await holder()).toBe('worker-there');
  });

  it('are dropped by a worker that ends by itself, though its process lives, and its job can be had', async () => {
    const [here, there] = locks;
    // Once more: a lock that is held twice would stay after it is dropped.
    await there.hold('worker-there');
    await there.drop('worker-there');
    await here.freeJobs();
    expect(await holder()).toBeNull();
  });
});
