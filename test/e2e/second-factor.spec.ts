import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Config } from '#libs/config';
import { SecondFactorResets } from '#libs/second-factor';
import type { Organization } from '#libs/users';
import { type Deviations, SoftwareAuthenticator } from '../support/authenticator';
import type { Person } from '../support/given';
import { heldUp } from '../support/held-up';
import { type Answer, expectProblem, HttpClient } from '../support/http';
import { Mails, tokenIn } from '../support/mails';
import { committedDocument, routesOf } from '../support/openapi';
import { created } from '../support/papers';
import { ProductDirectory } from '../support/product';
import {
  addApp,
  addPasskey,
  CODE_STEP,
  codeAt,
  firstStep,
  LOGIN,
  OWN,
  PASSKEY_STEP,
  signInWithCode,
  signInWithPasskey,
} from '../support/second-factor';
import { TestApp } from '../support/test-app';

const ORIGIN = 'https://registry.example.org';
const STEP_MS = 30_000;
const MINUTE_MS = 60_000;
/** As in factors.service.ts. */
const LOCK_OF_ACCOUNTS = 4_703_119;
/** What was looked at within 100 ms is not looked at again. */
const LONGER_THAN_A_MOMENT_MS = 150;
const TOKENS = {
  data: { accessToken: expect.any(String), refreshToken: expect.any(String), sessionToken: expect.any(String) },
};

let app: TestApp;
let home: Organization;
let mails: Mails;

beforeAll(async () => {
  app = await TestApp.start({ publicUrl: ORIGIN, environment: { TRUST_PROXY: 'loopback' } });
  home = await app.given.organization();
  mails = new Mails(app.dataDir);
});
afterEach(() => app.setNow(null));
afterAll(() => app.close());

/** Somebody who is signed in, at a time that stands still. */
async function somebody(): Promise<{ person: Person; client: HttpClient; now: Date }> {
  const person = await app.given.person({ organization: home, role: 'crew-member' });
  const now = new Date();
  app.setNow(now);
  return { person, client: await app.as(person), now };
}

/** The same with an authenticator app; a step later, so that the code that confirmed it is used up. */
async function withApp() {
  const { person, client, now: before } = await somebody();
  const { secret, recoveryCodes } = await addApp(client, person, before);
  const now = later(before, STEP_MS * 3);
  return { person, client, secret, recoveryCodes: recoveryCodes ?? [], now, code: codeAt(secret, now) };
}

async function withPasskey() {
  const { person, client } = await somebody();
  return { person, client, ...(await addPasskey(app, client, person)) };
}

function later(instant: Date, ms: number): Date {
  const then = new Date(instant.getTime() + ms);
  app.setNow(then);
  return then;
}

const actionsOn = async (person: { uuid: string }) => {
  const statement = 'select action from audit_records where target_id = $1 order by id';
  return (await app.database.query<{ action: string }[]>(statement, [person.uuid])).map(({ action }) => action);
};
const sessionsOf = async ({ uuid }: Person) => {
  const statement = 'select count(*)::int as count from sessions where user_uuid = $1';
  const [{ count }] = await app.database.query<[{ count: number }]>(statement, [uuid]);
  return count;
};
const passwordOf = ({ password }: Person) => ({ currentPassword: password });
const wrongCode = (right: string) => String((Number(right) + 1) % 1_000_000).padStart(6, '0');

describe('every route that answers tokens', () => {
  /** How somebody who knows the password and nothing else asks each of them. A new route without a line here fails. */
  const attempts: Readonly<Record<string, (person: Person) => Promise<{ body?: unknown; token?: string } | null>>> = {
    'POST /auth/v1/rs/login/credentials': async ({ email, password }) => ({ body: { email, password } }),
    'POST /auth/v1/rs/login/second-factor/code': async (person) => ({
      body: { token: (await firstStep(app, person)).token, code: 'abcd-efgh-ijkm-npqr-stuv-wxyz' },
    }),
    'POST /auth/v1/rs/login/second-factor/passkey': async (person) => {
      const { token } = await firstStep(app, person);
      const passkey = new SoftwareAuthenticator(ORIGIN).get({ challenge: token, rpId: 'registry.example.org' });
      return { body: { token, passkey } };
    },
    // A session that there is goes on; whoever vouches at the provider is asked there (docs/adr/0023).
    'POST /auth/v1/rs/login/refresh': async () => null,
    'POST /auth/v1/rs/login/switch': async () => null,
    'POST /auth/v1/rs/login/oidc': async () => null,
  };
  const routes = routesOf(committedDocument()).filter(({ operation }) =>
    Object.entries(operation.responses).some(
      ([status, response]) => status.startsWith('2') && JSON.stringify(response).includes('SignInResponse'),
    ),
  );

  it('is known here', () => {
    expect(routes.map(({ name }) => name).sort()).toEqual(Object.keys(attempts).sort());
  });

  it.each(routes.map(({ name, path }) => [name, path] as const))(
    '%s gives none for the password of an account with a second factor',
    async (name, path) => {
      for (const { person } of [await withApp(), await withPasskey()]) {
        const before = await sessionsOf(person);
        const attempt = await attempts[name]?.(person);
        if (!attempt) continue;
        const answer = await app.anonymous.post(path, attempt.body);
        expect(answer.status).toBe(401);
        expect(answer.text).not.toContain('accessToken');
        expect(await sessionsOf(person)).toBe(before);
      }
    },
  );
});

