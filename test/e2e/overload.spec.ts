import { once } from 'node:events';
import { connect } from 'node:net';
import type { QueryRunner } from 'typeorm';
import { expectProblem, type HttpClient } from '../support/http';
import { TestApp } from '../support/test-app';

const MOST = 3;
const LIST = '/users-organizations/v1/rs/titles';

let app: TestApp;
let staff: HttpClient;
let blocker: QueryRunner;

beforeAll(async () => {
  app = await TestApp.start({ environment: { MAX_REQUESTS_IN_HAND: String(MOST) } });
  const organization = await app.given.organization();
  staff = await app.as(await app.given.person({ organization, role: 'office-admin' }));
  blocker = app.database.createQueryRunner();
}, 60_000);
afterAll(async () => {
  await blocker.release();
  await app.close();
});

/** As many requests as the product works on at once, and no more, held by a lock until `release`. */
async function fillUp() {
  await blocker.startTransaction();
  await blocker.query('lock table titles in access exclusive mode');
  const held = Array.from({ length: MOST }, () => staff.get(LIST));
  for (let waiting = 0; waiting < MOST;) {
    const rows = await app.database.query<{ waiting: number }[]>(
      `select count(*)::int as waiting from pg_locks where relation = 'titles'::regclass and not granted`,
    );
    waiting = rows[0]?.waiting ?? 0;
  }
  return async () => {
    await blocker.rollbackTransaction();
    return Promise.all(held);
  };
}

describe('more requests at once than the product works on', () => {
  it('are told to come back, at once and whoever asks, and those in hand are answered', async () => {
    const release = await fillUp();
    const refused = [
      await staff.get(LIST),
      await staff.get('/api/v1/nowhere'),
      await app.anonymous.post(LIST, { name: 'x' }),
    ];
    const health = [await app.anonymous.get('/health/live'), await app.anonymous.get('/health/ready')];
    const answered = await release();
    for (const answer of refused) {
      expectProblem(answer, 503, 'overloaded');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.headers.get('x-request-id')).toBe(answer.body.requestId);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    expect(health.map(({ status }) => status)).toEqual([200, 200]);
    expect(answered.map(({ status }) => status)).toEqual(Array(MOST).fill(200));
    // Every place is free again, also those of refused requests, which never had one.
    const after = await Promise.all(Array.from({ length: MOST }, () => staff.get(LIST)));
    expect(after.map(({ status }) => status)).toEqual(Array(MOST).fill(200));
  });

  it('leave no change behind', async () => {
    const release = await fillUp();
    const refused = await staff.post(LIST, { name: 'Refused' });
    await release();
    expectProblem(refused, 503, 'overloaded');
    const { body } = await staff.get(LIST);
    expect(JSON.stringify(body)).not.toContain('Refused');
  });
});

it('a client that sends slowly takes nobody’s place', async () => {
  const sockets = Array.from({ length: 2 * MOST }, () => connect(Number(new URL(app.url).port), '127.0.0.1'));
  await Promise.all(
    sockets.map(async (socket) => {
      await once(socket, 'connect');
      socket.write('POST /auth/v1/rs/login/credentials HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n');
      socket.write('Content-Length: 20\r\n\r\n{');
    }),
  );
  expect((await staff.get(LIST)).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  expect((await staff.get(LIST)).status).toBe(200);
});
