import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { addDays, dateIn, newId } from '#libs/common';
import { credentialKinds } from '#libs/credentials';
import type { Person } from '../support/given';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { cursorOf, NASTY_DATES, NASTY_INSTANTS } from '../support/nasty-times';
import { committedDocument, resolve, routesOf, type Schema } from '../support/openapi';
import { TestApp } from '../support/test-app';

const RS = '/users-organizations/v1/rs';
const UUID = '0193a1f1-7d20-7b43-b0c8-52e4c1a9d3f0';

/** A connection of pg's. */
interface Listening {
  on: (event: 'notice', listener: (notice: { message: string }) => void) => void;
}

describe('what is asked with a wrong time', () => {
  let app: TestApp;
  let admin: HttpClient;
  let person: Person;

  beforeAll(async () => {
    app = await TestApp.start({ environment: { RUN_WORKER: 'false' } });
    const organization = await app.given.organization();
    person = await app.given.person({ organization, role: 'admin' });
    admin = await app.as(person);
  });
  afterAll(() => app.close());

  /** Every route that reads and can be asked something, with what it can be asked. */
  const routes = routesOf(committedDocument())
    .filter(({ method }) => method === 'GET')
    .map(({ path, operation }): [string, string[]] => [
      path,
      (operation.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name),
    ])
    .filter(([, names]) => names.length > 0);

  const times = [...NASTY_INSTANTS, ...NASTY_DATES];
  const keys: unknown[] = [
    // In every place of a key of one or two parts.
    ...times.flatMap((time) => [[time], [time, UUID], [UUID, time]]),
    ...[[], [''], ['never', 'never'], [UUID, UUID, UUID], null, 1, 'x', {}, { 0: UUID, length: 1 }],
    ...[[null, UUID], [1, UUID], [[UUID]], [{}, {}], [2024, 5]],
  ];
  const cursors = [...keys.map(cursorOf), 'e30', '{}', '%', 'AAAA', '____', '-_8'];

  it.each(routes)('%s is answered or refused, and does not fail', async (path, names) => {
    const at = path
      .replace(/\{user_id\}/, person.uuid)
      .replace(/\{userId\}/, 'me')
      .replace(/\{\w+Id\}/, '1')
      .replace(/\{\w+\}/, newId());
    const failures: string[] = [];
    for (const name of names) {
      for (const value of name === 'cursor' ? [...times, ...cursors] : times) {
        const { status } = await admin.get(`${at}?${name}=${encodeURIComponent(value)}`);
        if (status >= 500) failures.push(`${name}=${value}: ${status}`);
      }
    }
    expect(failures).toEqual([]);
  });

  it.each(['0000-01-01T00:00:00.000Z', '2024-02-30T00:00:00.000Z', '2024-05-01T24:00Z', 'May 2024'])(
    '%s is the beginning of no part of the trail, and in no cursor',
    async (time) => {
      const from = await admin.get(`/api/v1/shared/audit?from=${encodeURIComponent(time)}`);
      expectProblem(from, 400, 'invalid_request', 'from');
      const after = await admin.get(`/api/v1/shared/audit?cursor=${cursorOf([time, UUID])}`);
      expectProblem(after, 400, 'invalid_cursor');
    },
  );
});

