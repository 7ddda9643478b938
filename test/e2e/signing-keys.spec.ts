import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { DataSource } from 'typeorm';
import { AccessTrail, SigningKeys } from '#libs/auth';
import { Clock } from '#libs/common';
import { Config, createConfig } from '#libs/config';
import type { JoiningDataSource } from '#libs/database';
import type { Organization } from '#libs/users';
import { HttpClient, expectProblem } from '../support/http';
import { ProductDirectory } from '../support/product';
import { TestApp } from '../support/test-app';

const JWKS = '/.well-known/jwks.json';
const SESSION = '/api/v1/shared/users/me/session';
const REFRESH = '/auth/v1/rs/login/refresh';
const ROTATE_KEYS = 'apps/api/src/commands/rotate-keys.js';
const TEN_MINUTES = 10 * 60_000;
const DAY = 86_400_000;

let app: TestApp;
let organization: Organization;
beforeAll(async () => {
  app = await TestApp.start();
  organization = await app.given.organization();
});
afterEach(() => app.setNow(null));
afterAll(() => app.close());

const signIn = async () => app.signIn(await app.given.person({ organization, role: 'crew-member' }));
const bearer = (token: string) => new HttpClient(app.url, { authorization: `Bearer ${token}` });
const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
const publishedKids = async () => (await app.anonymous.get(JWKS)).body.keys.map(({ kid }: { kid: string }) => kid);
const rows = () =>
  app.database.query<{ kid: string; retires_at: Date | null }[]>('select * from signing_keys order by created_at, kid');
const refusals = async () =>
  (
    await app.database.query<{ reason: string }[]>(
      `select details->>'reason' as reason from audit_records where action = 'token.refuse' order by id`,
    )
  ).map(({ reason }) => reason);

/** What another process knows of the keys; `remove` closes its connections. */
async function otherProcess(secretKey?: string): Promise<{ keys: SigningKeys; close: () => Promise<void> }> {
  const ours = app.app.get(DataSource);
  const dataSource = await new DataSource({ ...ours.options, poolSize: 2 } as typeof ours.options).initialize();
  const config = app.app.get(Config);
  const own = secretKey
    ? createConfig(config.environment, { databaseUrl: 'x', publicUrl: 'http://localhost', secretKey })
    : config;
  const trail = app.app.get(AccessTrail, { strict: false });
  return {
    keys: new SigningKeys(dataSource, own, app.app.get(Clock), trail),
    close: () => dataSource.destroy(),
  };
}

