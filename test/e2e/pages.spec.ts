import { CREDENTIAL_KINDS, recorded } from '../support/credential-kinds';
import type { Person } from '../support/given';
import type { HttpClient } from '../support/http';
import { committedDocument, routesOf } from '../support/openapi';
import { created } from '../support/papers';
import { storedFile } from '../support/stored-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const INVITATIONS = '/api/v1/shared/invitations';

/** Odd, so that no page of two ends with the last of them. */
const AT_ONCE = 5;
const PAGE = 2;

const lists = routesOf(committedDocument())
  .filter(({ operation }) => operation.parameters?.some(({ name }) => name === 'cursor'))
  .map(({ path }) => path);

/** Everything in it happened at one instant and expires on one day or never: no list is in order by its first key alone. */
describe('a list of what is equal in its first key', () => {
  let app: TestApp;
  let person: Person;
  let client: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start();
    app.setNow(new Date());
    const organization = await app.given.organization();
    person = await app.given.person({ organization, role: 'admin' });
    client = await app.as(person);
    const owner = { person, client };
    const { id: file } = await storedFile(app, person);
    for (let made = 0; made < AT_ONCE; made += 1) {
      await app.given.person({ organization, role: 'crew-member' });
      const guest = { email: `guest-${made}@example.org`, role: 'crew-member', firstName: 'Zoé', lastName: 'Lemaître' };
      created(await client.post(INVITATIONS, guest));
      created(await client.post(`${CREW}/vessels`, { name: `Ship ${made}` }));
      for (const kind of CREDENTIAL_KINDS) await recorded(app, kind, owner, file);
      for (const expiryDate of ['2031-01-31', null]) {
        const certificate = { certificateType: made % 2 ? 'medical' : 'other', expiryDate };
        created(await client.post(`${CREW}/users/${person.uuid}/certificates`, certificate));
      }
      expect((await client.get(`/api/v1/shared/uploads/${file}`)).status).toBe(200);
    }
  });
  afterAll(() => app.close());

  const ask = async (path: string, query: string): Promise<{ items: { id: string }[]; nextCursor: string | null }> => {
    const { status, body } = await client.get(`${path.replace('{user_id}', person.uuid)}?${query}`);
    expect(status).toBe(200);
    if (!Array.isArray(body)) return body;
    return { items: body, nextCursor: body.length === PAGE ? body.at(-1).id : null };
  };

  it.each(lists)('%s shows each of them once, page after page, in the same order as at once', async (path) => {
    const { items: all } = await ask(path, 'limit=1000');
    expect(all.length).toBeGreaterThanOrEqual(AT_ONCE);
    const shown: object[] = [];
    let cursor: string | null = null;
    do {
      const page = await ask(path, `limit=${PAGE}${cursor ? `&cursor=${cursor}` : ''}`);
      shown.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null && shown.length <= all.length);
    expect(shown).toEqual(all);
  });
});