describe('a request', () => {
  let app: TestApp;
  let admin: HttpClient;
  let person: Person;

  beforeAll(async () => {
    app = await TestApp.start({ environment: { RUN_WORKER: 'false' } });
    const organization = await app.given.organization();
    person = await app.given.person({ organization, role: 'admin' });
    admin = await app.as(person);
  });
  afterAll(() => app.close());

  const document = committedDocument();
  const all = routesOf(document);
  const at = (path: string) =>
    path
      .replace('{userId}', 'me')
      .replace(/\{\w+Id\}/, '1')
      .replace(/\{\w+\}/, UUID);
  const bodies = all.flatMap(({ name, method, path, operation }): [string, string, string, Schema][] => {
    const media = operation.requestBody?.content['application/json'];
    return media ? [[name, method, at(path), resolve(document, media.schema)]] : [];
  });
  const asked = all
    .filter(({ method, operation }) => method === 'GET' && operation.parameters?.some((one) => one.in === 'query'))
    .map(({ path }) => at(path));

  /** Found in every object, looked for or not. */
  const INHERITED = ['toString', 'valueOf', 'hasOwnProperty', 'constructor', '__defineGetter__'];

  it.each(bodies)('%s has no field that every object has', async (_, method, path) => {
    for (const field of INHERITED) {
      const answer = await admin.send(method, path, `{${JSON.stringify(field)}:"x"}`);
      expectProblem(answer, 400, 'invalid_request', field);
    }
    expectProblem(await admin.send(method, path, '{"__proto__":"x"}'), 400, 'forbidden_key');
  });

  it.each(asked)('GET %s has no parameter that every object has', async (path) => {
    for (const name of [...INHERITED, '__proto__']) {
      const answer = await admin.get(`${path}?${name}=x`);
      expectProblem(answer, 400, 'invalid_request', name);
    }
  });

  it('has none inside of its fields either', async () => {
    const attachment = { name: 'a.pdf', mimeType: 'application/pdf', size: 1, valueOf: 'x' };
    const answer = await admin.post(`${RS}/users/me/diplomas`, { titleId: 1, attachment });
    expectProblem(answer, 400, 'invalid_request', 'attachment.valueOf');
  });

  /** Words of a fixed form, and what must be taken as it is. */
  const EXACT = ['mime', 'mimeType', 'kind', 'timeZone', 'sha256', 'obtainedAt'].concat(
    ...['password', 'currentPassword', 'newPassword', 'token', 'refreshToken', 'code'],
    'requirementCode',
    ...['id', 'clientDataJSON', 'attestationObject', 'authenticatorData', 'signature'],
  );

  /** Names of the fields that hold text of people, with dots. */
  function textsOf(schema: Schema, prefix = ''): string[] {
    return Object.entries(schema.properties ?? {}).flatMap(([name, given]) => {
      const field = resolve(document, given) as Schema & { enum?: unknown };
      const inner = field.properties ? field : resolve(document, field.anyOf?.[0] ?? {});
      if (inner.properties) return textsOf(inner, `${prefix}${name}.`);
      const isText = [field.type].flat().includes('string') && !field.enum && !/date|uuid/.test(field.format ?? '');
      return isText && !EXACT.includes(name) ? [prefix + name] : [];
    });
  }

  const texts = bodies.flatMap(([name, method, path, schema]) =>
    textsOf(schema).map((field): [string, string, string, string] => [name, field, method, path]),
  );

  it('writes text of people in these fields', () => {
    expect(new Set(texts.map(([, field]) => field.split('.').at(-1)))).toEqual(
      new Set(
        ['email', 'firstName', 'lastName', 'name', 'certificateNumber', 'issuingAuthority', 'documentNumber'].concat(
          ...['issuingState', 'notes', 'reason', 'filename', 'reference', 'checkedAt'],
          ...['extendedBy', 'en', 'fr', 'regulation'],
          ...['rank', 'department', 'nationality', 'residenceState', 'employeeNumber', 'imo', 'flag'],
        ),
      ),
    );
  });

  it.each(texts)('%s: %s shows what it says', async (_, field, method, path) => {
    for (const text of ['\u200b\u2060', '\u3164', 'a\u202ex', 'a\u0007b', '\u0000', 'a\u2066b']) {
      const value = field === 'email' ? `${text}@example.org` : text;
      const body = field.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
      expectProblem(await admin.send(method, path, body), 400, 'invalid_request', field);
    }
  });

  it('that writes a name keeps it in one normal form and without blanks around it', async () => {
    const { body } = await admin.patch('/api/v1/shared/users/me', {
      firstName: '\u00a0Ame\u0301lie ',
      lastName: 'O\u0308z',
    });
    expect([body.firstName, body.lastName]).toEqual(['Amélie', 'Öz']);
    const certificate = await admin.post(`/api/v1/crew/users/${person.uuid}/certificates`, {
      certificateType: 'other',
      certificateNumber: ' A-1\n',
      issuingAuthority: 'Que\u0301bec',
      notes: 'one\n two\n',
    });
    expect(certificate.body).toMatchObject({
      certificateNumber: 'A-1',
      issuingAuthority: 'Québec',
      notes: 'one\n two\n',
    });
  });

  it('cannot put a second person on the roster with an e-mail address in another normal form', async () => {
    const account = { firstName: 'Åse', lastName: 'Å', role: 'crew-member' };
    const users = '/api/v1/shared/users';
    const first = await admin.post(users, { ...account, email: 'a\u030ase@example.org' });
    expect([first.status, first.body.email]).toEqual([201, 'åse@example.org']);
    expectProblem(await admin.post(users, { ...account, email: 'ÅSE@example.org' }), 409, 'already_member');
  });
});

