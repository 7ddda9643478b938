import { setTimeout as sleep } from 'node:timers/promises';
import { LockingSession } from '#libs/common';
import { freePort } from '#libs/database';
import { TcpProxy } from '../support/tcp-proxy';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

/** What a connection may take, and some more. */
const BOUND_MS = 15_000;

let database: TestDatabase;
beforeAll(async () => (database = await createTestDatabase()));
afterAll(() => database.drop());

describe('a session that locks are held with', () => {
  it('is asked one thing at a time, however many ask', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const session = new LockingSession(database.url);
    const count = async (n: number) =>
      session.use(async (held) => (await held.query<{ n: number }>('select $1::int as n', [n])).rows[0]?.n);
    expect(await Promise.all([1, 2, 3, 4].map(count))).toEqual([1, 2, 3, 4]);
    await session.end();
    await sleep(0);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('that cannot be had is given up on within a bounded time, by all who wait for it, and had again afterwards', async () => {
    const proxy = await TcpProxy.start(await freePort(), Number(new URL(database.url).port));
    const url = new URL(database.url);
    url.port = String(proxy.port);
    const session = new LockingSession(url.toString());
    await proxy.become('hanging');
    const began = performance.now();
    const ask = () =>
      session
        .use((held) => held.query('select 1'))
        .then(
          () => 'answered',
          () => 'failed',
        );
    expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array(20).fill('failed'));
    expect(performance.now() - began).toBeLessThan(BOUND_MS);
    await proxy.become('open');
    await sleep(1000);
    expect(await ask()).toBe('answered');
    await session.end();
    await proxy.stop();
  });
});
