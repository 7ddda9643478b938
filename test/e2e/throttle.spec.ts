import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { Config } from '#libs/config';
import { Passwords } from '#libs/accounts';
import type { Organization } from '#libs/users';
import { ProductDirectory } from '../support/product';
import { TestApp } from '../support/test-app';

const LOGIN = '/auth/v1/rs/login/credentials';
const PASSWORD = 'a sentence only the owner knows';
/** What docs/adr/0030 promises. */
const CHECKS_PER_ACCOUNT = 10;
const WINDOW_MS = 15 * 60_000;

const COUNTER = join(__dirname, '../support/count-password-checks.js');

let app: TestApp;
let home: Organization;
/** Processes of the operating system, on the same database and secret; nothing else is shared. */
let processes: { url: string; pid: number }[];
const directory = new ProductDirectory();
const checksFile = join(directory.path, 'password-checks');

beforeAll(async () => {
  app = await TestApp.start();
  home = await app.given.organization();
  const { databaseUrl } = app.app.get(Config);
  const counted = {
    NODE_OPTIONS: `--require ${COUNTER}`,
    PASSWORD_CHECKS_FILE: checksFile,
    // All thousand have to get as far as the sign-in; what a busy process does not even look at is another test's business.
    MAX_REQUESTS_IN_HAND: '1000',
  };
  processes = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const { url, run } = await directory.startOn(databaseUrl, counted);
      return { url, pid: run.pid };
    }),
  );
});
afterEach(() => app.setNow(null));
afterAll(async () => {
  await directory.remove();
  await app.close();
});

/** The process ids that compared a password with a hash, once for each time. */
const passwordChecks = () => readFileSync(checksFile, 'utf8').trim().split('\n').map(Number);

/** With a real, slow hash: the cheap one of other tests would hide what this one measures. */
async function account(): Promise<{ email: string; uuid: string }> {
  const { email, uuid } = await app.given.person({ organization: home, role: 'crew-member' });
  const hash = await app.app.get(Passwords).hash(PASSWORD);
  await app.database.query('update accounts set password_hash = $1 where id = $2', [hash, uuid]);
  return { email, uuid };
}

interface Outcome {
  status: number;
  code: string | undefined;
  retryAfter: number;
  body: Record<string, unknown>;
  ms: number;
}

/** From any address of this machine: the whole of 127.0.0.0/8 is one's own. */
function signIn(email: string, password: string, { from = '127.0.0.1', url = app.url } = {}): Promise<Outcome> {
  const started = performance.now();
  return new Promise((answered, failed) => {
    const sent = request(
      new URL(LOGIN, url),
      { method: 'POST', localAddress: from, agent: false, headers: { 'content-type': 'application/json' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
          answered({
            status: response.statusCode ?? 0,
            code: body['code'] as string | undefined,
            retryAfter: Number(response.headers['retry-after']),
            body,
            ms: performance.now() - started,
          });
        });
      },
    );
    sent.on('error', failed);
    sent.end(JSON.stringify({ email, password }));
  });
}

const useUp = async (email: string, from: string) => {
  for (let count = 0; count < CHECKS_PER_ACCOUNT; count++) await signIn(email, 'a wrong guess', { from });
};
const refusals = async (targetId: string) => {
  const statement = `
    select details->>'reason' as reason, count(*)::int as count from audit_records
    where action = 'session.refuse' and target_id = $1 group by 1 order by 1`;
  return app.database.query<{ reason: string; count: number }[]>(statement, [targetId]);
};