describe('a title', () => {
  let app: TestApp;
  let admin: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start({ environment: { RUN_WORKER: 'false' }, isTrailChecked: false });
    const organization = await app.given.organization();
    admin = await app.as(await app.given.person({ organization, role: 'admin' }));
  });
  afterAll(() => app.close());

  const titled = async (name: string) => Number((await admin.post(`${RS}/titles`, { name })).body.id);

  /** Asks while the title is being deleted, which is done before the answer can be. */
  async function whileDeleting(titleId: number, ask: () => Promise<Answer>): Promise<Answer> {
    const runner = app.database.createQueryRunner();
    await runner.startTransaction();
    await runner.query('delete from titles where id = $1', [titleId]);
    const answer = ask();
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    while ((await app.database.query<unknown[]>(waiting)).length === 0) await sleep(10);
    await runner.commitTransaction();
    await runner.release();
    return answer;
  }

  it.each([
    ['another case', 'CHIEF officer'],
    ['more blanks', 'Chief \u00a0 Officer'],
    ['something unseen', 'Chief Of\u200bficer'],
    ['wide letters', 'Ｃhief Officer'],
    ['a ligature', 'Chief Oﬃcer'],
  ])('is not taken for another one that looks like it, with %s', async (what, name) => {
    await admin.post(`${RS}/titles`, { name: 'Chief Officer' });
    expectProblem(await admin.post(`${RS}/titles`, { name }), 409, 'title_exists', 'name');
    const other = await titled(`Other for ${what}`);
    expectProblem(await admin.patch(`${RS}/titles/${other}`, { name }), 409, 'title_exists', 'name');
  });

  it('can be spelled otherwise, and by two at once only one gets a name', async () => {
    const id = await titled('second officer');
    const renamed = await admin.patch(`${RS}/titles/${id}`, { name: 'Second Officer' });
    expect([renamed.status, renamed.body.name]).toEqual([200, 'Second Officer']);
    const names = ['Third Officer', 'THIRD OFFICER', 'third  officer'];
    const answers = await Promise.all(names.map((name) => admin.post(`${RS}/titles`, { name })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it('that looked like another before is kept, told, and given a name of its own when it is renamed', async () => {
    const first = await titled('Old Officer');
    const migration = app.database.migrations.find(({ name }) => name?.startsWith('FoldedNames'));
    const runner = app.database.createQueryRunner();
    await migration?.down(runner);
    await runner.query(
      `insert into titles (organization_id, name, created_at, updated_at)
       select organization_id, n.name, now(), now()
       from titles cross join (values ('OLD OFFICER'), ('Old  Officer')) n (name) where id = $1`,
      [first],
    );
    const told: string[] = [];
    const client = (await runner.connect()) as Listening;
    client.on('notice', ({ message }) => told.push(message));
    await migration?.up(runner);
    const rows = await runner.query(
      `select id, name, folded_name as "foldedName" from titles where lower(name) like 'old%' order by id`,
    );
    await runner.release();
    expect(rows).toEqual([
      { id: first, name: 'Old Officer', foldedName: 'old officer' },
      { id: expect.any(Number), name: 'OLD OFFICER', foldedName: null },
      { id: expect.any(Number), name: 'Old  Officer', foldedName: null },
    ]);
    expect(told).toEqual(
      rows.slice(1).map(({ id }: { id: number }) => `title ${id} looks like title ${first}: rename or delete one`),
    );
    const path = `${RS}/titles/${rows[1].id}`;
    expectProblem(await admin.patch(path, { name: 'old officer' }), 409, 'title_exists', 'name');
    expect((await admin.patch(path, { name: 'Older Officer' })).status).toBe(200);
    expectProblem(await admin.post(`${RS}/titles`, { name: 'OLDER officer' }), 409, 'title_exists', 'name');
  });

  it('that is deleted while a diploma is recorded is unknown to it', async () => {
    const titleId = await titled('Going');
    const answer = await whileDeleting(titleId, () => admin.post(`${RS}/users/me/diplomas`, { titleId }));
    expectProblem(answer, 422, 'title_unknown', 'titleId');
  });

  it('that is deleted while a diploma gets it is unknown to it', async () => {
    const [before, titleId] = [await titled('Staying'), await titled('Going too')];
    const { body } = await admin.post(`${RS}/users/me/diplomas`, { titleId: before });
    const path = `${RS}/users/me/diplomas/${body.diploma.id}`;
    const answer = await whileDeleting(titleId, () => admin.patch(path, { titleId }));
    expectProblem(answer, 422, 'title_unknown', 'titleId');
  });
});

describe('a person whose e-mail address was kept in another normal form', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ environment: { RUN_WORKER: 'false' }, isTrailChecked: false });
  });
  afterAll(() => app.close());

  it('signs in after the upgrade, unless the address is taken: then the upgrade says whose it is', async () => {
    const organization = await app.given.organization();
    const people = [0, 1, 2].map(() => app.given.person({ organization, role: 'crew-member' }));
    const [alone, twin, taken] = (await Promise.all(people)) as [Person, Person, Person];
    const emails = ['o\u0308z@example.org', 'u\u0308z@example.org', '\u00fcz@example.org'];
    for (const [index, { uuid }] of [alone, twin, taken].entries()) {
      await app.database.query('update accounts set email = $1 where id = $2', [emails[index], uuid]);
    }
    const named = (start: string) => app.database.migrations.find(({ name }) => name?.startsWith(start));
    const [migration, later, last] = [named('FoldedNames'), named('OwnAccounts'), named('SecondFactor')];
    const runner = app.database.createQueryRunner();
    const told: string[] = [];
    const client = (await runner.connect()) as Listening;
    client.on('notice', ({ message }) => told.push(message));
    await last?.down(runner);
    await later?.down(runner);
    await migration?.down(runner);
    await migration?.up(runner);
    await later?.up(runner);
    await last?.up(runner);
    await runner.release();
    expect(told).toContain(`user ${twin.uuid} has the e-mail address of another in another form`);
    await app.signIn({ ...alone, email: '\u00f6z@example.org' });
    await app.signIn({ ...alone, email: 'O\u0308Z@example.org' });
    await app.signIn({ ...taken, email: 'u\u0308z@example.org' });
  });
});

