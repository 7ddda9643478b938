import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { expectProblem, type HttpClient } from '../support/http';
import { TestApp } from '../support/test-app';

const MOST = 3;
const ORIGIN = 'https://console.example.org';
const LIST = '/users-organizations/v1/rs/titles';

let app: TestApp;
let staff: HttpClient;
let blocker: QueryRunner;

beforeAll(async () => {
  app = await TestApp.start({ environment: { MAX_REQUESTS_IN_HAND: String(MOST), CORS_ORIGINS: ORIGIN } });
  const organization = await app.given.organization();
  staff = await app.as(await app.given.person({ organization, role: 'office-admin' }));
  blocker = app.database.createQueryRunner();
});
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

  it('are refused with the headers that matter, on a connection that is kept, whatever was sent along', async () => {
    const release = await fillUp();
    const ordinary = await app.anonymous.get('/health/live');
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    let told = '';
    socket.on('data', (chunk) => (told += String(chunk)));
    const post = (size: number) =>
      `POST ${LIST} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`;
    socket.write(
      `${post(6)}{"a":1${post(40_000)}${'x'.repeat(40_000)}GET ${LIST} HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n`,
    );
    while (told.split('HTTP/1.1 503').length < 4) await once(socket, 'data');
    const [first = ''] = told.split('\r\n\r\n');
    for (const name of ['cache-control', 'x-content-type-options']) {
      expect(first).toContain(`${name}: ${ordinary.headers.get(name)}`);
    }
    expect(first).toContain('Connection: keep-alive');
    expect(told).toContain('x-request-id: mine');
    expect(told).toContain('"requestId":"mine"');
    // Longer than any body may be: nobody waits for the end of it.
    const long = connect(Number(new URL(app.url).port), '127.0.0.1');
    long.write(`${post(10_000_000)}{`);
    const [refusal] = (await once(long, 'data')) as [Buffer];
    expect(String(refusal)).toMatch(/^HTTP\/1\.1 503 /);
    expect(String(refusal)).toContain('connection: close');
    await once(long, 'close');
    socket.destroy();
    await release();
  });

  it('are told so that a page of another origin can read it', async () => {
    const release = await fillUp();
    const answer = await staff.get(LIST, { origin: ORIGIN });
    const preflight = await app.anonymous.send('OPTIONS', LIST, undefined, {
      origin: ORIGIN,
      'access-control-request-method': 'GET',
    });
    await release();
    expectProblem(answer, 503, 'overloaded');
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(answer.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(preflight.status).toBe(204);
  });

  it('come in one turn: as many are answered as there are places, and no more', async () => {
    const release = await fillUp();
    await release();
    const outcomes = await Promise.all(Array.from({ length: 10 * MOST }, () => staff.get(LIST)));
    const statuses = new Set(outcomes.map(({ status }) => status));
    expect([...statuses].every((status) => status === 200 || status === 503)).toBe(true);
    expect(outcomes.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(MOST);
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

it('more than are worked on at once wait for their turn, and who goes away meanwhile leaves the place to others', async () => {
  const roomy = await TestApp.start();
  const holder = roomy.database.createQueryRunner();
  try {
    const organization = await roomy.given.organization();
    const client = await roomy.as(await roomy.given.person({ organization, role: 'office-admin' }));
    await holder.startTransaction();
    await holder.query('lock table titles in access exclusive mode');
    const impatient = Array.from({ length: 100 }, () => connect(Number(new URL(roomy.url).port), '127.0.0.1'));
    const { authorization = '', 'x-session-token': session = '' } = client.headers;
    const head = `GET ${LIST} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nX-Session-Token: ${session}\r\n\r\n`;
    for (const socket of impatient) socket.write(head);
    const patient = Array.from({ length: 120 }, (_, n) =>
      n % 4 ? client.get(LIST) : client.post(LIST, { name: `T${n}` }),
    );
    await sleep(500);
    for (const socket of impatient) socket.destroy();
    await holder.rollbackTransaction();
    const answers = await Promise.all(patient);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
    const after = await Promise.all(Array.from({ length: 200 }, () => client.get(LIST)));
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set([200]));
  } finally {
    await holder.release();
    await roomy.close();
  }
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
