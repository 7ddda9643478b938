import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { PATIENCE } from '../../apps/api/src/request-limits';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { TestApp } from '../support/test-app';

const DATA_POLICY = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";
/** A tenth of what clients get. */
const IMPATIENT = { headMs: 1_000, lookEveryMs: 500, bodyMs: 2_000 };
const ELSEWHERE = 'https://app.example.org';

/** Sends bytes as they are and answers what comes back until the connection is closed or falls silent. */
function raw(app: TestApp, text: string, silentMs = 1_000): Promise<string> {
  const { hostname, port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.setTimeout(silentMs, () => socket.destroy());
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

describe('a hardened door', () => {
  let app: TestApp;
  let admin: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start({
      environment: { CORS_ORIGINS: `${ELSEWHERE},https://console.example.org` },
      patience: IMPATIENT,
    });
    const organization = await app.given.organization();
    admin = await app.as(await app.given.person({ organization, role: 'admin' }));
  });
  afterAll(() => app.close());

  describe('tells browsers', () => {
    it.each([
      ['an answer', () => admin.get('/api/v1/shared/users/me'), 200],
      ['a refusal', () => app.anonymous.get('/api/v1/shared/users/me'), 401],
      ['nothing at the address', () => app.anonymous.get('/nowhere'), 404],
      ['the document', () => app.anonymous.get('/openapi.json'), 200],
    ])('with %s: not a page, no frame, no sniffing, no referrer, no cache', async (_, ask, status) => {
      const answer = await ask();
      expect(answer.status).toBe(status);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-security-policy': DATA_POLICY,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': 'no-store',
      });
    });

    it('nothing about itself: no server software is named', async () => {
      const { headers } = await admin.get('/api/v1/shared/users/me');
      expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
    });
  });

  describe('lets the Swagger UI run', () => {
    let page: Answer;
    let policy: string;
    beforeAll(async () => {
      page = await app.anonymous.get('/docs');
      policy = page.headers.get('content-security-policy') ?? '';
    });

    it('its own scripts and none that are written into the page', () => {
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toMatch(/unsafe-(inline|eval)/);
      const scripts = [...page.text.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
      expect(scripts.length).toBeGreaterThan(2);
      for (const [, attributes = '', text = ''] of scripts) {
        expect(attributes).toMatch(/src="\.\/docs\//);
        expect(text.trim()).toBe('');
      }
      expect(page.text).not.toMatch(/\son[a-z]+="/);
    });

    it('every style that is written into the page, by its hash', () => {
      const styles = [
        ...[...page.text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text = '']) => text),
        ...[...page.text.matchAll(/\sstyle="([^"]*)"/g)].map(([, text = '']) => text),
      ];
      expect(styles.length).toBeGreaterThan(2);
      for (const style of styles) {
        expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
      }
    });

    it('in no frame, and sends it nowhere else', () => {
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("connect-src 'self'");
    });
  });

  describe('opens to pages of other origins', () => {
    const preflight = (origin: string) =>
      app.anonymous.send('OPTIONS', '/api/v1/shared/users/me', undefined, {
        origin,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,if-match,idempotency-key',
      });

    it('only those that are listed', async () => {
      const listed = await preflight(ELSEWHERE);
      expect(listed.status).toBe(204);
      expect(listed.headers.get('access-control-allow-origin')).toBe(ELSEWHERE);
      expect(listed.headers.get('access-control-allow-credentials')).toBeNull();
      for (const origin of ['https://evil.example.org', `${ELSEWHERE}.evil.org`, 'null', 'http://app.example.org']) {
        expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
      }
    });

    it('with the headers that a client works with', async () => {
      const { headers } = await admin.get('/api/v1/shared/users/me', { origin: ELSEWHERE });
      const exposed = (headers.get('access-control-expose-headers') ?? '').split(', ');
      expect(exposed).toEqual(
        expect.arrayContaining(['ETag', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'x-request-id']),
      );
    });
  });

  describe('refuses', () => {
    const profile = '/api/v1/shared/users/me';

    it('a body that is too large', async () => {
      expectProblem(await admin.patch(profile, { firstName: 'x'.repeat(300_000) }), 413, 'payload_too_large');
    });

    it('a body that is nested too deeply, even as deeply as the size allows', async () => {
      for (const depth of [20, 100_000]) {
        expectProblem(
          await admin.patch(profile, `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`),
          400,
          'request_too_complex',
        );
      }
    });

    it('a list or an object with too many members', async () => {
      const members = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`k${index}`, 1]));
      for (const body of [{ firstName: Array(1_001).fill(1) }, members]) {
        expectProblem(await admin.patch(profile, body), 400, 'request_too_complex');
      }
    });

    it.each([
      '{"__proto__":{"role":"admin"}}',
      '{"a":{"__proto__":1}}',
      '{"constructor":{"prototype":{"role":"admin"}}}',
    ])('the key in %s', async (body) => {
      expectProblem(await admin.patch(profile, body), 400, 'forbidden_key');
      expect(({} as { role?: string }).role).toBeUndefined();
    });

    it.each(['{"firstName":"\\ud800"}', '{"\\uDFFF":1}', '{"email":["\\ud83d x"]}'])(
      'half a character: %s',
      async (body) => {
        expectProblem(await admin.patch(profile, body), 400, 'malformed_json');
      },
    );

    it('no whole character that is written as two halves', async () => {
      const answer = await admin.patch(profile, '{"firstName":"\\ud83d\\ude00"}');
      expect([answer.status, answer.body.firstName]).toEqual([200, '😀']);
    });

    it('NUL, which PostgreSQL cannot store, also where a text has a form of its own', async () => {
      const answer = await admin.post('/users-organizations/v1/rs/titles', { name: 'a\u0000b' });
      expectProblem(answer, 400, 'invalid_request', 'name');
    });

    it('a query of too many or too long values', async () => {
      const many = `/api/v1/crew/roster?${'search=a&'.repeat(101)}`;
      expectProblem(await admin.get(many), 400, 'request_too_complex');
      expectProblem(await admin.get(`/api/v1/crew/roster?search=${'a'.repeat(4_097)}`), 400, 'request_too_complex');
    });

    it('an address that is too long', async () => {
      expectProblem(await admin.get(`/api/v1/crew/roster?${'a=b&'.repeat(2_500)}`), 414, 'address_too_long');
    });

    it('too many headers', async () => {
      const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`x-filler-${index}`, '1']));
      expectProblem(await admin.get(profile, many), 431, 'headers_too_large');
    });

    it('a head that is too large', async () => {
      const answer = await raw(app, `GET / HTTP/1.1\r\nhost: x\r\nx-filler: ${'a'.repeat(20_000)}\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 431 /);
      expect(answer).toContain('"code":"headers_too_large"');
    });

    it('what is not HTTP, without a word about why', async () => {
      const answer = await raw(app, 'EHLO credence\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('"code":"request_refused"');
      expect(answer).not.toMatch(/parse|HPE|stack/i);
    });

    it('two lengths for one body, the beginning of request smuggling', async () => {
      const head = 'POST /auth/v1/rs/logout HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n';
      expect(await raw(app, `${head}\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    });
  });

  it('ends a request whose body does not come, and keeps one that is in time', async () => {
    const head = 'POST /auth/v1/rs/login/credentials HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const started = Date.now();
    const answer = await raw(app, `${head}content-length: 50\r\n\r\n{"email"`, 29_000);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"request_timeout"');
    const elapsed = Date.now() - started;
    expect(elapsed).toBeGreaterThan(IMPATIENT.bodyMs - 50);
    expect(elapsed).toBeLessThan(IMPATIENT.bodyMs + 5_000);
  });

  it('ends a request whose head does not come', async () => {
    const answer = await raw(app, 'GET /health/live HTTP/1.1\r\nhost: x\r\nx-slow:', 29_000);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('gives a client ten seconds for a head, and twenty for a body', () => {
    expect(PATIENCE).toEqual({ headMs: 10_000, lookEveryMs: 5_000, bodyMs: 20_000 });
  });

  it('says that the database is busy instead of failing, when a statement is cut off', async () => {
    const blocker = app.database.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('lock table users in access exclusive mode');
    try {
      const waiting = { answer: null as Answer | null };
      const asked = admin.get('/api/v1/shared/users/me').then((answer) => (waiting.answer = answer));
      // The same as when statement_timeout is reached, without thirty seconds of waiting. On another connection: inside a
      // transaction the picture of the activity stands still.
      while (!waiting.answer) {
        await app.database.query(
          `select pg_cancel_backend(pid) from pg_stat_activity
           where wait_event_type = 'Lock' and datname = current_database() and backend_type = 'client backend'`,
        );
      }
      const answer = await asked;
      expectProblem(answer, 503, 'temporarily_unavailable');
      expect(answer.headers.get('retry-after')).toBe('5');
    } finally {
      await blocker.rollbackTransaction();
      await blocker.release();
    }
    expect((await admin.get('/api/v1/shared/users/me')).status).toBe(200);
  });

  it('lets no statement run longer than half a minute, nor wait longer than ten seconds for what another has locked', async () => {
    const [limits] = await app.app
      .get(DataSource)
      .query(`select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`);
    expect(limits).toEqual({ statement: '30s', lock: '10s' });
  });
});