describe('an account without a second factor', () => {
  it('signs in as ever', async () => {
    const { person } = await somebody();
    const answer = await app.anonymous.post(LOGIN, { email: person.email, password: person.password });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(TOKENS);
  });

  it('has none, and is told so', async () => {
    const { client } = await somebody();
    const { status, body } = await client.get(OWN);
    expect({ status, body }).toEqual({
      status: 200,
      body: { passkeys: [], authenticatorApp: null, recoveryCodesLeft: 0 },
    });
  });

  it('gets no recovery codes', async () => {
    const { person, client } = await somebody();
    expectProblem(await client.post(`${OWN}/recovery-codes`, passwordOf(person)), 409, 'no_second_factor');
  });

  it('that has begun to add one, and not finished, has none', async () => {
    const { person, client } = await somebody();
    created(await client.post(`${OWN}/authenticator-app/begin`, passwordOf(person)));
    created(await client.post(`${OWN}/passkeys/begin`, passwordOf(person)));
    await app.signIn(person);
  });
});

describe('an authenticator app', () => {
  it('is asked for after the password, and its code opens the session', async () => {
    const { person, code } = await withApp();
    const first = await app.anonymous.post(LOGIN, { email: person.email, password: person.password });
    expectProblem(first, 401, 'second_factor_required');
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(first.headers.get('www-authenticate')).toBe('Bearer');
    expect(first.body.secondFactor).toEqual({
      token: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: expect.any(String),
      methods: ['authenticator_app', 'recovery_code'],
      passkeyOptions: null,
    });
    const typed = `${code.slice(0, 3)} ${code.slice(3)}`;
    const second = await app.anonymous.post(CODE_STEP, { token: first.body.secondFactor.token, code: typed });
    expect({ status: second.status, body: second.body }).toEqual({ status: 201, body: TOKENS });
    expect(second.headers.get('cache-control')).toBe('no-store');
    const me = await new HttpClient(app.url, { authorization: `Bearer ${second.body.data.accessToken}` }).get(OWN);
    expect(me.body.authenticatorApp).toEqual({ createdAt: expect.any(String), lastUsedAt: expect.any(String) });
  });

  it('is not asked for by a wrong password, which is answered as for anybody', async () => {
    const { person } = await withApp();
    const answer = await app.anonymous.post(LOGIN, { email: person.email, password: 'not the password' });
    expectProblem(answer, 401, 'credentials_invalid');
    expect(answer.body).not.toHaveProperty('secondFactor');
  });

  it('gives a code that is taken once, neither again nor an older one', async () => {
    const { person, secret, now, code } = await withApp();
    const older = codeAt(secret, new Date(now.getTime() - STEP_MS));
    expect((await signInWithCode(app, person, code)).status).toBe(201);
    for (const used of [code, older])
      expectProblem(await signInWithCode(app, person, used), 401, 'second_factor_invalid');
    const next = later(now, STEP_MS);
    expect((await signInWithCode(app, person, codeAt(secret, next))).status).toBe(201);
  });

  it('gives a code that of two at the same moment one can use', async () => {
    const { person, code } = await withApp();
    const tokens = await Promise.all([firstStep(app, person), firstStep(app, person)]);
    const before = await sessionsOf(person);
    const answers = await heldUp(
      app,
      'select 1 from authenticator_apps where account_id = $1 for update',
      [person.uuid],
      async (waiting) => {
        const both = tokens.map(({ token }) => app.anonymous.post(CODE_STEP, { token, code }));
        await waiting(2);
        return { both };
      },
    ).then(({ both }) => Promise.all(both));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401]);
    expect(await sessionsOf(person)).toBe(before + 1);
  });

  it('is taken one step early or late, not two', async () => {
    const { person, secret, now } = await withApp();
    const codeOf = (steps: number) => codeAt(secret, new Date(now.getTime() + steps * STEP_MS));
    for (const steps of [-2, 2])
      expectProblem(await signInWithCode(app, person, codeOf(steps)), 401, 'second_factor_invalid');
    for (const steps of [-1, 0, 1]) expect((await signInWithCode(app, person, codeOf(steps))).status).toBe(201);
  });

  it('lets five wrong codes be tried, which the trail tells; the right one waits then, and the password of others does not', async () => {
    const { person, secret, now, code } = await withApp();
    const neighbour = await withApp();
    app.setNow(now);
    const { token } = await firstStep(app, person);
    for (let tries = 0; tries < 5; tries += 1) {
      expectProblem(
        await app.anonymous.post(CODE_STEP, { token, code: wrongCode(code) }),
        401,
        'second_factor_invalid',
      );
    }
    const slowed = await app.anonymous.post(CODE_STEP, { token, code });
    expectProblem(slowed, 429, 'too_many_attempts');
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await actionsOn(person)).filter((action) => action === 'session.refuse')).toHaveLength(6);
    expect((await signInWithCode(app, neighbour.person, codeAt(neighbour.secret, now))).status).toBe(201);
    const then = later(now, 15 * MINUTE_MS);
    expect((await signInWithCode(app, person, codeAt(secret, then))).status).toBe(201);
  });

  it('lets thirty wrong codes be tried in a day', async () => {
    const { person, secret, now } = await withApp();
    let then = now;
    for (let turn = 0; turn < 6; turn += 1) {
      const { token } = await firstStep(app, person);
      for (let tries = 0; tries < 5; tries += 1) {
        const code = wrongCode(codeAt(secret, then));
        expectProblem(await app.anonymous.post(CODE_STEP, { token, code }), 401, 'second_factor_invalid');
      }
      then = later(then, 16 * MINUTE_MS);
    }
    expectProblem(await signInWithCode(app, person, codeAt(secret, then)), 429, 'too_many_attempts');
    then = later(now, 24 * 60 * MINUTE_MS);
    expect((await signInWithCode(app, person, codeAt(secret, then))).status).toBe(201);
  });

  it('cannot be blocked where its owner has signed in before, not even by somebody with the password elsewhere', async () => {
    const { person, secret, now, code } = await withApp();
    const from = (address: string) => new HttpClient(app.url, { 'x-forwarded-for': address });
    const [owner, stranger] = [from('203.0.113.7'), from('198.51.100.9')];
    const step = async (client: HttpClient, typed: string) => {
      const first = await client.post(LOGIN, { email: person.email, password: person.password });
      return client.post(CODE_STEP, { token: first.body.secondFactor.token, code: typed });
    };
    expect((await step(owner, code)).status).toBe(201);
    for (let tries = 0; tries < 5; tries += 1) await step(stranger, wrongCode(code));
    const next = codeAt(secret, later(now, STEP_MS));
    expectProblem(await step(stranger, next), 429, 'too_many_attempts');
    expect((await step(owner, next)).status).toBe(201);
  });

  it('cannot be blocked by somebody without the password', async () => {
    const { person, code } = await withApp();
    for (let tries = 0; tries < 12; tries += 1) {
      const token = randomBytes(32).toString('base64url');
      expectProblem(
        await app.anonymous.post(CODE_STEP, { token, code: wrongCode(code) }),
        401,
        'second_factor_expired',
      );
    }
    expect((await signInWithCode(app, person, code)).status).toBe(201);
  });

  it('is kept so that the database alone gives no code away, and opens in no other account', async () => {
    const one = await withApp();
    const other = await withApp();
    const [{ sealed }] = await app.database.query<[{ sealed: Buffer }]>(
      'select sealed_secret as sealed from authenticator_apps where account_id = $1',
      [one.person.uuid],
    );
    expect(sealed.toString('latin1')).not.toContain(one.secret);
    await app.database.query('update authenticator_apps set sealed_secret = $2 where account_id = $1', [
      other.person.uuid,
      sealed,
    ]);
    const code = codeAt(one.secret, other.now);
    expectProblem(await signInWithCode(app, other.person, code), 401, 'second_factor_invalid');
  });

  it('is one; a second is refused at the beginning and at the end', async () => {
    const { person, client, now } = await somebody();
    const begin = () => client.post(`${OWN}/authenticator-app/begin`, passwordOf(person));
    const begun = [created(await begin()), created(await begin())];
    const answers = [];
    for (const { token, secret } of begun) {
      answers.push(await client.post(`${OWN}/authenticator-app`, { token, code: codeAt(secret, now) }));
    }
    expect(answers[0]?.status).toBe(201);
    expectProblem(answers[1] as never, 409, 'authenticator_app_exists');
    expectProblem(await begin(), 409, 'authenticator_app_exists');
  });

  it('is added with a code that it shows now, once, by whoever began, within five minutes', async () => {
    const { person, client, now } = await somebody();
    const stranger = await somebody();
    app.setNow(now);
    const begin = async () => created(await client.post(`${OWN}/authenticator-app/begin`, passwordOf(person)));
    const { token, secret, expiresAt } = await begin();
    expect(new Date(expiresAt).getTime() - now.getTime()).toBe(5 * MINUTE_MS);
    const code = codeAt(secret, now);
    const wrong = await client.post(`${OWN}/authenticator-app`, { token, code: wrongCode(code) });
    expectProblem(wrong, 422, 'authenticator_code_wrong', 'code');
    const foreign = await stranger.client.post(`${OWN}/authenticator-app`, { token, code });
    expectProblem(foreign, 422, 'enrolment_expired', 'token');
    const then = later(now, 5 * MINUTE_MS);
    const late = await client.post(`${OWN}/authenticator-app`, { token, code: codeAt(secret, then) });
    expectProblem(late, 422, 'enrolment_expired', 'token');
    app.setNow(now);
    expect((await client.post(`${OWN}/authenticator-app`, { token, code })).status).toBe(201);
    expectProblem(await client.post(`${OWN}/authenticator-app`, { token, code }), 422, 'enrolment_expired', 'token');
  });
});

