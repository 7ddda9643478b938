import * as fc from 'fast-check';
import { ROLES } from '#libs/auth';
import { newId } from '#libs/common';
import { credentialKinds } from '#libs/credentials';
import { recorded } from '../support/credential-kinds';
import type { Person } from '../support/given';
import { someCursor, someTime } from '../support/nasty-times';
import { committedDocument, resolve, type Route, routesOf, type Schema } from '../support/openapi';
import { OWN_KIND, OWN_SET, OWN_VESSEL } from '../support/papers';
import { TestApp } from '../support/test-app';

/** `npm run test:fuzz` sends the full number; FUZZ_SEED=... repeats or varies a run. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 2_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const HANG_MS = 5_000;

/** What a refusal may leave behind, and why. */
const MAY_CHANGE: Readonly<Record<string, string>> = {
  audit_records: 'a refused token or a missing scope is recorded',
  audit_personal_values: 'the address that a refused token came from',
  stored_answers: 'a refusal is an answer too, and is repeated',
  sign_in_budgets: 'a wrong password is counted',
  sessions: 'the time of last use; and a refresh token that is used again later ends its session',
  api_keys: 'the time of last use',
  api_key_secrets: 'the time of last use',
  rate_counts: 'a refused request counts too',
  heartbeats: 'the process lives',
};

const document = committedDocument();
/** Without a worker, as here, the queue stands still, which this one tells with 503. */
const routes = routesOf(document).filter(({ operation }) => operation.operationId !== 'readyHealth');
const CALLERS = ['nobody', 'a wrong token', ...ROLES] as const;

