import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { committedDocument, resolve, type Route, routesOf } from '../support/openapi';
import type { Ids } from '../support/papers';
import { PermissionRules } from '../support/permissions-page';
import type { TestApp } from '../support/test-app';
import { type Insider, TwoOrganizations } from '../support/two-organizations';

const COUNT = /^include_?count$/i;
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
  'POST /auth/v1/rs/login/second-factor/code',
  'POST /auth/v1/rs/login/second-factor/passkey',
  'POST /auth/v1/rs/invitations/accept',
  'POST /auth/v1/rs/invitations/look-up',
  'POST /auth/v1/rs/password/forgot',
  'POST /auth/v1/rs/password/reset',
];

/** Query parameters that are ids, and the fixture of each. */
const QUERY_IDS: Readonly<Record<string, string>> = {
  user_id: 'user_id',
  actor_id: 'user_id',
  target_id: 'certificate_id',
  requirement_set_id: 'requirement_set_id',
  vessel_id: 'vessel_id',
  whereTitleId: 'titleId',
};

/** Filters that name one thing, and what is answered when it is not there. */
const NAMED: Readonly<Record<string, readonly [status: number, code: string]>> = {
  requirement_set_id: [404, 'requirement_set_not_found'],
  vessel_id: [422, 'vessel_unknown'],
};

/** Without what of a stranger's own work is done meanwhile. */
function lasting(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (key, value: unknown) =>
    ['waitingJobs', 'longestWaitSeconds'].includes(key) ? undefined : value,
  );
}

const document = committedDocument();
const routes = routesOf(document);
const rules = new PermissionRules();
const hasParameter = ({ operation }: Route, pattern: RegExp) =>
  operation.parameters?.some(({ in: where, name }) => where === 'query' && pattern.test(name)) ?? false;
const named = (some: Route[]) => some.map((route) => [route.path, route] as const);

/** What can be asked for without naming anything but a person. */
const reads = routes.filter(
  ({ method, path, operation }) => method === 'GET' && operation.security.length > 0 && !/\{(?!user)/.test(path),
);
const lists = reads.filter(({ operation }) => {
  const schema = resolve(document, operation.responses['200']?.content?.['application/json']?.schema ?? {});
  return schema.type === 'array' || Object.keys(schema.properties ?? {}).some((name) => /^(items|data)$/.test(name));
});
const counted = lists.filter((route) => hasParameter(route, COUNT));

/** As much as there is, and how much that is. */
function wholeOf(route: Route, ids: Ids): string {
  const query = Object.entries({ limit: 1000, pageSize: 200, include_count: true, includeCount: true })
    .filter(([name]) => hasParameter(route, new RegExp(`^${name}$`)))
    .map(([name, value]) => `${name}=${value}`);
  return `${route.path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name]))}?${query.join('&')}`;
}

/** What paths do not show; test/e2e/matrix.spec.ts tries every route with ids of the other organisation. */
describe('between two organisations', () => {
  let app: TestApp;
  let world: TwoOrganizations;
  let owner: HttpClient;
  let own: Ids;
  /** Of each stranger, before there was anything to hide and since. */
  const answers = { before: new Map<string, Answer>(), after: new Map<string, Answer>() };

  beforeAll(async () => {
    world = await TwoOrganizations.start();
    app = world.app;
    // Some answers tell of times that are reckoned from now.
    const now = new Date();
    const askAll = async (into: Map<string, Answer>) => {
      app.setNow(now);
      for (const { name, client, ids } of world.strangers) {
        for (const route of reads) into.set(`${route.name} ${name}`, await client.get(wholeOf(route, ids)));
      }
      app.setNow(null);
    };
    await askAll(answers.before);
    await world.fillHere();
    await askAll(answers.after);
    const [, crew] = world.members;
    if (!crew) throw new Error('Nobody is there');
    owner = crew.client;
    own = crew.ids;
  });
  afterAll(() => app.close());

  /** Only docs/permissions.md keeps somebody from asking. */
  function isPermitted({ name }: Route, { person }: Insider, answer: Answer): boolean {
    if (rules.roleMay(person.role, rules.ofRoute(name).permission)) {
      expect({ name, role: person.role, status: answer.status }).toEqual({ name, role: person.role, status: 200 });
      return true;
    }
    expectProblem(answer, 403, 'not_permitted');
    return false;
  }

  it.each(named(reads))(
    '%s tells a stranger the same whether the other one has people and papers or not',
    (_, route) => {
      for (const stranger of world.strangers) {
        const [before, after] = [answers.before, answers.after].map((all) => all.get(`${route.name} ${stranger.name}`));
        if (!before || !after) throw new Error('It was not asked');
        if (!isPermitted(route, stranger, after)) continue;
        expect(lasting(after.body)).toEqual(lasting(before.body));
        expect(world.hiddenIn(after.text, stranger)).toEqual([]);
      }
    },
  );

  it.each(named(counted))('%s counts for a stranger what it shows', (_, route) => {
    for (const stranger of world.strangers) {
      const answer = answers.after.get(`${route.name} ${stranger.name}`) as Answer;
      if (!isPermitted(route, stranger, answer)) continue;
      const { totalCount, items, data } = answer.body;
      expect(totalCount).toBeGreaterThan(0);
      expect(totalCount).toBe((items ?? data).length);
    }
  });

  it.each(named(lists))('%s has something to hide', async (_, route) => {
    const texts = world.members.map(async ({ client, ids }) => (await client.get(wholeOf(route, ids))).text);
    const shown = (await Promise.all(texts)).join();
    const [stranger] = world.strangers;
    expect(world.hiddenIn(shown, stranger as Insider)).not.toEqual([]);
  });

  it.each(named(lists.filter((route) => hasParameter(route, /(_id|Id)$/))))(
    '%s shows a stranger nothing when asked for a real id',
    async (_, route) => {
      const filters = (route.operation.parameters ?? []).filter(
        ({ in: where, name }) => where === 'query' && /(_id|Id)$/.test(name),
      );
      for (const stranger of world.strangers) {
        for (const { name } of filters) {
          const value = own[QUERY_IDS[name] ?? ''];
          if (value === undefined) throw new Error(`Say in QUERY_IDS what ${name} is the id of`);
          const answer = await stranger.client.get(`${wholeOf(route, stranger.ids)}&${name}=${value}`);
          // What is asked for by name, and not looked for, is not there.
          const missing = NAMED[name];
          if (missing && answer.status !== 403) expectProblem(answer, ...missing);
          else if (isPermitted(route, stranger, answer)) expect(answer.body.items ?? answer.body.data).toEqual([]);
        }
      }
    },
  );

  it('a certificate or diploma cannot point at a file or title of others', async () => {
    for (const { person, client } of world.strangers) {
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