describe('a passkey', () => {
  it('is asked for after the password, and its signature opens the session', async () => {
    const { person, client, passkey } = await withPasskey();
    const { methods, passkeyOptions, token } = await firstStep(app, person);
    expect(methods).toEqual(['passkey', 'recovery_code']);
    expect(passkeyOptions).toMatchObject({
      challenge: token,
      rpId: 'registry.example.org',
      userVerification: 'required',
      allowCredentials: [{ id: passkey.credentialId, transports: ['internal'], type: 'public-key' }],
    });
    const answer = await signInWithPasskey(app, person, passkey);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 201, body: TOKENS });
    expect((await client.get(OWN)).body.passkeys).toEqual([
      { id: expect.any(String), name: 'My phone', createdAt: expect.any(String), lastUsedAt: expect.any(String) },
    ]);
  });

  it.each<[string, Deviations]>([
    ['made at another origin', { origin: 'https://registry.example.org.evil.example' }],
    ['of another relying party', { rpId: 'evil.example' }],
    ['of another challenge', { challenge: randomBytes(32).toString('base64url') }],
    ['that was made for a registration', { type: 'webauthn.create' }],
    ['made without asking who it is', { isUnverified: true }],
    ['that counts no further', { counter: 1 }],
  ])('does not open it with a signature %s', async (_, deviations) => {
    const { person, passkey } = await withPasskey();
    expect((await signInWithPasskey(app, person, passkey)).status).toBe(201);
    const before = await sessionsOf(person);
    expectProblem(await signInWithPasskey(app, person, passkey, deviations), 401, 'second_factor_invalid');
    expect(await sessionsOf(person)).toBe(before);
  });

  it('of somebody else does not open it, nor does another signature under its name', async () => {
    const { person, passkey } = await withPasskey();
    const other = await withPasskey();
    expectProblem(await signInWithPasskey(app, person, other.passkey), 401, 'second_factor_invalid');
    const forged = new SoftwareAuthenticator(ORIGIN);
    const { token, passkeyOptions } = await firstStep(app, person);
    const assertion = { ...forged.get(passkeyOptions as never), id: passkey.credentialId };
    expectProblem(await app.anonymous.post(PASSKEY_STEP, { token, passkey: assertion }), 401, 'second_factor_invalid');
  });

  it('signs a challenge that works once, also for two at the same moment and with a device that does not count', async () => {
    const { person, client } = await somebody();
    const { passkey } = await addPasskey(app, client, person, 'Phone', { counter: 0 });
    const { token, passkeyOptions } = await firstStep(app, person);
    const body = { token, passkey: passkey.get(passkeyOptions as never, { counter: 0 }) };
    expect(await together(person, [body, body])).toEqual([201, 401]);
    expectProblem(await app.anonymous.post(PASSKEY_STEP, body), 401, 'second_factor_expired');
    expect((await signInWithPasskey(app, person, passkey, { counter: 0 })).status).toBe(201);
  });

  it('whose count stands for two devices opens a session for one of them, also at the same moment', async () => {
    const { person, passkey } = await withPasskey();
    const bodies = [];
    for (const step of [await firstStep(app, person), await firstStep(app, person)]) {
      bodies.push({ token: step.token, passkey: passkey.get(step.passkeyOptions as never, { counter: 7 }) });
    }
    expect(await together(person, bodies)).toEqual([201, 401]);
  });

  /** Both have been looked at before one of them opens a session. */
  async function together(person: Person, bodies: object[]): Promise<number[]> {
    const before = await sessionsOf(person);
    const { answers } = await heldUp(
      app,
      'select 1 from memberships where user_uuid = $1 for update',
      [person.uuid],
      async (waiting) => {
        const asked = bodies.map((body) => app.anonymous.post(PASSKEY_STEP, body));
        await waiting(bodies.length);
        return { answers: asked };
      },
    );
    const statuses = (await Promise.all(answers)).map(({ status }) => status).sort();
    expect(await sessionsOf(person)).toBe(before + 1);
    return statuses;
  }

  it.each<[string, Deviations]>([
    ['made at another origin', { origin: 'https://evil.example' }],
    ['of another relying party', { rpId: 'evil.example' }],
    ['of another challenge', { challenge: randomBytes(32).toString('base64url') }],
    ['that was made for a sign-in', { type: 'webauthn.get' }],
    ['made without asking who it is', { isUnverified: true }],
    ['whose make is vouched for by a certificate', { isAttested: true }],
  ])('is not added when it is one %s', async (_, deviations) => {
    const { person, client } = await somebody();
    const { token, options } = created(await client.post(`${OWN}/passkeys/begin`, passwordOf(person)));
    const credential = new SoftwareAuthenticator(ORIGIN).create(options, deviations);
    const answer = await client.post(`${OWN}/passkeys`, { token, name: 'Mine', credential });
    expectProblem(answer, 422, 'passkey_refused', 'credential');
    await app.signIn(person);
  });

  it('is added once and by one person; the options name those that there are', async () => {
    const { person, client, passkey } = await withPasskey();
    const { token, options } = created(await client.post(`${OWN}/passkeys/begin`, passwordOf(person)));
    expect(options).toMatchObject({
      challenge: token,
      rp: { id: 'registry.example.org', name: 'Credence' },
      user: { name: person.email },
      attestation: 'none',
      excludeCredentials: [{ id: passkey.credentialId }],
      authenticatorSelection: { userVerification: 'required' },
    });
    const again = await client.post(`${OWN}/passkeys`, { token, name: 'Again', credential: passkey.create(options) });
    expectProblem(again, 409, 'passkey_exists', 'credential');
    const other = await somebody();
    const begun = created(await other.client.post(`${OWN}/passkeys/begin`, passwordOf(other.person)));
    const taken = { token: begun.token, name: 'Not mine', credential: passkey.create(begun.options) };
    expectProblem(await other.client.post(`${OWN}/passkeys`, taken), 409, 'passkey_exists', 'credential');
  });

  it('is one of at most ten', async () => {
    const { person, client } = await somebody();
    for (let number = 1; number <= 9; number += 1) await addPasskey(app, client, person, `Key ${number}`);
    const begun = [];
    for (let number = 0; number < 2; number += 1) {
      begun.push(created(await client.post(`${OWN}/passkeys/begin`, passwordOf(person))));
    }
    const answers = await Promise.all(
      begun.map(({ token, options }) =>
        client.post(`${OWN}/passkeys`, {
          token,
          name: 'Last',
          credential: new SoftwareAuthenticator(ORIGIN).create(options),
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await client.get(OWN)).body.passkeys).toHaveLength(10);
  });

  it('is not possible where PUBLIC_URL has no name, which is said at the beginning', async () => {
    const other = await TestApp.start();
    try {
      const organization = await other.given.organization();
      const person = await other.given.person({ organization, role: 'crew-member' });
      const client = await other.as(person);
      expectProblem(await client.post(`${OWN}/passkeys/begin`, passwordOf(person)), 409, 'passkeys_not_possible');
    } finally {
      await other.close();
    }
  });
});

