import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedPostgres, freePort } from '#libs/database';
import { type Answer, HttpClient } from '../support/http';
import { ProductDirectory } from '../support/product';
import { TcpProxy } from '../support/tcp-proxy';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { TestPostgres } from '../support/test-postgres';

const ADMIN = { email: 'admin@example.org', password: 'a long password' };
const TITLES = '/users-organizations/v1/rs/titles';
/** More than the pool has connections: some hold one, some wait, some open one. */
const CLIENTS = 16;
const AWAY_MS = 1500;
/** A statement has 1 s here, and its answer 5 s more; then some. */
const SLOWEST_MS = 15_000;
const SILENCE_MS = 5_000;

describe('a PostgreSQL that goes away while requests run', () => {
  const directory = new ProductDirectory();
  let postgres: TestPostgres;
  let database: TestDatabase;
  let proxy: TcpProxy;
  let url: string;
  let tokens: Record<string, string>;
  let number = 0;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    database = await createTestDatabase(postgres.url);
    proxy = await TcpProxy.start(await freePort(), postgres.server.port);
    const through = new URL(database.url);
    through.port = String(proxy.port);
    const settings = { DATABASE_WAIT_SECONDS: '1', DATABASE_STATEMENT_SECONDS: '1', LOG_LEVEL: 'silent' };
    const args = ['--name', 'Northern Crewing', '--email', ADMIN.email];
    const token = await directory.found(args, directory.ownServices(database.url));
    url = (await directory.startOn(through.toString(), settings)).url;
    await new HttpClient(url).post('/auth/v1/rs/invitations/accept', { token, password: ADMIN.password });
    const { body } = await new HttpClient(url).post('/auth/v1/rs/login/credentials', ADMIN);
    const { accessToken, sessionToken } = body.data as Record<string, string>;
    tokens = { authorization: `Bearer ${accessToken}`, 'x-session-token': sessionToken ?? '' };
  });
  afterAll(async () => {
    await directory.remove();
    await proxy?.stop();
    await postgres?.stop();
  });

  /** What people do: read, write, sign in. */
  const ask = [
    () => new HttpClient(url, tokens).get(TITLES),
    () => new HttpClient(url, tokens).post(TITLES, { name: `Title ${(number += 1)}` }),
    () => new HttpClient(url, tokens).get('/api/v1/crew/roster'),
    () => new HttpClient(url).post('/auth/v1/rs/login/credentials', { ...ADMIN, password: 'another password' }),
  ];

  /** Asks without a pause while `happens` does; then until all is as before. */
  async function during(happens: () => Promise<unknown>): Promise<Answer[]> {
    const answers: Answer[] = [];
    let isOver = false;
    const clients = Array.from({ length: CLIENTS }, async (_, i) => {
      for (let turn = i; !isOver; turn += 1) answers.push(await (ask[turn % ask.length] as () => Promise<Answer>)());
    });
    await sleep(200);
    await happens();
    isOver = true;
    await Promise.all(clients);
    const before = performance.now();
    for (;;) {
      const answer = await new HttpClient(url, tokens).get(TITLES);
      answers.push(answer);
      if (answer.status === 200) break;
      if (performance.now() - before > SLOWEST_MS) throw new Error(`Still ${answer.status} ${answer.text}`);
      await sleep(100);
    }
    return answers;
  }

  function expectToldPlainly(answers: Answer[]): void {
    const counts = new Map<string, number>();
    for (const { status, body, headers } of answers) {
      const told = `${status}${status >= 500 ? ` ${body?.code} ${headers.get('retry-after')}` : ''}`;
      counts.set(told, (counts.get(told) ?? 0) + 1);
    }
    const usual = ['200', '201', '401', '429'];
    const others = [...counts].filter(([told]) => !usual.includes(told) && told !== '503 temporarily_unavailable 5');
    expect(others).toEqual([]);
    expect(counts.get('503 temporarily_unavailable 5') ?? 0).toBeGreaterThan(0);
  }

  async function asAdmin(statement: string, ...values: unknown[]): Promise<void> {
    const client = new Client({ connectionString: postgres.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(statement, values).finally(() => client.end());
  }

  const name = () => new URL(database.url).pathname.slice(1);

  it('by having its connections ended, is told as that', async () => {
    const answers = await during(async () => {
      for (let round = 0; round < 20; round += 1) {
        await asAdmin('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', name());
        await sleep(20);
      }
    });
    expectToldPlainly(answers);
  });

  it('by refusing connections and breaking off those there are, is told as that', async () => {
    const answers = await during(async () => {
      await proxy.become('refusing');
      await sleep(AWAY_MS);
      await proxy.become('open');
    });
    expectToldPlainly(answers);
  });

  it('by taking no more connections, is told as that', async () => {
    const answers = await during(async () => {
      await asAdmin(`alter role credence_runtime connection limit 0`);
      await asAdmin('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', name());
      await sleep(AWAY_MS);
      await asAdmin(`alter role credence_runtime connection limit -1`);
    });
    expectToldPlainly(answers);
  });

  it('by being stopped and started, is told as that', async () => {
    const { port } = postgres.server;
    const answers = await during(async () => {
      await postgres.server.stop();
      await sleep(AWAY_MS);
      await EmbeddedPostgres.start({
        directory: `${postgres.directory}/postgres`,
        password: 'test',
        settings: ['fsync=off', `port=${port}`],
      });
    });
    expectToldPlainly(answers);
  });

  it('by saying nothing any more, is told as that within a bounded time, also to those whose statement is under way', async () => {
    const blocker = new Client({ connectionString: database.ownerUrl });
    await blocker.connect();
    await blocker.query('begin; lock table titles in access exclusive mode');
    const answers: Answer[] = [];
    try {
      const asked = Array.from({ length: CLIENTS }, () => new HttpClient(url, tokens).get(TITLES));
      await waitFor(blocker, `select 1 from pg_locks where relation = 'titles'::regclass and not granted`);
      await proxy.become('hanging');
      const began = performance.now();
      answers.push(...(await Promise.all(asked)));
      const answered = performance.now();
      expect(answered - began).toBeLessThan(SLOWEST_MS);
      // The connections that say nothing are given up: nobody after waits on one of them, only for a new one.
      answers.push(...(await Promise.all(asked.map(() => new HttpClient(url, tokens).get(TITLES)))));
      expect(performance.now() - answered).toBeLessThan(SILENCE_MS);
    } finally {
      await blocker.end();
    }
    answers.push(...(await during(() => proxy.become('open'))));
    expectToldPlainly(answers);
  });
});

async function waitFor(client: Client, statement: string): Promise<void> {
  while ((await client.query(statement)).rowCount === 0) await sleep(10);
}
