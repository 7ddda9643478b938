import { ROLES } from '#libs/auth';
import { newId } from '#libs/common';
import type { Person } from '../support/given';
import type { Answer, HttpClient } from '../support/http';
import { committedDocument, type Route, routesOf } from '../support/openapi';
import { postForm } from '../support/post-form';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const DIPLOMAS = '/users-organizations/v1/rs';
const PDF = Buffer.from('%PDF-1.7\n% a scan that nobody else may see\n%%EOF\n');

/** Routes that open without a sign-in though they lead to somebody's papers. Each needs a reason. */
const SIGNED_LINKS: Readonly<Record<string, string>> = {
  'GET /users-organizations/v1/rs/files':
    'the presignedUrl of contract D: its token is signed, expires and names one diploma',
};

/** What a path can ask for without belonging to anybody. */
const SIGN_IN = [
  'POST /auth/v1/rs/login/credentials',
  'POST /auth/v1/rs/login/refresh',
  'POST /auth/v1/rs/invitations/accept',
  'POST /auth/v1/rs/password/forgot',
  'POST /auth/v1/rs/password/reset',
];

const routes = routesOf(committedDocument());
const routesWithId = routes.filter(({ path }) => path.includes('{'));

function parametersOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

/** Puts a value into each `{parameter}`. @throws Error for one that this test has no fixture for. */
function addressOf({ name, path }: Route, values: Readonly<Record<string, string | number>>): string {
  return path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
    const value = values[parameter];
    if (value === undefined)
      throw new Error(`${name}: make a fixture for {${parameter}} in test/e2e/isolation.spec.ts`);
    return String(value);
  });
}

/** The document's own example, so that a refusal is never about the body. */
function bodyOf({ operation }: Route): unknown {
  return operation.requestBody?.content['application/json']?.example;
}

describe('between two organisations', () => {
  let app: TestApp;
  let owner: HttpClient;
  let own: Record<string, string | number>;
  const strangers: { person: Person; client: HttpClient }[] = [];

  /** Nobody's ids, in the form that each parameter has. */
  const unknown = Object.fromEntries(
    ['user_id', 'session_id', 'certificate_id', 'diploma_id', 'upload_id', 'key_id']
      .map((name): [string, string | number] => [name, newId()])
      .concat(['userId', 'diplomaId', 'titleId'].map((name): [string, string | number] => [name, 999_999_999])),
  );

  beforeAll(async () => {
    app = await TestApp.start();
    const here = await app.given.organization();
    const admin = await app.as(await app.given.person({ organization: here, role: 'admin' }));
    const person = await app.given.person({ organization: here, role: 'crew-member' });
    owner = await app.as(person);
    own = await givenPapers(admin, owner, person);
    const elsewhere = await app.given.organization({ name: 'Southern Crewing' });
    for (const role of ROLES) {
      const stranger = await app.given.person({ organization: elsewhere, role });
      strangers.push({ person: stranger, client: await app.as(stranger) });
    }
  });
  afterAll(() => app.close());

  it('there are routes with ids, and roles to try them with', () => {
    expect(routesWithId.length).toBeGreaterThan(20);
    expect(strangers.map(({ person }) => person.role)).toEqual(ROLES);
  });

  describe.each(routesWithId.map((route) => [route.name, route] as const))('%s', (_, route: Route) => {
    it('answers 401 without a token', async () => {
      const answer = await app.anonymous.send(route.method, addressOf(route, own), bodyOf(route));
      expect(outcome(answer)).toBe('401 not_signed_in');
    });

    it('answers a stranger the same for a real id as for one that does not exist', async () => {
      let mayUseRoute = 0;
      for (const { person, client } of strangers) {
        const real = await client.send(route.method, addressOf(route, own), bodyOf(route));
        const made = await client.send(route.method, addressOf(route, unknown), bodyOf(route));
        expect({ role: person.role, answer: outcome(real) }).toEqual({ role: person.role, answer: outcome(made) });
        expect(withoutIds(real)).toEqual(withoutIds(made));
        // Whose role lacks the permission does not get as far as the id.
        if (real.status === 403) expect(real.body.code).toBe('not_permitted');
        else {
          mayUseRoute += 1;
          expect({ role: person.role, status: real.status }).toEqual({ role: person.role, status: 404 });
        }
      }
      expect(mayUseRoute).toBeGreaterThan(0);
    });
  });

  it.each(
    routesWithId.filter(({ path }) => parametersOf(path).length > 1).map((route) => [route.name, route] as const),
  )('%s answers 404 to a stranger who puts the real id under a name of their own', async (_, route: Route) => {
    let reached = 0;
    for (const { person, client } of strangers) {
      for (const userId of ['me', person.id]) {
        const address = addressOf(route, { ...own, userId, user_id: person.uuid });
        const answer = await client.send(route.method, address, bodyOf(route));
        if (outcome(answer) === '403 not_permitted') continue;
        reached += 1;
        expect({ role: person.role, status: answer.status }).toEqual({ role: person.role, status: 404 });
      }
    }
    expect(reached).toBeGreaterThan(0);
  });

  it('nothing of what strangers tried has changed anything', async () => {
    const certificate = await owner.get(`${CREW}/certificates/${own['certificate_id']}`);
    expect(certificate.body).toMatchObject({ notes: 'mine', verification: { status: 'pending' } });
    const diploma = await owner.get(`${DIPLOMAS}/users/me/diplomas/${own['diplomaId']}`);
    expect(diploma.body.diploma).toMatchObject({ deletedAt: null, obtainedAt: '2020-06-01T00:00:00.000Z' });
    const titles = await owner.get(`${DIPLOMAS}/titles`);
    expect(titles.body.data).toEqual([{ id: own['titleId'], name: 'Master Mariner' }]);
    const profile = await owner.get('/api/v1/shared/users/me');
    expect(profile.body).toMatchObject({ role: 'crew-member', state: 'active' });
  });

  it('lists show a stranger nothing, even when asked for a real id', async () => {
    for (const { person, client } of strangers) {
      for (const route of routes.filter(({ method, path }) => method === 'GET' && !path.includes('{'))) {
        const filters = (route.operation.parameters ?? []).filter(({ name }) => QUERY_IDS[name] !== undefined);
        for (const { name } of filters) {
          const answer = await client.get(`${route.path}?${name}=${own[QUERY_IDS[name] ?? '']}`);
          if (answer.status === 403) continue;
          expect({ role: person.role, status: answer.status }).toEqual({ role: person.role, status: 200 });
          expect(answer.body.items ?? answer.body.data).toEqual([]);
        }
      }
    }
  });

  it('a certificate or diploma cannot point at a file or title of others', async () => {
    for (const { person, client } of strangers) {
      const certificate = { certificateType: 'medical', uploadId: own['upload_id'] };
      const onOthersFile = await client.post(`${CREW}/users/${person.uuid}/certificates`, certificate);
      expect(onOthersFile.status).toBe(422);
      const onOthersTitle = await client.post(`${DIPLOMAS}/users/me/diplomas`, { titleId: own['titleId'] });
      expect(onOthersTitle.status).toBe(422);
    }
  });

  it('each public route that leads to papers is listed with the reason why that is safe', () => {
    const open = routes.filter(
      ({ name, operation }) =>
        operation.security.length === 0 &&
        !SIGN_IN.includes(name) &&
        ((operation.parameters ?? []).length > 0 || operation.requestBody),
    );
    expect(open.map(({ name }) => name)).toEqual(Object.keys(SIGNED_LINKS));
  });

  it('a link with a changed signature opens nothing', async () => {
    const listed = await owner.get(`${DIPLOMAS}/users/me/diplomas?extend=presigned-url`);
    const link = new URL(listed.body.data[0].presignedUrl);
    const token = link.searchParams.get('token') ?? '';
    link.searchParams.set('token', `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`);
    const answer = await app.anonymous.get(link.toString());
    expect(outcome(answer)).toBe('403 link_invalid');
  });
});