describe('recovery codes', () => {
  it('come with the first factor, ten of them, and open a session once each', async () => {
    const { person, client, recoveryCodes } = await withApp();
    expect(recoveryCodes).toHaveLength(10);
    expect((await addPasskey(app, client, person)).recoveryCodes).toBeNull();
    const [code = ''] = recoveryCodes;
    expect((await signInWithCode(app, person, code.toUpperCase().replaceAll('-', ' '))).status).toBe(201);
    expectProblem(await signInWithCode(app, person, code), 401, 'second_factor_invalid');
    expect((await client.get(OWN)).body.recoveryCodesLeft).toBe(9);
    expect(await actionsOn(person)).toContain('second-factor.recover');
  });

  it('open one for one of two at the same moment', async () => {
    const { person, recoveryCodes } = await withApp();
    const tokens = await Promise.all([firstStep(app, person), firstStep(app, person)]);
    const answers = await heldUp(
      app,
      'select 1 from recovery_codes where account_id = $1 for update',
      [person.uuid],
      async (waiting) => {
        const both = tokens.map(({ token }) => app.anonymous.post(CODE_STEP, { token, code: recoveryCodes[0] }));
        await waiting(2);
        return { both };
      },
    ).then(({ both }) => Promise.all(both));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401]);
  });

  it('are kept as hashes, and those of another account open nothing', async () => {
    const one = await withApp();
    const other = await withApp();
    const rows = await app.database.query<{ hash: string }[]>('select code_hash as hash from recovery_codes');
    for (const { hash } of rows) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expectProblem(await signInWithCode(app, other.person, one.recoveryCodes[0] ?? ''), 401, 'second_factor_invalid');
  });

  it('are replaced as a whole, with the password', async () => {
    const { person, client, recoveryCodes } = await withApp();
    const fresh = created(await client.post(`${OWN}/recovery-codes`, passwordOf(person))).recoveryCodes as string[];
    expect(fresh).toHaveLength(10);
    expectProblem(await signInWithCode(app, person, recoveryCodes[0] ?? ''), 401, 'second_factor_invalid');
    expect((await signInWithCode(app, person, fresh[0] ?? '')).status).toBe(201);
  });

  it('are not lost to a sign-in that broke off in the middle', async () => {
    const { person, recoveryCodes } = await withApp();
    const { token } = await firstStep(app, person);
    const body = { token, code: recoveryCodes[0] };
    const broken = await heldUp(app, 'lock table sessions in exclusive mode', [], async (waiting) => {
      const answer = app.anonymous.post(CODE_STEP, body);
      await waiting(1);
      // The code is used up and the session not yet there: now the connection dies, as it does with its process.
      await app.database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return { answer: await answer };
    });
    expect(broken.answer.status).toBeGreaterThanOrEqual(500);
    expect((await app.anonymous.post(CODE_STEP, body)).status).toBe(201);
  });
});