describe('a database that has no time', () => {
  const WAIT_MS = 1000;
  /** What `pg` has by default. */
  const PG_IDLE_MS = 10_000;
  let app: TestApp;
  let admin: HttpClient;
  let blocker: QueryRunner;

  beforeAll(async () => {
    app = await TestApp.start({
      environment: { DATABASE_POOL_SIZE: '2', DATABASE_WAIT_SECONDS: String(WAIT_MS / 1000), RUN_WORKER: 'false' },
    });
    const organization = await app.given.organization();
    admin = await app.as(await app.given.person({ organization, role: 'admin' }));
    blocker = app.database.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('lock table titles in access exclusive mode');
  });
  afterAll(async () => {
    await blocker.rollbackTransaction();
    await blocker.release();
    await app.close();
  });

  const expectBusy = (answer: Answer) => {
    expectProblem(answer, 503, 'temporarily_unavailable');
    expect(answer.headers.get('retry-after')).toBe('5');
  };
  const titles = () => admin.get('/users-organizations/v1/rs/titles');

  it('is not waited for longer than a second where another one has locked something', async () => {
    const began = performance.now();
    expectBusy(await titles());
    expect(performance.now() - began).toBeGreaterThan(WAIT_MS - 50);
    expect((await admin.get('/api/v1/shared/users/me')).status).toBe(200);
  });

  it('is not waited for longer than a second where all connections are in use', async () => {
    // Held as whole transactions of the product's own, which wait for nothing.
    const held = [app.app.get(DataSource).createQueryRunner(), app.app.get(DataSource).createQueryRunner()];
    await Promise.all(held.map((runner) => runner.connect()));
    expectBusy(await admin.get('/api/v1/shared/users/me'));
    await Promise.all(held.map((runner) => runner.release()));
    expect((await admin.get('/api/v1/shared/users/me')).status).toBe(200);
  });

  it('keeps the connections it has made, also when nobody asks for longer than `pg` would keep them', async () => {
    const held = [app.app.get(DataSource).createQueryRunner(), app.app.get(DataSource).createQueryRunner()];
    const pids = await Promise.all(
      held.map(async (runner) => ((await runner.query('select pg_backend_pid() as pid')) as [{ pid: number }])[0].pid),
    );
    await Promise.all(held.map((runner) => runner.release()));
    await sleep(PG_IDLE_MS + 1000);
    const [{ alive }] = await app.database.query(
      'select count(*)::int as alive from pg_stat_activity where pid = any ($1)',
      [pids],
    );
    expect(alive).toBe(2);
  });
});

// After the others: passport keeps its strategies per process, so the product that was made last checks the tokens.
describe('a door', () => {
  let app: TestApp;
  const start = async (publicUrl?: string) => (app = await TestApp.start({ publicUrl }));
  afterEach(() => app.close());

  it('reached by http does not ask for https', async () => {
    await start();
    expect((await app.anonymous.get('/health/live')).headers.get('strict-transport-security')).toBeNull();
  });

  it('reached by https asks to stay there', async () => {
    await start('https://credence.example.org');
    const { headers } = await app.anonymous.get('/health/live');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it('opens to no other origin by default', async () => {
    await start();
    const { headers } = await app.anonymous.get('/health/live', { origin: ELSEWHERE });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});
