import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import jwt from 'jsonwebtoken';
import { freePort } from '#libs/database';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { expectProblem, HttpClient } from '../support/http';
import { OpenIdProvider, ProviderKey } from '../support/openid';
import { TestApp } from '../support/test-app';

const AUDIENCE = 'https://credence.example.org';
const SESSION = '/api/v1/shared/users/me/session';
const ME = '/api/v1/shared/users/me';
const EXCHANGE = '/auth/v1/rs/login/oidc';
/** How soon a process asks for the keys again. */
const ASK_AGAIN_MS = 5000;

let app: TestApp;
let provider: OpenIdProvider;
let home: Organization;
let known: Person;
let unverified: Person;
let planted: Person;
const key = new ProviderKey();

const bearer = (token: string, headers = {}) =>
  new HttpClient(app.url, { authorization: `Bearer ${token}`, ...headers });
const now = () => Math.floor(Date.now() / 1000);
const lastRecord = async (requestId: string) =>
  (await app.database.query('select * from audit_records where request_id = $1 order by id desc', [requestId]))[0];

/** The people of the provider. */
const clients = () => {
  const organization = home.uuid;
  const names = { given_name: 'Ola', family_name: 'Nordmann' };
  return {
    known: { email: known.email.toUpperCase(), email_verified: true },
    unverified: { email: unverified.email, email_verified: false },
    newcomer: { ...names, email: 'ola@example.org', email_verified: true, organization, role: 'office-employee' },
    crowd: { ...names, email: 'crowd@example.org', email_verified: true, organization },
    planted: { email: planted.email, email_verified: true },
    unproved: { ...names, email: 'unproved@example.org', organization },
    incomplete: { email: 'nobody@example.org', organization },
    disguised: { ...names, email: 'api-key:0193a5c2-3333-7b1a-9c3d-2e8f6a4b1c0d', email_verified: true, organization },
    elsewhere: { ...names, email: 'elsewhere@example.org', organization: '0193a5c2-1111-7b1a-9c3d-2e8f6a4b1c0d' },
    superuser: { ...names, email: 'root@example.org', organization, role: 'superuser' },
  };
};

beforeAll(async () => {
  provider = new OpenIdProvider(await freePort());
  app = await TestApp.start({
    environment: {
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_CLIENT_ID: 'credence-console',
      OIDC_CREATE_USERS: 'true',
    },
  });
  home = await app.given.organization();
  known = await app.given.person({ organization: home, role: 'office-admin' });
  unverified = await app.given.person({ organization: home, role: 'admin' });
  planted = await app.given.person({ organization: home, role: 'crew-member' });
});
afterAll(async () => {
  await provider.stop();
  await app.close();
});

describe('while the provider does not answer', () => {
  it('its tokens get 503, our own work', async () => {
    const answer = await bearer(forged()).get(SESSION);
    expectProblem(answer, 503, 'identity_provider_unavailable');
    expect((await (await app.as(known)).get(SESSION)).status).toBe(200);
    await sleep(ASK_AGAIN_MS);
  });
});