describe('the second step', () => {
  it('takes only the token of a sign-in, which nothing else takes', async () => {
    const { person, client, code } = await withApp();
    const { token } = await firstStep(app, person);
    // What is begun for one thing is not good for another.
    const begun = created(await client.post(`${OWN}/passkeys/begin`, passwordOf(person)));
    expectProblem(await app.anonymous.post(CODE_STEP, { token: begun.token, code }), 401, 'second_factor_expired');
    const credential = new SoftwareAuthenticator(ORIGIN).create({ ...begun.options, challenge: token });
    expectProblem(await client.post(`${OWN}/passkeys`, { token, name: 'Mine', credential }), 422, 'enrolment_expired');
  });

  it('is open for five minutes', async () => {
    const { person, secret, now } = await withApp();
    const { token, expiresAt } = await firstStep(app, person);
    expect(new Date(expiresAt).getTime() - now.getTime()).toBe(5 * MINUTE_MS);
    const then = later(now, 5 * MINUTE_MS);
    const answer = await app.anonymous.post(CODE_STEP, { token, code: codeAt(secret, then) });
    expectProblem(answer, 401, 'second_factor_expired');
  });

  it('after a wrong factor takes a right one, with the same token', async () => {
    const { person, code } = await withApp();
    const { token } = await firstStep(app, person);
    expectProblem(await app.anonymous.post(CODE_STEP, { token, code: wrongCode(code) }), 401, 'second_factor_invalid');
    expect((await app.anonymous.post(CODE_STEP, { token, code })).status).toBe(201);
  });

  it('is over with another password, and with a deactivated person', async () => {
    const { person, client, code } = await withApp();
    const { token } = await firstStep(app, person);
    const newPassword = 'another sentence nobody guesses';
    const change = { currentPassword: person.password, newPassword };
    expect((await client.post('/api/v1/shared/users/me/password', change)).status).toBe(204);
    expectProblem(await app.anonymous.post(CODE_STEP, { token, code }), 401, 'second_factor_expired');
    const again = await firstStep(app, { email: person.email, password: newPassword });
    await app.database.query(`update memberships set state = 'deactivated' where user_uuid = $1`, [person.uuid]);
    expectProblem(await app.anonymous.post(CODE_STEP, { token: again.token, code }), 401, 'second_factor_expired');
  });

  it('is over once the account has no password any more, because a provider vouches for its owner', async () => {
    const { person, code } = await withApp();
    const { token } = await firstStep(app, person);
    await app.database.query('update accounts set password_hash = null where id = $1', [person.uuid]);
    expectProblem(await app.anonymous.post(CODE_STEP, { token, code }), 401, 'second_factor_expired');
  });

  it('is not gone around by a new password from a mail', async () => {
    const { person, code } = await withApp();
    await app.anonymous.post('/auth/v1/rs/password/forgot', { email: person.email });
    const token = tokenIn(await mails.arrived(person.email, 2));
    const newPassword = 'another sentence nobody guesses';
    const reset = await app.anonymous.post('/auth/v1/rs/password/reset', { token, newPassword });
    expect(reset.status).toBe(204);
    const renewed = { ...person, password: newPassword };
    expect((await signInWithCode(app, renewed, code)).status).toBe(201);
  });
});