/** Query parameters that are ids, and the fixture of each. */
const QUERY_IDS: Readonly<Record<string, string>> = { user_id: 'user_id', whereTitleId: 'titleId' };

/** One of everything that has an id, made the way a person makes it. */
async function givenPapers(
  admin: HttpClient,
  owner: HttpClient,
  person: Person,
): Promise<Record<string, string | number>> {
  const title = created(await admin.post(`${DIPLOMAS}/titles`, { name: 'Master Mariner' }));
  const intent = created(
    await owner.post('/api/v1/shared/uploads/intent', {
      kind: 'certificate',
      mime: 'application/pdf',
      size: PDF.length,
      filename: 'scan.pdf',
    }),
  );
  await postForm(intent.presignedPost, PDF, 'scan.pdf', 'application/pdf');
  const upload = await owner.post(`/api/v1/shared/uploads/${intent.uploadId}/finalize`);
  expect(upload.body.status).toBe('ready');
  const certificate = created(
    await owner.post(`${CREW}/users/${person.uuid}/certificates`, {
      certificateType: 'medical',
      notes: 'mine',
      uploadId: intent.uploadId,
    }),
  );
  const titleId = title.id ?? title.title.id;
  const key = created(await admin.post('/api/v1/shared/api-keys', { name: 'Crew planning', scopes: [] }));
  const { diploma } = created(
    await owner.post(`${DIPLOMAS}/users/me/diplomas`, { titleId, obtainedAt: '2020-06-01T00:00:00Z' }),
  );
  const sessions = await owner.get('/api/v1/shared/users/me/sessions');
  const summary = await owner.get(`${CREW}/users/${person.uuid}/verification`);
  const reviewed = summary.body.items.find((item: { targetType: string }) => item.targetType === 'diploma');
  return {
    user_id: person.uuid,
    session_id: sessions.body[0].id,
    userId: person.id,
    upload_id: intent.uploadId,
    certificate_id: certificate.id,
    diplomaId: diploma.id,
    key_id: key.id,
    diploma_id: reviewed.targetId,
    titleId,
  };
}

function created(answer: Answer): Answer['body'] {
  if (answer.status !== 201) throw new Error(`Expected 201, got ${answer.status}: ${answer.text}`);
  return answer.body;
}

function outcome({ status, body }: Answer): string {
  return `${status} ${body?.code}`;
}

/** What is left must not differ: a difference would tell the two apart. */
function withoutIds({ body }: Answer): unknown {
  return { ...body, instance: undefined, requestId: undefined };
}