/** What breaks programs: ends of ranges, other types, text that means something to some layer. */
const nasty = fc.constantFrom<unknown>(
  ...[
    null,
    true,
    0,
    -0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    -(2 ** 53),
    2 ** 31,
    [],
    {},
    [[]],
    [null],
    { toString: 1 },
    { length: -1 },
  ],
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\u202e',
    '😀'.repeat(50),
    "'; drop table users; --",
    '${7*7}',
    '%',
    '%s',
    '\\',
  ],
  ...[
    '0000-00-00',
    '0001-01-01',
    '9999-12-31',
    '2023-02-29',
    '2024-02-29T00:00Z',
    'infinity',
    'now',
    '-infinity',
    'NaN',
  ],
  ...[
    '../../etc/passwd',
    'file\r\nset-cookie: a=b',
    '<script>alert(1)</script>',
    'x'.repeat(5_000),
    '1e3',
    '0x10',
    '+1',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    'me',
    'ME',
    '9007199254740993',
    '-9007199254740991',
    'Europe/Oslo',
    'null',
  ],
);
/** The library's own such unit, `binary`, builds a table of all characters before the first one. */
const character = fc.integer({ min: 0, max: 0x10_f7ff }).map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800));
const anything = fc.oneof(
  nasty,
  nasty,
  someTime,
  someCursor,
  fc.string({ unit: character, maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A value as the schema wants it, more or less. */
function valueOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const found = resolve(document, schema) as Schema & { enum?: unknown[]; minimum?: number; maximum?: number };
  const [first, ...others] = found.anyOf ?? [];
  if (first) return fc.oneof(...[first, ...others].map((one) => valueOf(one, depth)));
  if (found.enum) return fc.constantFrom(...found.enum);
  const types = [found.type].flat();
  if (types.includes('null'))
    return fc.oneof(fc.constant(null), valueOf({ ...found, type: types.find((t) => t !== 'null') }, depth));
  switch (types[0]) {
    case 'object': {
      if (depth > 4) return fc.constant({});
      const fields = Object.entries(found.properties ?? {}).map(
        ([name, field]) => [name, valueOf(field, depth + 1)] as const,
      );
      return fc.record(Object.fromEntries(fields), { requiredKeys: (found.required ?? []) as never[] });
    }
    case 'array':
      return fc.array(valueOf(found.items ?? {}, depth + 1), { maxLength: 4 });
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({
          min: found.minimum ?? -5,
          max: Math.max(found.minimum ?? -5, Math.min(found.maximum ?? 500, 1_000)),
        }),
        fc.constantFrom(found.minimum ?? 0, found.maximum ?? Number.MAX_SAFE_INTEGER),
      );
    case 'boolean':
      return fc.boolean();
    default:
      if (found.format === 'uuid') return fc.uuid();
      if (found.format === 'date')
        return fc.oneof(fc.constantFrom('2020-01-31', '2024-02-29', '2031-12-31', '1970-01-01'), someTime);
      if (found.format === 'email') return fc.constantFrom('new@example.org', 'æøå@example.org', 'A@EXAMPLE.ORG');
      return fc.string({ unit: 'grapheme', maxLength: 30 });
  }
}

/** In a query a time and a cursor are text like any other. */
function asked(name: string, schema: Schema): fc.Arbitrary<unknown> {
  if (name === 'cursor') return someCursor;
  return isTime(name) ? someTime : valueOf(schema);
}

function isTime(name: string): boolean {
  return /^(from|to)$|_(after|before|from|to)$/.test(name);
}

interface Mutation {
  kind: 'none' | 'field' | 'missing' | 'unknown' | 'whole' | 'text' | 'type';
  field: number;
  value: unknown;
}

const mutation = fc.record<Mutation>({
  kind: fc.constantFrom('none', 'none', 'field', 'field', 'field', 'missing', 'unknown', 'whole', 'text', 'type'),
  field: fc.nat(20),
  value: anything,
});

const headers = fc.record(
  {
    'if-match': fc.constantFrom('*', '"1"', '"0"', 'W/"1"', '1', '"', '"a","b"', 'x'.repeat(300)),
    'idempotency-key': fc.constantFrom('a', 'a'.repeat(300), '"quoted"', '', 'k-1', 'k-2', '%00'),
    'x-request-id': fc.constantFrom('mine', 'not an id!', 'x'.repeat(100)),
    accept: fc.constantFrom('text/html', '*/*', 'nonsense'),
    'x-forwarded-for': fc.constantFrom('203.0.113.9', 'nonsense', '::1, 10.0.0.1'),
    origin: fc.constantFrom('https://evil.example.org', 'null'),
  },
  { requiredKeys: [] },
);

interface Attempt {
  caller: (typeof CALLERS)[number];
  own: boolean[];
  pathValues: unknown[];
  query: Record<string, unknown>;
  extraQuery: [string, unknown][];
  body: unknown;
  mutation: Mutation;
  headers: Record<string, string | undefined>;
}

function attemptAt({ operation }: Route): fc.Arbitrary<Attempt> {
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const wanted = Object.fromEntries(
    query.map(({ name, schema }) => [name, fc.oneof({ weight: 3, arbitrary: asked(name, schema) }, anything)]),
  );
  const oneAlone = Object.entries(wanted).map(([name, value]) => value.map((one) => ({ [name]: one })));
  const several: fc.Arbitrary<Record<string, unknown>> = fc.record(wanted, { requiredKeys: [] });
  const media = operation.requestBody?.content['application/json'];
  return fc.record<Attempt>({
    // Who is turned away at the door tries nothing.
    caller: fc.constantFrom(...CALLERS, ...ROLES, ...ROLES),
    own: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    pathValues: fc.array(fc.oneof(anything, fc.constant(null)), { minLength: 4, maxLength: 4 }),
    // One wrong parameter hides all others, so mostly there is one.
    query: fc.oneof(several, ...oneAlone),
    extraQuery: fc.oneof(
      { weight: 3, arbitrary: fc.constant<[string, unknown][]>([]) },
      fc.array(fc.tuple(fc.constantFrom('limit', 'x', '__proto__', 'toString', 'cursor', 'a[b]'), anything), {
        maxLength: 2,
      }),
    ),
    body: media ? fc.oneof(fc.constant(media.example), valueOf(media.schema)) : fc.constant(undefined),
    mutation,
    headers,
  });
}

/** Few of all, and where times and cursors come in. */
const lists = routes.flatMap(({ operation }, index) =>
  operation.parameters?.some(({ name }) => name === 'cursor' || isTime(name)) ? [index] : [],
);

const attempts = fc
  .oneof({ weight: 3, arbitrary: fc.nat(routes.length - 1) }, fc.constantFrom(...lists))
  .chain((index) => fc.tuple(fc.constant(index), attemptAt(routes[index] as Route)));

function text(value: unknown): string {
  const plain = typeof value === 'string' ? value : JSON.stringify(value);
  // Half a character cannot be part of an address.
  return (plain ?? '').replace(/\p{Surrogate}/gu, '\ufffd');
}

function bodyOf({ body, mutation: { kind, field, value } }: Attempt): string | undefined {
  if (body === undefined) return kind === 'whole' ? JSON.stringify(value) : undefined;
  if (kind === 'text') return text(value);
  if (kind === 'whole') return JSON.stringify(value);
  const copy = { ...(body as Record<string, unknown>) };
  const names = Object.keys(copy);
  const name = names[field % Math.max(1, names.length)] ?? 'x';
  if (kind === 'field') copy[name] = value;
  if (kind === 'missing') delete copy[name];
  if (kind === 'unknown') copy[`extra${field}`] = value;
  return JSON.stringify(copy);
}

describe('requests made up from openapi.json', () => {
  let app: TestApp;
  const people = new Map<string, Person>();
  const tokens = new Map<string, Record<string, string>>();
  let ids: Record<string, string | number>;
  const seen: Record<string, number> = {};

  beforeAll(async () => {
    app = await TestApp.start({ environment: { RUN_WORKER: 'false' } });
    const organization = await app.given.organization();
    for (const role of ROLES) people.set(role, await app.given.person({ organization, role }));
    await renew();
    ids = await givenThings();
    await watchChanges();
  });
  afterAll(() => app.close());

  /** Signs everybody in, whatever the requests before have done to them. */
  async function renew(): Promise<void> {
    for (const [role, person] of people) {
      const values = [role, person.uuid];
      await app.database.query(`update memberships set state = 'active', role = $1 where user_uuid = $2`, values);
      await app.database.query('delete from sign_in_budgets');
      const { accessToken, sessionToken } = await app.signIn(person);
      tokens.set(role, { authorization: `Bearer ${accessToken}`, 'x-session-token': sessionToken });
    }
    tokens.set('a wrong token', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.', 'x-session-token': 'x' });
  }

  async function givenThings(): Promise<Record<string, string | number>> {
    const admin = await app.as(people.get('admin') as Person);
    const person = people.get('crew-member') as Person;
    const crew = await app.as(person);
    const title = (await admin.post('/users-organizations/v1/rs/titles', { name: 'Master Mariner' })).body;
    const titleId = title.id ?? title.title.id;
    const path = `/api/v1/crew/users/${person.uuid}`;
    const certificate = await crew.post(`${path}/certificates`, { certificateType: 'medical' });
    const diploma = await crew.post('/users-organizations/v1/rs/users/me/diplomas', { titleId });
    const file = { kind: 'certificate', mime: 'application/pdf', size: 100, filename: 'a.pdf' };
    const upload = await crew.post('/api/v1/shared/uploads/intent', file);
    const { items } = (await crew.get(`${path}/verification`)).body as {
      items: { targetType: string; targetId: string }[];
    };
    return {
      user_id: person.uuid,
      userId: person.id,
      certificate_id: certificate.body.id,
      diplomaId: diploma.body.diploma.id,
      diploma_id: items.find((item) => item.targetType === 'diploma')?.targetId ?? newId(),
      upload_id: upload.body.uploadId,
      titleId,
      certificate_kind_id: (await admin.post('/api/v1/crew/certificate-kinds', OWN_KIND)).body.id,
      requirement_set_id: (await admin.post('/api/v1/crew/requirement-sets', OWN_SET)).body.id,
      vessel_id: (await admin.post('/api/v1/crew/vessels', OWN_VESSEL)).body.id,
      ...Object.fromEntries(
        await Promise.all(
          credentialKinds()
            .filter(({ isInContract }) => !isInContract)
            .map(async ({ path, parameter }) => [parameter, (await recorded(app, path, { person, client: crew })).id]),
        ),
      ),
    };
  }

  /** Every change of a row in any table, by trigger: what is rolled back leaves no trace. */
  async function watchChanges(): Promise<void> {
    await app.database.query(`
      create unlogged table changes (name text);
      create function note_change() returns trigger language plpgsql security definer as
        $$ begin insert into public.changes values (tg_table_name); return null; end $$;
      do $$ declare name text; begin
        for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'changes' loop
          execute format('create trigger fuzz after insert or update or delete on %I for each row execute function note_change()', name);
        end loop;
      end $$`);
  }

  async function changedTables(): Promise<string[]> {
    const [rows] = await app.database.query('delete from changes returning name');
    return [...new Set((rows as { name: string }[]).map(({ name }) => name))].filter((name) => !(name in MAY_CHANGE));
  }

  async function send(route: Route, attempt: Attempt): Promise<Response> {
    let position = 0;
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const index = position++;
      const value = attempt.own[index] ? (ids[name] ?? newId()) : attempt.pathValues[index];
      // A segment of nothing but dots would be resolved away before it is sent.
      return encodeURIComponent(text(value)).replace(/^\.+$/, '%2e') || '%20';
    });
    const query = new URLSearchParams();
    for (const [name, value] of [...Object.entries(attempt.query), ...attempt.extraQuery]) {
      for (const one of Array.isArray(value) ? value : [value]) query.append(name, text(one));
    }
    const body = route.method === 'GET' ? undefined : bodyOf(attempt);
    const type = attempt.mutation.kind === 'type' ? 'text/plain' : 'application/json';
    const sent = Object.entries(attempt.headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return fetch(`${app.url}${path}?${query.toString()}`, {
      method: route.method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': type }),
        ...tokens.get(attempt.caller),
        ...Object.fromEntries(sent),
      },
      body,
      signal: AbortSignal.timeout(HANG_MS),
    });
  }

  it(`are answered without a failure, a stack or a hang, and change nothing when refused`, async () => {
    process.stdout.write(`fuzz: ${REQUESTS} requests with seed ${SEED}\n`);
    let sent = 0;
    const property = fc.asyncProperty(attempts, async ([index, attempt]) => {
      const route = routes[index] as Route;
      sent += 1;
      if (sent % 250 === 0) await renew();
      await changedTables();
      const response = await send(route, attempt);
      const answer = await response.text();
      seen[response.status] = (seen[response.status] ?? 0) + 1;
      const about = `${route.name} as ${attempt.caller}: ${response.status} ${answer.slice(0, 300)}`;
      if (response.status >= 500) throw new Error(about);
      if (/\bat .+:\d+:\d+|node_modules|QueryFailedError|dist\/libs/.test(answer)) throw new Error(`A stack: ${about}`);
      if (response.status < 400) return;
      if (!response.headers.get('content-type')?.startsWith('application/problem+json'))
        throw new Error(`No problem: ${about}`);
      const changed = await changedTables();
      if (changed.length > 0) throw new Error(`Refused, but changed ${changed.join(', ')}: ${about}`);
    });
    await fc.assert(property, { numRuns: REQUESTS, seed: SEED, interruptAfterTimeLimit: undefined });
    process.stdout.write(`fuzz: ${sent} requests answered ${JSON.stringify(seen)}\n`);
    expect(sent).toBeGreaterThanOrEqual(REQUESTS);
    // Otherwise only the door was tried.
    expect(seen[200]).toBeGreaterThan(REQUESTS / 100);
    expect(seen[400]).toBeGreaterThan(REQUESTS / 100);
  }, 1_800_000);
});