describe('adding and removing', () => {
  const asking = (person: Person) =>
    [
      'passkeys/begin',
      'authenticator-app/begin',
      'authenticator-app/remove',
      'recovery-codes',
      `passkeys/${person.uuid}/remove`,
    ].map((path) => `${OWN}/${path}`);

  it('needs the password again, whose guesses are counted', async () => {
    const { person, client } = await withApp();
    const wrong = { currentPassword: 'not the password' };
    const count = asking(person).length;
    for (const path of [...asking(person), ...asking(person)]) {
      expectProblem(await client.post(path, wrong), 422, 'current_password_wrong', 'currentPassword');
    }
    expect(count * 2).toBe(10);
    expectProblem(await client.post(`${OWN}/recovery-codes`, passwordOf(person)), 429, 'too_many_attempts');
  });

  it('takes the recovery codes with the last factor; then the password is enough again', async () => {
    const { person, client, now } = await somebody();
    await addApp(client, person, now);
    await addPasskey(app, client, person);
    const [{ id }] = (await client.get(OWN)).body.passkeys;
    expect((await client.post(`${OWN}/authenticator-app/remove`, passwordOf(person))).status).toBe(204);
    expect((await client.get(OWN)).body.recoveryCodesLeft).toBe(10);
    await firstStep(app, person);
    expect((await client.post(`${OWN}/passkeys/${id}/remove`, passwordOf(person))).status).toBe(204);
    expect((await client.get(OWN)).body).toEqual({ passkeys: [], authenticatorApp: null, recoveryCodesLeft: 0 });
    await app.signIn(person);
    expectProblem(await client.post(`${OWN}/passkeys/${id}/remove`, passwordOf(person)), 404, 'passkey_not_found');
    const gone = await client.post(`${OWN}/authenticator-app/remove`, passwordOf(person));
    expectProblem(gone, 404, 'authenticator_app_not_found');
  });

  it("does not reach somebody else's passkey, which is as unknown as one that does not exist", async () => {
    const owner = await withPasskey();
    const other = await somebody();
    const [{ id }] = (await owner.client.get(OWN)).body.passkeys;
    const answer = await other.client.post(`${OWN}/passkeys/${id}/remove`, passwordOf(other.person));
    expectProblem(answer, 404, 'passkey_not_found');
    expect((await owner.client.get(OWN)).body.passkeys).toHaveLength(1);
  });

  it('ends no session, is in the trail without a secret, and is told by mail', async () => {
    const { person, client, now } = await somebody();
    const elsewhere = await app.as(person);
    const { secret, recoveryCodes } = await addApp(client, person, now);
    await addPasskey(app, client, person);
    const [{ id }] = (await client.get(OWN)).body.passkeys;
    await client.post(`${OWN}/recovery-codes`, passwordOf(person));
    await client.post(`${OWN}/authenticator-app/remove`, passwordOf(person));
    await client.post(`${OWN}/passkeys/${id}/remove`, passwordOf(person));
    expect((await elsewhere.get(OWN)).status).toBe(200);
    expect((await actionsOn(person)).filter((action) => action.startsWith('second-factor.'))).toEqual([
      'second-factor.add',
      'second-factor.add',
      'second-factor.renew-codes',
      'second-factor.remove',
      'second-factor.remove',
    ]);
    await mails.arrived(person.email, 5);
    const told = mails.to(person.email).join('\n');
    for (const words of [
      'An authenticator app was added',
      'A passkey was added',
      'New recovery codes were made',
      'The authenticator app was removed',
      'A passkey was removed',
    ]) {
      expect(told).toContain(words);
    }
    const trail = await app.database.query<{ row: string }[]>(
      `select to_jsonb(r)::text || to_jsonb(v)::text as row from audit_records r
       left join audit_personal_values v on v.audit_record_id = r.id where r.subject_user_uuid = $1`,
      [person.uuid],
    );
    const everything = JSON.stringify(trail) + told;
    for (const kept of [secret, ...(recoveryCodes ?? [])]) expect(everything).not.toContain(kept);
  });

  it('of two first factors at the same moment gives one set of recovery codes', async () => {
    const { person, client, now } = await somebody();
    const begun = created(await client.post(`${OWN}/authenticator-app/begin`, passwordOf(person)));
    const other = created(await client.post(`${OWN}/passkeys/begin`, passwordOf(person)));
    const answers = await Promise.all([
      client.post(`${OWN}/authenticator-app`, { token: begun.token, code: codeAt(begun.secret, now) }),
      client.post(`${OWN}/passkeys`, {
        token: other.token,
        name: 'Mine',
        credential: new SoftwareAuthenticator(ORIGIN).create(other.options),
      }),
    ]);
    const codes = answers.map((answer) => created(answer).recoveryCodes as string[] | null);
    expect(codes.map((set) => set?.length ?? 0).sort()).toEqual([0, 10]);
    expect((await client.get(OWN)).body.recoveryCodesLeft).toBe(10);
  });

  it('stays when the password is changed', async () => {
    const { person, client, code } = await withApp();
    const newPassword = 'another sentence nobody guesses';
    await client.post('/api/v1/shared/users/me/password', { currentPassword: person.password, newPassword });
    expect((await signInWithCode(app, { ...person, password: newPassword }, code)).status).toBe(201);
  });
});