describe('the dates of a paper', () => {
  /** Where each day begins first. */
  const timeZone = 'Pacific/Kiritimati';
  const today = dateIn(timeZone, new Date());
  let app: TestApp;
  let client: HttpClient;
  let person: Person;

  beforeAll(async () => {
    app = await TestApp.start({ environment: { RUN_WORKER: 'false' } });
    const organization = await app.given.organization({ timeZone });
    person = await app.given.person({ organization, role: 'admin' });
    client = await app.as(person);
  });
  afterAll(() => app.close());

  const kinds = credentialKinds().filter(({ name }) => name !== 'diploma');
  const REFUSED: [string, Record<string, string>, string, string][] = [
    ['issued in the year 0001', { issueDate: '0001-01-01' }, 'issueDate', 'year_out_of_range'],
    ['issued in 1899', { issueDate: '1899-12-31' }, 'issueDate', 'year_out_of_range'],
    ['issued in 9999', { issueDate: '9999-12-31' }, 'issueDate', 'year_out_of_range'],
    ['issued the day after tomorrow', { issueDate: addDays(today, 2) }, 'issueDate', 'issued_in_future'],
    ['expired in 1899', { expiryDate: '1899-12-31' }, 'expiryDate', 'year_out_of_range'],
    ['good until 2201', { expiryDate: '2201-01-01' }, 'expiryDate', 'year_out_of_range'],
    ['good until 9999', { issueDate: '2020-01-01', expiryDate: '9999-12-31' }, 'expiryDate', 'year_out_of_range'],
    ['expired before', { issueDate: '2020-01-02', expiryDate: '2020-01-01' }, 'expiryDate', 'expiry_before_issue'],
  ];
  const cases = kinds.flatMap((kind) => REFUSED.map((refused) => [kind.name, ...refused, kind] as const));

  it.each(cases)('%s: %s is refused, new or changed', async (_name, _what, dates, field, code, kind) => {
    // A kind of paper may ask for dates.
    const example = { ...exampleOf(`POST /api/v1/crew/users/{user_id}/${kind.path}`), certificateKindId: undefined };
    const path = `/api/v1/crew/users/${person.uuid}/${kind.path}`;
    expectProblem(
      await client.post(path, { ...example, issueDate: null, expiryDate: null, ...dates }),
      422,
      code,
      field,
    );
    const { body } = await client.post(path, { ...example, issueDate: null, expiryDate: null });
    expectProblem(await client.patch(`/api/v1/crew/${kind.path}/${body.id}`, dates), 422, code, field);
  });

  it.each(kinds.map((kind) => [kind.name, kind] as const))(
    '%s: the first and the last of them are taken',
    async (_, kind) => {
      const example = exampleOf(`POST /api/v1/crew/users/{user_id}/${kind.path}`);
      const path = `/api/v1/crew/users/${person.uuid}/${kind.path}`;
      for (const dates of [
        { issueDate: '1900-01-01', expiryDate: '2200-12-31' },
        // Today where the organisation is.
        { issueDate: today, expiryDate: today },
      ]) {
        expect((await client.post(path, { ...example, ...dates })).status).toBe(201);
      }
    },
  );

  it('that were taken before do not stand in the way of other changes', async () => {
    const path = `/api/v1/crew/users/${person.uuid}/certificates`;
    const { body } = await client.post(path, { certificateType: 'other' });
    await app.database.query(`update certificates set issue_date = '0001-01-01' where id = $1`, [body.id]);
    const changed = await client.patch(`/api/v1/crew/certificates/${body.id}`, {
      notes: 'old',
      issueDate: '0001-01-01',
    });
    expect([changed.status, changed.body.issueDate, changed.body.notes]).toEqual([200, '0001-01-01', 'old']);
  });

  it.each([
    [new Date(Date.now() + 3_600_000).toISOString(), 'obtained_in_future'],
    ['9999-12-31T00:00Z', 'obtained_in_future'],
    ['1899-12-31T23:59:59.999Z', 'year_out_of_range'],
    ['0001-01-01T00:00Z', 'year_out_of_range'],
    ['0000-01-01T00:00Z', 'year_out_of_range'],
  ])('a diploma was not obtained at %s', async (obtainedAt, code) => {
    const path = `${RS}/users/me/diplomas`;
    const titleId = (await client.post(`${RS}/titles`, { name: obtainedAt })).body.id;
    expectProblem(await client.post(path, { titleId, obtainedAt }), 422, code, 'obtainedAt');
    const { body } = await client.post(path, { titleId, obtainedAt: '1900-01-01T00:00Z' });
    expect(body.diploma.obtainedAt).toBe('1900-01-01T00:00:00.000Z');
    expectProblem(await client.patch(`${path}/${body.diploma.id}`, { obtainedAt }), 422, code, 'obtainedAt');
  });

  it.each(['2024-02-30T00:00Z', '2024-05-01', '2024-05-01T10:00:00+02:00', 'May 2024'])(
    'nor at %s, which is no point in time',
    async (obtainedAt) => {
      const answer = await client.post(`${RS}/users/me/diplomas`, { titleId: 1, obtainedAt });
      expectProblem(answer, 400, 'invalid_request', 'obtainedAt');
    },
  );
});

