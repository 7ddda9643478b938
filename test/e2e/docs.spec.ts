import { newId } from '#libs/common';
import type { HttpClient } from '../support/http';
import { committedDocument, type Route, routesOf } from '../support/openapi';
import { TestApp } from '../support/test-app';

const document = committedDocument();
const withBody = routesOf(document).filter(({ operation }) => operation.requestBody);

describe('the documentation that the product serves', () => {
  let app: TestApp;
  let admin: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start();
    const organization = await app.given.organization();
    admin = await app.as(await app.given.person({ organization, role: 'admin' }));
  });
  afterAll(() => app.close());

  it('/openapi.json is the committed document', async () => {
    const { status, body } = await app.anonymous.get('/openapi.json');
    expect(status).toBe(200);
    expect(body).toEqual(document);
  });

  it('/docs is the Swagger UI with everything it needs', async () => {
    const page = await app.anonymous.get('/docs');
    expect(page.status).toBe(200);
    expect(page.text).toContain('<title>Credence API</title>');
    const assets = [...page.text.matchAll(/(?:src|href)="(\.\/docs\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) expect((await app.anonymous.get(asset)).status).toBe(200);
  });

  // 404 and 422 are about what the made-up ids stand for, 401 about the made-up account: the body itself was accepted.
  it.each(withBody.map((route) => [route.name, route] as const))(
    'the example of %s is a valid request',
    async (_, route) => {
      const body = route.operation.requestBody?.content['application/json']?.example;
      const answer = await admin.send(route.method, addressWithMadeUpIds(route), body);
      const isRefused = [400, 403, 413, 415].includes(answer.status);
      expect({ isRefused, body: isRefused ? answer.body : undefined }).toEqual({ isRefused: false, body: undefined });
    },
  );
});

function addressWithMadeUpIds({ path }: Route): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => (name.includes('_') ? newId() : '999999999'));
}