describe('an account of two organisations', () => {
  /** Somebody of the first organisation who has accepted an invitation to the second, where they have another uuid. */
  async function withTwo() {
    const { person, client, now } = await somebody();
    const away = await app.given.organization({ name: 'Southern Crewing' });
    const admin = await app.as(await app.given.person({ organization: away, role: 'admin' }));
    const { email } = person;
    const guest = { email, role: 'crew-member', firstName: 'Kari', lastName: 'Hansen' };
    const { id } = created(await admin.post('/api/v1/shared/users', guest));
    const token = tokenIn(await mails.arrived(email, 1));
    const accepted = await app.anonymous.post('/auth/v1/rs/invitations/accept', { token });
    expect(accepted.status).toBe(204);
    expect(accepted.text).toBe('');
    return { person, client, now, away, there: { uuid: id as string } };
  }
  const entering = async (answer: Answer, { id }: Organization) => {
    const client = (tokens: Answer) =>
      new HttpClient(app.url, { authorization: `Bearer ${tokens.body.data.accessToken}` });
    return client(await client(answer).post('/auth/v1/rs/login/switch', { organizationId: id }));
  };

  it('has one set of second factors: added in one it is asked for in both, seen and removed in the other', async () => {
    const { person, client, now, away, there } = await withTwo();
    expect(there.uuid).not.toBe(person.uuid);
    const { secret, recoveryCodes } = await addApp(client, person, now);
    const then = later(now, STEP_MS * 3);
    const first = await signInWithCode(app, person, codeAt(secret, then));
    later(then, MINUTE_MS);
    const other = await entering(first, away);
    expect((await other.get('/api/v1/shared/users/me')).body.id).toBe(there.uuid);
    expect((await other.get(OWN)).body).toMatchObject({
      authenticatorApp: { createdAt: expect.any(String) },
      recoveryCodesLeft: 10,
    });

    // Used last is now the other one: asked for there, and told of the person by the name they have there.
    const again = await signInWithCode(app, person, recoveryCodes?.[0] ?? '');
    expect(again.status).toBe(201);
    const session = new HttpClient(app.url, { authorization: `Bearer ${again.body.data.accessToken}` });
    expect((await session.get('/api/v1/shared/users/me')).body.id).toBe(there.uuid);
    expect((await session.post(`${OWN}/authenticator-app/remove`, passwordOf(person))).status).toBe(204);
    expect((await client.get(OWN)).body).toEqual({ passkeys: [], authenticatorApp: null, recoveryCodesLeft: 0 });
    await app.signIn(person);
    const factors = (actions: string[]) => actions.filter((action) => action.startsWith('second-factor.'));
    expect(factors(await actionsOn(person))).toEqual(['second-factor.add']);
    expect(factors(await actionsOn(there))).toEqual(['second-factor.recover', 'second-factor.remove']);
  });

  it('finishes in the one what was begun in the other', async () => {
    const { person, client, now, away } = await withTwo();
    const begun = created(await client.post(`${OWN}/authenticator-app/begin`, passwordOf(person)));
    const signedIn = await app.anonymous.post(LOGIN, { email: person.email, password: person.password });
    const other = await entering(signedIn, away);
    created(await other.post(`${OWN}/authenticator-app`, { token: begun.token, code: codeAt(begun.secret, now) }));
    await firstStep(app, person);
  });
});