describe('a token of the identity provider', () => {
  beforeAll(() => provider.start(key, clients()));

  it('opens the account with its verified e-mail address, in the role that this account has here', async () => {
    const token = await provider.token('known', AUDIENCE);
    const answer = await bearer(token).get(SESSION);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      userId: known.uuid,
      organizationId: home.id,
      role: 'office-admin',
      sessionId: null,
      expiresAt: null,
    });
    const [identity] = await app.database.query('select * from identities where user_uuid = $1', [known.uuid]);
    expect(identity).toMatchObject({ issuer: provider.issuer, subject: 'known' });
  });

  it('makes an account at first sight, with the organisation and role that it names, and one only', async () => {
    const { body } = await bearer(await provider.token('newcomer', AUDIENCE)).get(ME);
    expect(body).toMatchObject({
      email: 'ola@example.org',
      firstName: 'Ola',
      lastName: 'Nordmann',
      role: 'office-employee',
    });
    const token = await provider.token('crowd', AUDIENCE);
    const answers = await Promise.all(Array.from({ length: 8 }, () => bearer(token).get(ME)));
    for (const answer of answers)
      expect(answer.body).toMatchObject({ email: 'crowd@example.org', role: 'crew-member' });
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    const trail = await app.database.query(
      'select action, organization_id, subject_user_uuid, changes from audit_records where target_id = $1 order by id',
      [answers[0]?.body.id],
    );
    expect(trail.map(({ action }: { action: string }) => action)).toEqual([
      'user.create',
      'membership.create',
      'identity.create',
    ]);
    expect(trail.at(-1)).toMatchObject({
      organization_id: home.id,
      subject_user_uuid: answers[0]?.body.id,
      // Who they are at the provider can be erased.
      changes: { issuer: { before: null, after: provider.issuer }, subject: null },
    });
  });

  it.each([
    ['whose e-mail address is not verified but taken', 'unverified'],
    ['whose e-mail address is not verified and free', 'unproved'],
    ['that names nobody', 'incomplete'],
    ['with something else in place of an e-mail address', 'disguised'],
    ['of an organisation that is not here', 'elsewhere'],
  ])('%s gets no account', async (_, subject) => {
    const answer = await bearer(await provider.token(subject, AUDIENCE)).get(SESSION);
    expectProblem(answer, 403, 'no_account');
    expect(await lastRecord(answer.body.requestId)).toMatchObject({
      action: 'token.refuse',
      details: { reason: 'no_account' },
    });
  });

  it('with a role that means nothing here is refused', async () => {
    const answer = await bearer(await provider.token('superuser', AUDIENCE)).get(SESSION);
    expectProblem(answer, 401, 'not_signed_in');
    expect((await lastRecord(answer.body.requestId)).details.reason).toBe('unusable_claims');
  });

  it('proves an account that somebody else had set the password of: that password and its session are gone', async () => {
    const thief = await app.as(planted);
    await app.database.query('update accounts set proved_at = null where id = $1', [planted.uuid]);
    await app.anonymous.post('/auth/v1/rs/password/forgot', { email: planted.email });
    const answer = await bearer(await provider.token('planted', AUDIENCE)).get(SESSION);
    expect([answer.status, answer.body.userId]).toEqual([200, planted.uuid]);
    expectProblem(await thief.get(ME), 401, 'not_signed_in');
    const { email, password } = planted;
    const signIn = await app.anonymous.post('/auth/v1/rs/login/credentials', { email, password });
    expectProblem(signIn, 401, 'credentials_invalid');
    const [account] = await app.database.query('select * from accounts where id = $1', [planted.uuid]);
    expect(account).toMatchObject({ password_hash: null, proved_at: expect.any(Date) });
    expect(await app.database.query('select 1 from password_resets where user_uuid = $1', [planted.uuid])).toEqual([]);
  });

  it('opens nothing once the person is deactivated, and makes no second account', async () => {
    const admin = await app.as(unverified);
    const client = bearer(await provider.token('newcomer', AUDIENCE));
    const { body } = await client.get(ME);
    await admin.patch(`/api/v1/shared/users/${body.id}`, { state: 'deactivated' });
    expectProblem(await client.get(ME), 403, 'no_account');
    await admin.patch(`/api/v1/shared/users/${body.id}`, { state: 'active' });
    expect((await client.get(ME)).body.id).toBe(body.id);
  });

  it('buys our three tokens, which contract D needs', async () => {
    const token = await provider.token('known', AUDIENCE);
    const diplomas = '/users-organizations/v1/rs/users/me/diplomas';
    expectProblem(await bearer(token).get(diplomas), 401, 'session_token_invalid');
    const answer = await bearer(token).post(EXCHANGE);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { accessToken, sessionToken } = answer.body.data;
    const own = bearer(accessToken, { 'x-session-token': sessionToken });
    expect((await own.get(diplomas)).status).toBe(200);
    expectProblem(await own.post(EXCHANGE), 403, 'provider_token_required');
    expectProblem(await app.anonymous.post(EXCHANGE), 401, 'not_signed_in');
    // There is nothing of ours to sign out of.
    expectProblem(await bearer(token).post('/auth/v1/rs/logout'), 403, 'session_required');
  });

  const honest = () => ({ iss: provider.issuer, aud: AUDIENCE, sub: 'known', iat: now(), exp: now() + 600 });
  const attacks: [name: string, reason: string, token: () => string | Promise<string>][] = [
    ['for another audience', 'wrong_audience', () => provider.token('known', 'https://other.example.org')],
    ['of another issuer', 'wrong_issuer', () => sign({ ...honest(), iss: 'https://evil.example.org' })],
    ['that has expired', 'expired', () => sign({ ...honest(), exp: now() - 31 })],
    ['without an end', 'unusable_claims', () => sign({ ...honest(), exp: undefined })],
    ['that is not valid yet', 'not_yet_valid', () => sign({ ...honest(), nbf: now() + 40 })],
    ['with alg none', 'wrong_algorithm', () => `${part({ alg: 'none', kid: key.kid })}.${part(honest())}.`],
    ['signed by HS256 with the public key', 'wrong_algorithm', () => hmacWithPublicKey(honest())],
    ['of an unknown key', 'unknown_key', () => sign(honest(), new ProviderKey())],
    ['of a key that only claims to be known', 'bad_signature', () => sign(honest(), new ProviderKey(), key.kid)],
    ['with a subject that cannot be stored', 'unusable_claims', () => sign({ ...honest(), sub: 'a\0b' })],
    ['without a subject', 'unusable_claims', () => sign({ ...honest(), sub: undefined })],
  ];
  it.each(attacks)('%s is refused and recorded as %s', async (_, reason, make) => {
    const token = await make();
    const answer = await bearer(token).get(SESSION);
    expectProblem(answer, 401, 'not_signed_in');
    const record = await lastRecord(answer.body.requestId);
    expect(record).toMatchObject({
      action: 'token.refuse',
      target_id: 'oidc-token',
      actor_kind: 'system',
      details: { reason },
    });
    for (const piece of token.split('.').filter(Boolean)) expect(JSON.stringify(record)).not.toContain(piece);
    // The same way in works for who is honest.
    expect((await bearer(sign(honest())).get(SESSION)).status).toBe(200);
  });

  it('may be half a minute off, as clocks are', async () => {
    expect((await bearer(sign({ ...honest(), exp: now() - 20 })).get(SESSION)).status).toBe(200);
    expect((await bearer(sign({ ...honest(), nbf: now() + 20 })).get(SESSION)).status).toBe(200);
  });

  it('of its next key is accepted when the provider changes over', async () => {
    const next = new ProviderKey();
    const old = sign(honest());
    await provider.start(next, clients());
    await sleep(ASK_AGAIN_MS);
    expect((await bearer(await provider.token('known', AUDIENCE)).get(SESSION)).status).toBe(200);
    expectProblem(await bearer(old).get(SESSION), 401, 'not_signed_in');
  });
});