describe('the tokens', () => {
  it('are signed with ES256 by the published key, each kind for its own use', async () => {
    const tokens = await signIn();
    const { status, headers, body } = await app.anonymous.get(JWKS);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(body.keys).toEqual([
      {
        kid: expect.any(String),
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        alg: 'ES256',
        use: 'sig',
      },
    ]);
    const key = createPublicKey({ key: body.keys[0], format: 'jwk' });
    const kinds = Object.values(tokens).map((token) => {
      const { aud } = jwt.verify(token, key, { algorithms: ['ES256'] }) as jwt.JwtPayload;
      const { alg, kid, typ } = headerOf(token);
      expect({ alg, kid }).toEqual({ alg: 'ES256', kid: body.keys[0].kid });
      return [typ, aud];
    });
    expect(new Set(kinds.map(String)).size).toBe(3);
    expect(jwt.decode(tokens.sessionToken)).toMatchObject({
      userId: expect.any(Number),
      sessionId: expect.any(String),
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
  });

  it('that somebody made themselves are refused, and the trail says why but not what', async () => {
    const { accessToken } = await signIn();
    const claims = jwt.decode(accessToken) as jwt.JwtPayload;
    const header = headerOf(accessToken);
    const { body } = await app.anonymous.get(JWKS);
    const key = createPublicKey({ key: body.keys[0], format: 'jwk' });
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const before = (await refusals()).length;
    const attacks: [reason: string, token: string][] = [
      ['wrong_algorithm', unsigned({ ...header, alg: 'none' }, claims)],
      ['wrong_algorithm', signedWithPublicKey(header, claims, key)],
      ['unknown_key', signedBy(stranger, { ...header, kid: 'made-up' }, claims)],
      ['unknown_key', signedBy(stranger, { alg: 'ES256', typ: header.typ, kid: undefined }, claims)],
      ['bad_signature', signedBy(stranger, header, claims)],
      ['wrong_type', signedBy(stranger, { ...header, typ: 'JWT' }, claims)],
      ['malformed', 'nonsense'],
    ];
    for (const [, token] of attacks) expectProblem(await bearer(token).get(SESSION), 401, 'not_signed_in');
    expect((await refusals()).slice(before)).toEqual(attacks.map(([reason]) => reason));
    const trail = await app.database.query(`select * from audit_records where action = 'token.refuse'`);
    for (const [, token] of attacks) expect(JSON.stringify(trail)).not.toContain(token.slice(0, 40));
    expect(trail[0]).toMatchObject({ actor_kind: 'system', request_id: expect.any(String) });
  });

  it('with the right type for another use are refused by their audience', async () => {
    const { refreshToken } = await signIn();
    const { privateKey } = await app.app.get(SigningKeys, { strict: false }).current();
    const header = { ...headerOf(refreshToken), typ: 'at+jwt' };
    const { sid } = jwt.decode(refreshToken) as jwt.JwtPayload;
    const token = signedBy(privateKey, header, { ...(jwt.decode(refreshToken) as object), sub: sid });
    expectProblem(await bearer(token).get(SESSION), 401, 'not_signed_in');
    expect((await refusals()).at(-1)).toBe('wrong_audience');
  });
});

describe('keys that cannot be looked for, as no connection to the database is free', () => {
  it('make nobody a stranger: the answer is 503, and nothing is written down as a refusal', async () => {
    const waiting = await TestApp.start({ environment: { DATABASE_WAIT_SECONDS: '1', DATABASE_POOL_SIZE: '1' } });
    try {
      const home = await waiting.given.organization();
      const client = await waiting.as(await waiting.given.person({ organization: home, role: 'crew-member' }));
      expect((await client.get(SESSION)).status).toBe(200);
      const held = await waiting.app.get<JoiningDataSource>(DataSource).pool.connect();
      // As after a minute.
      Object.assign(waiting.app.get(SigningKeys), { loadedAt: -Infinity });
      const answer = await client.get(SESSION);
      held.release();
      expectProblem(answer, 503, 'temporarily_unavailable');
      const [count] = await waiting.database.query<{ n: number }[]>(
        `select count(*)::int as n from audit_records where action = 'token.refuse'`,
      );
      expect(count?.n).toBe(0);
      expect((await client.get(SESSION)).status).toBe(200);
    } finally {
      await waiting.close();
    }
  });
});

describe('the private key', () => {
  it('is not in the database in the clear', async () => {
    const [row] = await app.database.query<{ encrypted_private_key: Buffer }[]>('select * from signing_keys');
    const { privateKey } = await app.app.get(SigningKeys, { strict: false }).current();
    const scalar = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
    expect(scalar).toHaveLength(32);
    expect(row?.encrypted_private_key.includes(scalar)).toBe(false);
  });

  it('is of no use with another SECRET_KEY, nor after the row was changed', async () => {
    const other = await otherProcess('another-secret-that-is-long-enough-too');
    await expect(other.keys.current()).rejects.toThrow('no signing key');
    expect(await other.keys.published()).toEqual([]);
    await other.close();
    const [{ kid, public_jwk: jwk }] = await app.database.query('select kid, public_jwk from signing_keys');
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    const replace = (value: object) =>
      app.database.query('update signing_keys set public_jwk = $1 where kid = $2', [value, kid]);
    await replace({ ...own });
    const fresh = await otherProcess();
    expect(await fresh.keys.published()).toEqual([]);
    await fresh.close();
    await replace(jwk);
  });
});

describe('rotating the keys', () => {
  it('is noticed by nobody: the new key is known before it signs, the old one accepted as long as its tokens live', async () => {
    const before = await signIn();
    const [old] = await publishedKids();
    const directory = new ProductDirectory();
    const { url } = app.app.get(DataSource).options as { url: string };
    const run = directory.run(ROTATE_KEYS, {
      DATA_DIR: directory.dataDir,
      DATABASE_URL: url,
      DATABASE_OWNER_URL: app.database.options.type === 'postgres' ? (app.database.options.url ?? '') : '',
      S3_BUCKET: 'credence-files',
      S3_REGION: 'eu-north-1',
      SECRET_KEY: 'a-secret-of-the-tests-only-0123456789',
      PUBLIC_URL: app.url,
    });
    expect({ code: await run.ended, output: run.output }).toEqual({
      code: 0,
      output: expect.stringMatching(
        /The key [\w-]{43} signs from .*Z\.\nWhat older keys signed is accepted until .*Z\.\n$/,
      ),
    });
    await directory.remove();
    const [kept, made] = (await rows()).sort((a, b) => Number(a.retires_at === null) - Number(b.retires_at === null));
    expect(kept?.kid).toBe(old);
    // The process hears of it within a minute, here at the first unknown key id.
    await bearer(
      signedBy(
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
        { alg: 'ES256', typ: 'at+jwt', kid: made?.kid },
        {},
      ),
    ).get(SESSION);
    expect(await publishedKids()).toEqual([old, made?.kid]);
    expect(headerOf((await signIn()).accessToken).kid).toBe(old);
    expect((await bearer(before.accessToken).get(SESSION)).status).toBe(200);

    app.setNow(new Date(Date.now() + TEN_MINUTES + 1000));
    const after = await signIn();
    expect(headerOf(after.accessToken).kid).toBe(made?.kid);
    for (const { accessToken } of [before, after]) expect((await bearer(accessToken).get(SESSION)).status).toBe(200);
    const refreshed = await app.anonymous.post(REFRESH, { refreshToken: before.refreshToken });
    expect(refreshed.status).toBe(201);
    expect(headerOf(refreshed.body.data.accessToken).kid).toBe(made?.kid);

    // The longest token of the old key ends with its session.
    app.setNow(new Date(Date.now() + TEN_MINUTES + 30 * DAY + 60_000));
    expect(await publishedKids()).toEqual([made?.kid]);
  });

  it('at once reaches another process with the first token of the new key', async () => {
    const other = await otherProcess();
    const { kid } = await other.keys.rotate('at_once');
    const { privateKey } = await other.keys.current();
    const { accessToken } = await signIn();
    const token = signedBy(privateKey, { alg: 'ES256', typ: 'at+jwt', kid }, jwt.decode(accessToken) as object);
    expect((await bearer(token).get(SESSION)).status).toBe(200);
    expect((await bearer(accessToken).get(SESSION)).status).toBe(200);
    await other.close();
  });

  it('because one has leaked refuses everything that the others signed', async () => {
    const { accessToken, refreshToken } = await signIn();
    expect((await bearer(accessToken).get(SESSION)).status).toBe(200);
    await app.app.get(SigningKeys, { strict: false }).rotate('leaked');
    expect(await publishedKids()).toHaveLength(1);
    expectProblem(await bearer(accessToken).get(SESSION), 401, 'not_signed_in');
    expectProblem(await app.anonymous.post(REFRESH, { refreshToken }), 401, 'refresh_token_invalid');
    expect((await bearer((await signIn()).accessToken).get(SESSION)).status).toBe(200);
  });

  it('is written into the trail, as the first key is', async () => {
    const actions = await app.database.query<{ action: string; target_id: string }[]>(
      `select action, target_id from audit_records where target_type = 'signing-key' order by id`,
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'signing-key.create',
      ...Array.from({ length: 3 }, () => 'signing-key.rotate'),
    ]);
    expect(actions.map(({ target_id }) => target_id).sort()).toEqual((await rows()).map(({ kid }) => kid).sort());
  });
});

describe('several processes', () => {
  it('that start at once on an empty database make one key', async () => {
    await app.database.query('delete from signing_keys');
    const processes = await Promise.all(Array.from({ length: 6 }, () => otherProcess()));
    await Promise.all(processes.map(({ keys }) => keys.onModuleInit()));
    const made = await rows();
    expect(made).toHaveLength(1);
    for (const { keys } of processes) expect((await keys.current()).kid).toBe(made[0]?.kid);
    await Promise.all(processes.map(({ close }) => close()));
  });

  it('ask the database once a second at most, however many made-up key ids come', async () => {
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const begin = performance.now();
    const statements = await app.statements(async () => {
      const attempts = Array.from({ length: 40 }, (_, index) =>
        bearer(signedBy(stranger, { alg: 'ES256', typ: 'at+jwt', kid: `made-up-${index}` }, {})).get(SESSION),
      );
      for (const answer of await Promise.all(attempts)) expectProblem(answer, 401, 'not_signed_in');
    });
    const seconds = (performance.now() - begin) / 1000;
    const asked = statements.filter((statement) => statement.includes('"signing_keys"') && /^select/i.test(statement));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  });
});

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function unsigned(header: object, claims: object): string {
  return `${part(header)}.${part(claims)}.`;
}

/** The classic: the public key taken as the secret of an HMAC. */
function signedWithPublicKey(header: object, claims: object, key: KeyObject): string {
  const text = `${part({ ...header, alg: 'HS256' })}.${part(claims)}`;
  const secret = key.export({ format: 'pem', type: 'spki' });
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function signedBy(key: KeyObject, header: jwt.JwtHeader, claims: object): string {
  return jwt.sign(claims, key, { algorithm: 'ES256', header });
}