describe('an account whose address nobody has proved', () => {
  it('gets no second factor, with which whoever made it could keep its owner out', async () => {
    const { person, client } = await somebody();
    await app.database.query('update accounts set proved_at = null where id = $1', [person.uuid]);
    for (const factor of ['authenticator-app', 'passkeys']) {
      expectProblem(await client.post(`${OWN}/${factor}/begin`, passwordOf(person)), 409, 'address_not_proved');
    }
  });
});

describe('a change that waits for another one', () => {
  it('is not made for somebody who has been signed out meanwhile', async () => {
    const { person, client, recoveryCodes, now } = await withApp();
    app.setNow(now);
    const held = await heldUp(
      app,
      'select pg_advisory_xact_lock($1, hashtext($2))',
      [LOCK_OF_ACCOUNTS, person.uuid],
      async (waiting) => {
        const answer = client.post(`${OWN}/recovery-codes`, passwordOf(person));
        await waiting(1);
        await sleep(LONGER_THAN_A_MOMENT_MS);
        expect((await client.post('/auth/v1/rs/logout')).status).toBe(204);
        return { answer };
      },
    );
    expectProblem(await held.answer, 401, 'not_signed_in');
    expect((await signInWithCode(app, person, recoveryCodes[0] ?? '')).status).toBe(201);
  });
});

describe('the reset by whoever runs the installation', () => {
  const reset = (email: string) => app.app.get(SecondFactorResets, { strict: false }).reset(email);

  it('removes everything of one account, is in the trail and told by mail, and ends no session', async () => {
    const { person, client, now } = await somebody();
    const other = await withApp();
    app.setNow(now);
    await addApp(client, person, now);
    await addPasskey(app, client, person);
    const { token } = await firstStep(app, person);
    expect(await reset(person.email.toUpperCase())).toBe('reset');
    expect((await client.get(OWN)).body).toEqual({ passkeys: [], authenticatorApp: null, recoveryCodesLeft: 0 });
    await app.signIn(person);
    expectProblem(await app.anonymous.post(CODE_STEP, { token, code: '000000' }), 401, 'second_factor_expired');
    expect(await actionsOn(person)).toContain('second-factor.reset');
    expect(await mails.arrived(person.email, 3)).toBeDefined();
    expect(mails.to(person.email).join('\n')).toContain('has removed all second factors');
    await firstStep(app, other.person);
  });

  it('is a command', async () => {
    const { person } = await withApp();
    const directory = new ProductDirectory();
    try {
      const settings = {
        ...directory.ownServices(app.app.get(Config).databaseUrl),
        DATABASE_OWNER_URL: app.app.get(Config).databaseOwnerUrl,
      };
      const ran = async (...args: string[]) => {
        const run = directory.run('apps/api/src/commands/reset-second-factor.js', settings, args);
        return { code: await run.ended, output: run.output };
      };
      expect(await ran()).toEqual({ code: 1, output: expect.stringContaining('Usage: npm run second-factor:reset') });
      const unknown = await ran('--email=nobody@example.org');
      expect(unknown).toEqual({ code: 1, output: expect.stringContaining('There is no account') });
      const done = await ran(`--email=${person.email}`);
      expect(done).toEqual({ code: 0, output: expect.stringContaining('are removed') });
      await app.signIn(person);
    } finally {
      await directory.remove();
    }
  });

  it('says when there is nothing to do', async () => {
    const { person } = await somebody();
    expect(await reset(person.email)).toBe('nothing_to_reset');
    expect(await reset('nobody@example.org')).toBe('unknown_account');
  });
});
