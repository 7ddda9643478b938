import { setTimeout as sleep } from 'node:timers/promises';
import type { Organization } from '#libs/users';
import { type Beside, startBeside } from '../support/beside';
import type { Person } from '../support/given';
import { type Answer, expectProblem, HttpClient } from '../support/http';
import { TestApp } from '../support/test-app';

const PERSON_LIMIT = 200;
const ADDRESS_LIMIT = 40;
const ME = '/api/v1/shared/users/me';
const MINUTE_MS = 60_000;

/** Sends so many requests, ten at a time. */
async function ask(times: number, send: (index: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  const lanes = Array.from({ length: 10 }, async (_, lane) => {
    for (let index = lane; index < times; index += 10) answers.push(await send(index));
  });
  await Promise.all(lanes);
  return answers;
}

function statuses(answers: Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe('rate limits', () => {
  let app: TestApp;
  let second: Beside;
  let organization: Organization;
  let person: Person;
  let other: Person;
  let tokens: Record<string, string>;
  let othersTokens: Record<string, string>;

  const bearer = async (who: Person) => {
    const { accessToken, sessionToken } = await app.signIn(who);
    return { authorization: `Bearer ${accessToken}`, 'x-session-token': sessionToken };
  };

  beforeAll(async () => {
    app = await TestApp.start({
      environment: {
        RATE_LIMIT_PERSON: String(PERSON_LIMIT),
        RATE_LIMIT_ADDRESS: String(ADDRESS_LIMIT),
        TRUST_PROXY: 'loopback',
      },
    });
    second = await startBeside(app);
    organization = await app.given.organization();
    person = await app.given.person({ organization, role: 'crew-member' });
    other = await app.given.person({ organization, role: 'crew-member' });
    tokens = await bearer(person);
    othersTokens = await bearer(other);
    // A minute that turns in the middle of a count would begin it anew.
    const left = MINUTE_MS - (Date.now() % MINUTE_MS);
    if (left < 15_000) await sleep(left + 100);
  });
  afterAll(async () => {
    await second.close();
    await app.close();
  });

  it('hold for a person over all processes together, with the documented error', async () => {
    const clients = [new HttpClient(app.url, tokens), new HttpClient(second.url, tokens)];
    const answers = await ask(PERSON_LIMIT + 60, (index) => clients[index % 2]?.get(ME) as Promise<Answer>);
    const { 200: answered = 0, 429: refused = 0, ...others } = statuses(answers);
    expect(others).toEqual({});
    // Two processes may answer ten each before they reserve, or leave a block of a twentieth unspent.
    expect(answered).toBeGreaterThanOrEqual(PERSON_LIMIT - PERSON_LIMIT / 20);
    expect(answered).toBeLessThanOrEqual(PERSON_LIMIT + 20);
    expect(refused).toBe(PERSON_LIMIT + 60 - answered);
  });

  it('refuse with 429, say when to come back, and name the limit', async () => {
    const answer = await new HttpClient(app.url, tokens).get(ME);
    expectProblem(answer, 429, 'rate_limited');
    expect(answer.headers.get('ratelimit-policy')).toBe(`"person";q=${PERSON_LIMIT};w=60`);
    expect(answer.headers.get('ratelimit')).toMatch(/^"person";r=0;t=\d+$/);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });

  it('of one person are no other person’s', async () => {
    const answer = await new HttpClient(app.url, othersTokens).get(ME);
    expect(answer.status).toBe(200);
    const left = Number(/r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
    expect(left).toBe(PERSON_LIMIT - 1);
  });

  it('hold for an address over all processes, also when a request only claims to have a token', async () => {
    const wrong = { email: 'nobody@example.org' };
    const from = { 'x-forwarded-for': '203.0.113.7' };
    const claims = { ...from, authorization: 'Bearer nothing' };
    const answers = await ask(ADDRESS_LIMIT + 20, (index) =>
      (index % 2 ? app : second).anonymous.post('/auth/v1/rs/login/refresh', wrong, index % 3 ? from : claims),
    );
    const { 400: answered = 0, 429: refused = 0 } = statuses(answers);
    expect(answered).toBeGreaterThanOrEqual(ADDRESS_LIMIT - ADDRESS_LIMIT / 20);
    expect(answered).toBeLessThanOrEqual(ADDRESS_LIMIT + 4);
    expect(answered + refused).toBe(ADDRESS_LIMIT + 20);
  });

  it('count an address as the trusted proxy tells it, and an IPv6 network as one', async () => {
    const another = await app.anonymous.get('/nowhere', { 'x-forwarded-for': '203.0.113.8' });
    expect(another.status).toBe(404);
    expect(another.headers.get('ratelimit')).toContain(`r=${ADDRESS_LIMIT - 1};`);
    const first = await app.anonymous.get('/nowhere', { 'x-forwarded-for': '2001:db8:1:2::1' });
    const next = await app.anonymous.get('/nowhere', { 'x-forwarded-for': '2001:db8:1:2:ffff::2' });
    expect(first.headers.get('ratelimit')).toContain(`r=${ADDRESS_LIMIT - 1};`);
    expect(next.headers.get('ratelimit')).toContain(`r=${ADDRESS_LIMIT - 2};`);
  });

  describe('of requests with a token that is refused', () => {
    const NETWORK = { 'x-forwarded-for': '203.0.113.20' };
    const bad = (name: number) => ({ ...NETWORK, authorization: `Bearer made-up-${name}` });

    it('hold for their address over all processes', async () => {
      const signedIn = { ...NETWORK, ...othersTokens };
      expect((await app.anonymous.get(ME, signedIn)).status).toBe(200);
      const answers = await ask(ADDRESS_LIMIT + 40, (index) =>
        (index % 2 ? app : second).anonymous.get(ME, bad(index)),
      );
      const { 401: answered = 0, 429: refused = 0, ...others } = statuses(answers);
      expect(others).toEqual({});
      expect(answered).toBeGreaterThanOrEqual(ADDRESS_LIMIT - ADDRESS_LIMIT / 20);
      // Ten at a time are on their way when the limit is reached.
      expect(answered).toBeLessThanOrEqual(ADDRESS_LIMIT + 4 + 10);
      expect(refused).toBe(ADDRESS_LIMIT + 40 - answered);
    });

    it('end before anything is looked up or written down', async () => {
      const statements = await app.statements(async () => {
        const answer = await app.anonymous.get(ME, bad(1));
        expectProblem(answer, 429, 'rate_limited');
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect((await app.anonymous.get('/nowhere', bad(2))).status).toBe(429);
        expect((await app.anonymous.post('/auth/v1/rs/login/refresh', '{', bad(3))).status).toBe(429);
      });
      expect(statements).toEqual([]);
    });

    it('do not keep out whoever was signed in at the same address before, until their token is refused too', async () => {
      const signedIn = { ...NETWORK, ...othersTokens };
      expect((await app.anonymous.get(ME, signedIn)).status).toBe(200);
      expect((await app.anonymous.post('/auth/v1/rs/logout', undefined, signedIn)).status).toBe(204);
      expect((await app.anonymous.get(ME, signedIn)).status).toBe(401);
      expect((await app.anonymous.get(ME, signedIn)).status).toBe(429);
    });
  });

  describe('of the records of refusals', () => {
    const RECORDS_PER_SUBJECT = 30;
    const RECORDS_IN_ALL = 300;
    let minutes = 0;
    /** Another minute for all counts. */
    const turn = () => app.setNow(new Date(Date.now() + (minutes += 1) * MINUTE_MS));
    beforeEach(turn);
    afterAll(() => app.setNow(null));

    type Refused = { action: string; target_id: string; actor_kind: string; details: Record<string, unknown> };
    async function recorded(work: () => Promise<unknown>): Promise<Refused[]> {
      const known = await refusals();
      await work();
      return (await refusals()).slice(known.length);
    }
    const refusals = () =>
      app.database.query<Refused[]>(
        `select action, target_id, actor_kind, details from audit_records where action like '%.refuse' order by id`,
      );
    const knock = (address: string, token: string) =>
      app.anonymous.get(ME, { 'x-forwarded-for': address, authorization: `Bearer ${token}` });

    it('hold for an address: the first 30 of a minute one by one, and at its end how many there were besides', async () => {
      const burst = await recorded(() => ask(36, (index) => knock('203.0.113.30', `made-up-${index}`)));
      expect(burst).toHaveLength(RECORDS_PER_SUBJECT);
      for (const { action, details } of burst) {
        expect([action, details]).toEqual(['token.refuse', { reason: 'malformed', by: 'sign-in check' }]);
      }
      turn();
      const next = await recorded(() => knock('203.0.113.30', 'crd_' + 'A'.repeat(43)));
      expect(next.map(({ details }) => details)).toEqual([
        { leftOut: { malformed: 6 }, by: 'sign-in check' },
        { reason: 'unknown_api_key', by: 'sign-in check' },
      ]);
    });

    it('hold for all addresses together, so that a network of them fills no disk', async () => {
      const burst = await recorded(() =>
        ask(RECORDS_IN_ALL + 20, (index) => knock(`198.51.${index % 200}.7`, 'made-up')),
      );
      expect(burst).toHaveLength(RECORDS_IN_ALL);
      turn();
      const [closing] = await recorded(() => knock('203.0.113.31', 'made-up'));
      expect(closing).toMatchObject({ target_id: 'several', details: { leftOut: { malformed: 20 } } });
    });

    it('hold for a key beyond its scopes, whose attempts count as requests of the key', async () => {
      const admin = await app.given.person({ organization, role: 'admin' });
      const body = { name: 'Crew planning', scopes: ['certificates:read'] };
      const { id, secret } = (await new HttpClient(app.url, await bearer(admin)).post('/api/v1/shared/api-keys', body))
        .body;
      const system = new HttpClient(app.url, { authorization: `Bearer ${secret}` });
      const burst = await recorded(async () => {
        const answers = await ask(PERSON_LIMIT + 20, () => system.post('/api/v1/shared/uploads/intent', {}));
        const { 403: refused = 0, 429: limited = 0 } = statuses(answers);
        expect(refused).toBeLessThanOrEqual(PERSON_LIMIT);
        expect(refused + limited).toBe(PERSON_LIMIT + 20);
      });
      expect(burst).toHaveLength(RECORDS_PER_SUBJECT);
      turn();
      const [closing] = await recorded(() => system.post('/api/v1/shared/uploads/intent', {}));
      expect(closing).toMatchObject({
        action: 'api-key.refuse',
        actor_kind: 'api-key',
        target_id: id,
        details: { leftOut: { 'upload:create': expect.any(Number) } },
      });
    });
  });

  it('never touch the health checks', async () => {
    const from = { 'x-forwarded-for': '203.0.113.7' };
    const { status, headers } = await app.anonymous.get('/health/live', from);
    expect([status, headers.get('ratelimit')]).toEqual([200, null]);
  });

  it('are counted under digests: neither an address nor a person is kept', async () => {
    const rows = await app.database.query('select key from rate_counts');
    expect(rows.length).toBeGreaterThan(1);
    for (const { key } of rows as { key: string }[]) expect(key).toMatch(/^[0-9a-f]{64}$/);
  });
});