function exampleOf(name: string): Record<string, unknown> {
  const route = routesOf(committedDocument()).find((one) => one.name === name);
  return route?.operation.requestBody?.content['application/json']?.example as Record<string, unknown>;
}

describe('a stream that was refused', () => {
  const TOO_MUCH = 400_000_000;
  const FORM = 'multipart/form-data; boundary=x';
  const FILE =
    '--x\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\ncontent-type: application/pdf\r\n\r\n';
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ environment: { RUN_WORKER: 'false' } });
  });
  afterAll(() => app.close());

  /** Sends as long as somebody reads; how much that was, and what was answered. */
  function stream(path: string, type: string, begin: string): Promise<{ sent: number; answer: string }> {
    const { hostname, port, host } = new URL(app.url);
    const chunk = Buffer.alloc(256 * 1024, 'a');
    return new Promise((resolve) => {
      let answer = '';
      const socket = connect(Number(port), hostname, () => {
        const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: ${type}\r\ncontent-length: ${TOO_MUCH}\r\n\r\n`;
        socket.write(head + begin);
        send();
      });
      const send = () => {
        while (!socket.destroyed && socket.bytesWritten < TOO_MUCH - chunk.length) {
          if (!socket.write(chunk)) return void socket.once('drain', send);
        }
        socket.destroy();
      };
      socket.on('data', (data) => (answer += data.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve({ sent: socket.bytesWritten, answer }));
    });
  }

  it.each([
    ['a form that nobody signed', '/storage/objects', FORM, FILE, 403],
    ['a form without a boundary', '/storage/objects', 'multipart/form-data', FILE, 415],
    ['what is no form', '/storage/objects', 'application/pdf', '', 415],
    ['a form where JSON is wanted', '/auth/v1/rs/login/credentials', FORM, FILE, 415],
    ['JSON that does not end', '/auth/v1/rs/login/credentials', 'application/json', '{"email":"', 413],
    ['a file where nothing is', '/nowhere', 'application/pdf', '', 404],
  ])('is ended soon, and told why: %s', async (_, path, type, begin, status) => {
    const { sent, answer } = await stream(path, type, begin);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(sent).toBeLessThan(TOO_MUCH / 2);
  });
});
