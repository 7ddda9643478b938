import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { Config } from '#libs/config';
import { freePort } from '#libs/database';
import { gracefulClose } from '../../apps/api/src/close-app';
import { createApp } from '../../apps/api/src/create-app';
import { NestLogger } from '../../apps/api/src/nest-logger';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { type Answer, HttpClient } from '../support/http';
import { Mails, tokenIn } from '../support/mails';
import { OpenIdProvider, ProviderKey } from '../support/openid';
import { postForm } from '../support/post-form';
import { image, pdf } from '../support/sample-files';
import { TestApp } from '../support/test-app';

const NEW_PASSWORD = 'seven salted herrings on tuesday';
const WRONG_PASSWORD = 'wrong-but-somebody-typed-it';
const INVITED_PASSWORD = 'thirteen gulls over the harbour';
const FORGOTTEN_PASSWORD = 'a lantern hung below the stairs';
const REPEATABLE = { 'idempotency-key': 'the first of the day' };
const REPEATABLE_TOO = { 'idempotency-key': 'the second of the day' };
const AUDIENCE = 'https://credence.example.org';

interface Secret {
  what: string;
  text: string;
}

/** A day in the life of the product, with its log and everything it answered. */
describe('passwords, tokens, keys and presigned URLs', () => {
  let app: TestApp;
  let url: string;
  let close: () => Promise<void>;
  let provider: OpenIdProvider;
  let log = '';
  const secrets: Secret[] = [];
  const refusals: string[] = [];
  let requests = 0;

  beforeAll(async () => {
    provider = new OpenIdProvider(await freePort());
    const openId = { OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: AUDIENCE, OIDC_CREATE_USERS: 'true' };
    app = await TestApp.start({ environment: { RUN_WORKER: 'false', ...openId } });
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        log += chunk.toString();
        done();
      },
    });
    // The most talkative level there is.
    const product = await createApp({ ...app.app.get(Config), runWorker: true }, pino({ level: 'trace' }, sink));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    close = gracefulClose(product);
    await product.listen(port, '127.0.0.1');
    await workAday();
  });
  afterAll(async () => {
    await close();
    await provider.stop();
    await app.close();
  });

  /** Of a token also what is in it and what signs it: a part is a leak as well. */
  function keep(what: string, text: unknown): void {
    if (typeof text !== 'string' || text.length < 10) throw new Error(`No ${what} was given`);
    secrets.push({ what, text });
    const [, claims, signature] = text.split('.');
    if (claims && signature)
      secrets.push({ what: `${what}, claims`, text: claims }, { what: `${what}, signature`, text: signature });
  }

  /** Remembers each part of a signed address or form that opens something by itself. */
  function keepLink(what: string, link: string): void {
    const values = [...new URL(link).searchParams].filter(([name]) => /sig|token|policy|credential/i.test(name));
    if (values.length === 0) throw new Error(`The ${what} opens nothing by itself`);
    for (const [name, value] of values) keep(`${what}, ${name}`, value);
  }

  async function noted(answer: Promise<Answer>): Promise<Answer> {
    const found = await answer;
    requests += 1;
    if (found.status >= 400) refusals.push(found.text);
    return found;
  }

  async function signIn(person: Person, password = person.password): Promise<HttpClient> {
    const anonymous = new HttpClient(url);
    const { body } = await noted(anonymous.post('/auth/v1/rs/login/credentials', { email: person.email, password }));
    const { accessToken, refreshToken, sessionToken } = body.data;
    for (const [name, token] of Object.entries({ accessToken, refreshToken, sessionToken })) keep(name, token);
    return new HttpClient(url, { authorization: `Bearer ${accessToken}`, 'x-session-token': sessionToken });
  }

  async function workAday(): Promise<void> {
    const organization = await app.given.organization();
    const boss = await app.given.person({ organization, role: 'admin' });
    const sailor = await app.given.person({ organization, role: 'crew-member' });
    keep('password', boss.password);
    keep('wrong password', WRONG_PASSWORD);
    const anonymous = new HttpClient(url);
    const wrong = { email: sailor.email, password: WRONG_PASSWORD };
    await noted(anonymous.post('/auth/v1/rs/login/credentials', wrong));
    await noted(anonymous.post('/auth/v1/rs/login/credentials', { ...wrong, password: [WRONG_PASSWORD] }));
    await noted(anonymous.post('/auth/v1/rs/login/credentials', `{"password":"${WRONG_PASSWORD}"`));
    const admin = await signIn(boss);
    const crew = await signIn(sailor);

    const last = secrets.filter(({ what }) => what === 'refreshToken').at(-1)?.text ?? '';
    const renewed = await noted(anonymous.post('/auth/v1/rs/login/refresh', { refreshToken: last }));
    for (const [name, token] of Object.entries(renewed.body.data)) keep(`renewed ${name}`, token);
    await noted(anonymous.get(`/api/v1/shared/users/me?access_token=${last}`));
    await noted(anonymous.get('/api/v1/shared/users/me', { authorization: `Bearer ${last}` }));

    const replayed = await noted(
      anonymous.post('/auth/v1/rs/login/refresh', { refreshToken: await oldRefreshToken(sailor) }),
    );
    expect(replayed.status).toBe(401);

    await certificateWithFile(crew, sailor);
    await diplomaWithFile(admin, crew);

    const created = { email: 'new@example.org', firstName: 'Ada', lastName: 'Nilsen', role: 'office-employee' };
    keep('password of somebody else', NEW_PASSWORD.toUpperCase());
    await noted(admin.post('/api/v1/shared/users', { ...created, password: NEW_PASSWORD.toUpperCase() }));
    const planning = { name: 'Crew planning', scopes: ['certificates:read'] };
    const key = await noted(admin.post('/api/v1/shared/api-keys', planning, REPEATABLE));
    const { secret } = key.body as { secret: string };
    keep('API key', secret);
    await noted(admin.post('/api/v1/shared/api-keys', planning, REPEATABLE));
    const rotated = await noted(admin.post(`/api/v1/shared/api-keys/${key.body.id}/rotate`, { overlapHours: 1 }));
    keep('rotated API key', rotated.body.secret);
    const system = new HttpClient(url, { authorization: `Bearer ${secret}` });
    await noted(system.get('/api/v1/shared/api-keys/current'));
    await noted(system.post('/api/v1/shared/uploads/intent', {}));
    await noted(new HttpClient(url, { authorization: `Bearer ${secret}x` }).get('/api/v1/shared/users/me'));

    keep('new password', NEW_PASSWORD);
    const change = { currentPassword: sailor.password, newPassword: NEW_PASSWORD };
    await noted(crew.post('/api/v1/shared/users/me/password', { ...change, currentPassword: WRONG_PASSWORD }));
    const changed = await noted(crew.post('/api/v1/shared/users/me/password', change));
    expect(changed.status).toBeLessThan(300);
    const again = await signIn(sailor, NEW_PASSWORD);
    await noted(again.post('/auth/v1/rs/logout'));
    await noted(again.get('/api/v1/shared/users/me'));
    await byMail(admin, boss);
    await fromProvider(organization, boss);
  }

  /** Of a session of its own, with a successor that was used too: using it again ends the session. */
  async function oldRefreshToken(person: Person): Promise<string> {
    const anonymous = new HttpClient(url);
    await signIn(person);
    const old = secrets.filter(({ what }) => what === 'refreshToken').at(-1)?.text ?? '';
    let refreshToken = old;
    for (let count = 0; count < 2; count++) {
      const { body } = await noted(anonymous.post('/auth/v1/rs/login/refresh', { refreshToken }));
      for (const [name, token] of Object.entries(body.data)) keep(`renewed ${name}`, token);
      ({ refreshToken } = body.data as { refreshToken: string });
    }
    return old;
  }

  async function byMail(admin: HttpClient, boss: Person): Promise<void> {
    const anonymous = new HttpClient(url);
    const mails = new Mails(app.dataDir);
    const guest = { email: 'guest@example.org', firstName: 'Zoe', lastName: 'Lind', role: 'crew-member' };
    expect((await noted(admin.post('/api/v1/shared/invitations', guest, REPEATABLE_TOO))).status).toBe(201);
    const invitation = tokenIn(await mails.arrived(guest.email));
    keep('invitation token', invitation);
    keep('password of somebody invited', INVITED_PASSWORD);
    const accept = (token: string, password: string) =>
      noted(anonymous.post('/auth/v1/rs/invitations/accept', { token, password }));
    expect((await accept(invitation, 'password1234')).status).toBe(422);
    expect((await accept(`${invitation}x`, INVITED_PASSWORD)).status).toBeGreaterThanOrEqual(400);
    expect((await accept(invitation, INVITED_PASSWORD)).status).toBe(204);
    expect((await accept(invitation, INVITED_PASSWORD)).status).toBe(422);
    await noted(anonymous.get(`/accept-invitation?token=${invitation}`));

    await noted(anonymous.post('/auth/v1/rs/password/forgot', { email: boss.email }));
    const reset = tokenIn(await mails.arrived(boss.email));
    keep('reset token', reset);
    keep('password after a reset', FORGOTTEN_PASSWORD);
    const choose = (token: string) =>
      noted(anonymous.post('/auth/v1/rs/password/reset', { token, newPassword: FORGOTTEN_PASSWORD }));
    expect((await choose(`${reset}x`)).status).toBeGreaterThanOrEqual(400);
    expect((await choose(reset)).status).toBe(204);
    expect((await choose(reset)).status).toBe(422);
  }

  async function fromProvider(organization: Organization, boss: Person): Promise<void> {
    const names = { given_name: 'Ola', family_name: 'Nordmann', organization: organization.uuid };
    await provider.start(new ProviderKey(), {
      newcomer: { ...names, email: 'ola@example.org', email_verified: true, role: 'office-employee' },
      // Whoever says so without proof.
      impostor: { ...names, email: boss.email, email_verified: false },
    });
    const tokens = {
      'token of the provider': await provider.token('newcomer', AUDIENCE),
      'token for somebody else': await provider.token('newcomer', 'https://other.example.org'),
      'token of an impostor': await provider.token('impostor', AUDIENCE),
    };
    const statuses: number[] = [];
    for (const [what, token] of Object.entries(tokens)) {
      keep(what, token);
      const bearer = new HttpClient(url, { authorization: `Bearer ${token}` });
      statuses.push((await noted(bearer.get('/api/v1/shared/users/me'))).status);
    }
    expect(statuses).toEqual([200, 401, 403]);
    const bearer = new HttpClient(url, { authorization: `Bearer ${tokens['token of the provider']}` });
    const exchanged = await noted(bearer.post('/auth/v1/rs/login/oidc'));
    for (const [name, token] of Object.entries(exchanged.body.data)) keep(`exchanged ${name}`, token);
  }

  async function certificateWithFile(crew: HttpClient, sailor: Person): Promise<void> {
    const file = await image('jpeg');
    const wanted = { kind: 'certificate', mime: file.mime, size: file.bytes.length, filename: file.filename };
    const intent = await noted(crew.post('/api/v1/shared/uploads/intent', wanted, REPEATABLE));
    const again = await noted(crew.post('/api/v1/shared/uploads/intent', wanted, REPEATABLE));
    expect(again.body).toEqual(intent.body);
    const { presignedPost, uploadId } = intent.body;
    keep('upload policy', presignedPost.fields.policy);
    keep('upload signature', presignedPost.fields.signature);
    const tampered = {
      ...presignedPost,
      url: `${url}/storage/objects`,
      fields: { ...presignedPost.fields, key: 'other' },
    };
    await noted(postForm(tampered, file.bytes, file.filename, file.mime));
    await noted(postForm({ ...presignedPost, url: `${url}/storage/objects` }, file.bytes, file.filename, file.mime));
    const sent = await noted(crew.post(`/api/v1/shared/uploads/${uploadId}/finalize`));
    expect(sent.body.status).toBe('uploaded');
    const body = { certificateType: 'medical', uploadId };
    const certificate = await noted(crew.post(`/api/v1/crew/users/${sailor.uuid}/certificates`, body));
    const link = await noted(crew.get(`/api/v1/crew/certificates/${certificate.body.id}/download`));
    keepLink('download link', link.body.url);
    const { search } = new URL(link.body.url as string);
    expect((await noted(new HttpClient(url).get(`/storage/objects${search}`))).status).toBe(200);
    await noted(new HttpClient(url).get(`/storage/objects${search}0`));
  }

  async function diplomaWithFile(admin: HttpClient, crew: HttpClient): Promise<void> {
    const title = await noted(admin.post('/users-organizations/v1/rs/titles', { name: 'Master Mariner' }));
    const file = pdf();
    const attachment = { name: file.filename, mimeType: file.mime, size: file.bytes.length };
    const body = { titleId: title.body.id ?? title.body.title.id, attachment };
    const { presignedUrl } = (
      await noted(crew.post('/users-organizations/v1/rs/users/me/diplomas', body, REPEATABLE_TOO))
    ).body;
    keepLink('diploma link', presignedUrl);
    const { pathname, search } = new URL(presignedUrl as string);
    await noted(new HttpClient(url).get(`${pathname}${search}`));
    await noted(new HttpClient(url).get(`${pathname}${search}x`));
  }

  /** The secrets that a text contains. */
  function found(text: string): string[] {
    return secrets.filter((secret) => secret.text.length > 0 && text.includes(secret.text)).map(({ what }) => what);
  }

  it('were used, and enough of them', () => {
    expect(requests).toBeGreaterThan(25);
    expect(refusals.length).toBeGreaterThan(8);
    expect(new Set(secrets.map(({ what }) => what)).size).toBeGreaterThan(12);
    expect(log.split('\n').length).toBeGreaterThan(requests);
  });

  it('are not in the log', () => {
    expect(found(log)).toEqual([]);
  });

  it('are not in the answers that refuse something', () => {
    expect(found(refusals.join('\n'))).toEqual([]);
  });

  it('are nowhere in the database: not in a text, not in JSON, not in a waiting job', async () => {
    const columns: { place: string; table: string; name: string }[] = await app.database.query(
      `select format('%s.%s.%s', table_schema, table_name, column_name) as place,
              format('%I.%I', table_schema, table_name) as table, quote_ident(column_name) as name
       from information_schema.columns
       where table_schema not in ('pg_catalog', 'information_schema')
         and data_type in ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY')`,
    );
    expect(columns.length).toBeGreaterThan(30);
    const leaks: string[] = [];
    let values = 0;
    for (const { place, table, name } of columns) {
      const rows: { value: string }[] = await app.database.query(
        `select case when pg_typeof(${name}) = 'bytea'::regtype then encode(${name}::text::bytea, 'escape') else ${name}::text end as value
         from ${table} where ${name} is not null`,
      );
      values += rows.length;
      leaks.push(...found(rows.map(({ value }) => value).join('\n')).map((what) => `${what} in ${place}`));
    }
    expect(leaks).toEqual([]);
    // Otherwise nothing was looked at.
    expect(values).toBeGreaterThan(200);
  });

  it('are in stored answers, which nobody reads without SECRET_KEY, encrypted to the last byte', async () => {
    const rows = await app.database.query<{ answer: Buffer }[]>('select answer from stored_answers');
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const { answer } of rows) {
      const bytes = answer.toString('latin1');
      for (const word of ['"body"', '"url"', 'http', 'crd_', 'createdAt']) expect(bytes).not.toContain(word);
      // What is encrypted looks like chance: text repeats a few dozen values, bytes by chance use nearly all.
      const [expected, found] = [256 * (1 - Math.exp(-answer.length / 256)), new Set(answer).size];
      expect(found / expected).toBeGreaterThan(0.85);
    }
  });

  it('are in the data folder only where they belong: the mails that carry them', () => {
    const places = readdirSync(app.dataDir, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(app.dataDir, path)).isFile())
      .flatMap((path) => found(readFileSync(join(app.dataDir, path), 'latin1')).map(() => path.split(sep)[0]));
    expect(places.filter((place) => place !== 'mail')).toEqual([]);
  });

  it('would be found: the search sees a secret that is put into the log on purpose', () => {
    const lines: string[] = [];
    const logger = new NestLogger(pino({ level: 'info' }, { write: (line: string) => lines.push(line) }));
    logger.log(`signed in with ${NEW_PASSWORD}`, 'Test');
    expect(found(lines.join(''))).toEqual(['new password']);
  });
});