describe('the Swagger UI', () => {
  it('signs in at the provider by code flow with PKCE, and may talk to it', async () => {
    const { body } = await app.anonymous.get('/openapi.json');
    expect(body.components.securitySchemes.identityProvider).toEqual({
      type: 'openIdConnect',
      openIdConnectUrl: `${provider.issuer}/.well-known/openid-configuration`,
    });
    expect(body.paths[SESSION].get.security).toEqual([{ accessToken: [] }, { identityProvider: [] }]);
    const page = await app.anonymous.get('/docs');
    expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' ${provider.issuer}`);
    const script = await app.anonymous.get('/docs/swagger-ui-init.js');
    expect(script.text).toContain('"usePkceWithAuthorizationCodeGrant": true');
    expect(script.text).toContain(`"oauth2RedirectUrl": "${app.url}/docs/oauth2-redirect.html"`);
    for (const file of ['oauth2-redirect.html', 'oauth2-redirect.js']) {
      expect((await app.anonymous.get(`/docs/${file}`)).status).toBe(200);
    }
  });
});

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** As the provider would, or somebody who has, or pretends to have, its key. */
function sign(claims: object, by = key, kid = by.kid): string {
  const present = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return jwt.sign(present, by.privateKey, { algorithm: 'RS256', header: { alg: 'RS256', typ: 'at+jwt', kid } });
}

function forged(): string {
  return sign({ iss: provider.issuer, aud: AUDIENCE, sub: 'known', iat: now(), exp: now() + 60 });
}

function hmacWithPublicKey(claims: object): string {
  const text = `${part({ alg: 'HS256', typ: 'at+jwt', kid: key.kid })}.${part(claims)}`;
  const secret = key.publicKey.export({ format: 'pem', type: 'spki' });
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