describe('1,000 wrong passwords against three processes at once', () => {
  let owner: { email: string; uuid: string };
  let outcomes: Outcome[];
  let checks: number[];

  beforeAll(async () => {
    owner = await account();
    const urls = processes.map(({ url }) => url);
    // At home, the owner has signed in before; that each process checks a password shows that all of them are counted.
    for (const url of urls) {
      expect((await signIn(owner.email, PASSWORD, { from: '127.0.0.7', url })).status).toBe(201);
    }
    const before = passwordChecks();
    expect([...before].sort()).toEqual(processes.map(({ pid }) => pid).sort());
    outcomes = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        signIn(owner.email, `wrong guess ${index}`, { from: `127.0.1.${1 + (index % 50)}`, url: urls[index % 3] }),
      ),
    );
    checks = passwordChecks().slice(before.length);
  });

  it('cause 10 real password checks, all processes together', () => {
    expect(checks).toHaveLength(CHECKS_PER_ACCOUNT);
    expect(outcomes.filter(({ code }) => code === 'credentials_invalid')).toHaveLength(CHECKS_PER_ACCOUNT);
  });

  it('are refused from then on with the time to wait', () => {
    const refused = outcomes.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(1000 - CHECKS_PER_ACCOUNT);
    for (const { code, retryAfter } of refused) {
      expect(code).toBe('too_many_attempts');
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(WINDOW_MS / 1000);
    }
  });

  it('leave in the trail each check and, once, that the account was slowed', async () => {
    expect(await refusals(owner.uuid)).toEqual([
      { reason: 'credentials_invalid', count: CHECKS_PER_ACCOUNT },
      { reason: 'too_many_attempts', count: 1 },
    ]);
    const trail = await app.database.query<unknown[]>('select * from audit_records');
    expect(JSON.stringify(trail)).not.toContain(owner.email);
  });

  it('do not keep the owner out of any process, who comes from where they signed in before', async () => {
    for (const { url } of processes) {
      expect((await signIn(owner.email, PASSWORD, { from: '127.0.0.7', url })).status).toBe(201);
    }
  });

  it('keep out whoever has the right password but comes from elsewhere', async () => {
    for (const { url } of processes) {
      expect((await signIn(owner.email, PASSWORD, { from: '127.0.2.2', url })).code).toBe('too_many_attempts');
    }
  });

  it('are forgotten after 15 minutes', async () => {
    app.setNow(new Date(Date.now() + WINDOW_MS + 1000));
    expect((await signIn(owner.email, PASSWORD, { from: '127.0.2.2' })).status).toBe(201);
  });

  it('leave no e-mail address and no IP address among the counters', async () => {
    expect((await signIn('nobody@example.org', 'a wrong guess', { from: '127.0.2.3' })).status).toBe(401);
    const keys = await app.database.query<{ key: string }[]>('select key from sign_in_budgets');
    // Of the account and of the address, at least.
    expect(keys.length).toBeGreaterThanOrEqual(2);
    for (const { key } of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('an attempt', () => {
  it('does not count when the password is right', async () => {
    const { email } = await account();
    for (let count = 0; count <= CHECKS_PER_ACCOUNT; count++) {
      expect((await signIn(email, PASSWORD, { from: `127.0.3.${count + 1}` })).status).toBe(201);
    }
  });

  it('at an address where the owner signed in has a budget of its own, which is used up too', async () => {
    const { email, uuid } = await account();
    await signIn(email, PASSWORD, { from: '127.0.4.1' });
    await useUp(email, '127.0.4.1');
    expect((await signIn(email, PASSWORD, { from: '127.0.4.1' })).code).toBe('too_many_attempts');
    expect((await signIn(email, PASSWORD, { from: '127.0.4.2' })).status).toBe(201);
    expect((await refusals(uuid)).map(({ reason }) => reason)).toEqual(['credentials_invalid', 'too_many_attempts']);
  });

  it('counts for the address over all accounts: 100 in 15 minutes', async () => {
    const from = '127.0.5.1';
    const guesses = Array.from({ length: 110 }, (_, index) =>
      signIn(`nobody-${index}@example.org`, 'a guess', { from }),
    );
    await Promise.all(guesses);
    expect((await signIn('nobody-else@example.org', 'a guess', { from })).code).toBe('too_many_attempts');
    expect((await signIn('nobody-else@example.org', 'a guess', { from: '127.0.5.2' })).status).toBe(401);
  });

  it('at the current password by somebody who is signed in counts too', async () => {
    const person = await app.given.person({ organization: home, role: 'crew-member' });
    const client = await app.as(person);
    const guess = { currentPassword: 'a wrong guess', newPassword: 'another long sentence' };
    const change = () => client.post('/api/v1/shared/users/me/password', guess);
    const statuses = (await Promise.all(Array.from({ length: 30 }, change))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 422)).toHaveLength(CHECKS_PER_ACCOUNT);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30 - CHECKS_PER_ACCOUNT);
  });
});

describe('an account that does not exist', () => {
  const plain = ({ body }: Outcome) => ({ ...body, requestId: '' });

  it('is slowed like one that does', async () => {
    const { email } = await account();
    await useUp(email, '127.0.6.1');
    await useUp('nobody@example.org', '127.0.6.1');
    const [known, unknown] = [await signIn(email, 'guess 1'), await signIn('nobody@example.org', 'guess 1')];
    expect(known.status).toBe(429);
    expect(plain(known)).toEqual(plain(unknown));
  });

  it('takes as long as one that does: the medians differ by less than a tenth', async () => {
    const ROUNDS = 120;
    /** A machine that is busy with something else takes more to tell; a difference that is there stays. */
    const MOST_ROUNDS = 240;
    const known: number[] = [];
    const unknown: number[] = [];
    const accounts = await Promise.all(Array.from({ length: MOST_ROUNDS / 8 }, account));
    const url = processes[0]?.url ?? '';
    await signIn('warm-up@example.org', 'a wrong guess', { from: '127.0.7.1', url });
    let ratio = NaN;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const from = `127.0.8.${1 + round}`;
      const theirs = accounts[round % accounts.length]?.email ?? '';
      const nobodys = `nobody-at-${round % accounts.length}@example.org`;
      const pair = [
        async () => known.push((await signIn(theirs, 'a wrong guess', { from, url })).ms),
        async () => unknown.push((await signIn(nobodys, 'a wrong guess', { from, url })).ms),
      ];
      // Neither always goes first.
      for (const step of round % 2 ? pair : pair.reverse()) await step();
      if (known.length % ROUNDS > 0) continue;
      ratio = median(unknown) / median(known);
      if (ratio > 0.9 && ratio < 1.1) break;
    }
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });
});

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
