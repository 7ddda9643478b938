import { ROLES } from '#libs/auth';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { committedDocument, routesOf } from '../support/openapi';
import { created, givenPapers, type Ids } from '../support/papers';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const DIPLOMAS = '/users-organizations/v1/rs';

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
/** What paths do not show; test/e2e/matrix.spec.ts tries every route with ids of the other organisation. */
describe('between two organisations', () => {
  let app: TestApp;
  let owner: HttpClient;
  let own: Ids;
  const strangers: { person: Person; client: HttpClient }[] = [];

  beforeAll(async () => {
    app = await TestApp.start();
    const here = await app.given.organization();
    const admin = await app.as(await app.given.person({ organization: here, role: 'admin' }));
    const person = await app.given.person({ organization: here, role: 'crew-member' });
    owner = await app.as(person);
    const { id: titleId } = created(await admin.post(`${DIPLOMAS}/titles`, { name: 'Master Mariner' }));
    own = { ...(await givenPapers(app, person, owner, titleId)), titleId };
    const elsewhere = await app.given.organization({ name: 'Southern Crewing' });
    for (const role of ROLES) {
      const stranger = await app.given.person({ organization: elsewhere, role });
      strangers.push({ person: stranger, client: await app.as(stranger) });
    }
  });
  afterAll(() => app.close());

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
    const { body } = await owner.patch(`${DIPLOMAS}/users/me/diplomas/${own['diplomaId']}`, {});
    const link = new URL(body.presignedUrl);
    expect((await app.anonymous.get(link.toString())).status).toBe(200);
    const token = link.searchParams.get('token') ?? '';
    link.searchParams.set('token', `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`);
    const answer = await app.anonymous.get(link.toString());
    expectProblem(answer, 403, 'link_invalid');
  });
});

/** Query parameters that are ids, and the fixture of each. */
const QUERY_IDS: Readonly<Record<string, string>> = { user_id: 'user_id', whereTitleId: 'titleId' };
