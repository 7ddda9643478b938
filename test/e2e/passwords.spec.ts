import type { Organization } from '#libs/users';
import { expectProblem } from '../support/http';
import { Mails, tokenIn } from '../support/mails';
import { TestApp } from '../support/test-app';

const USERS = '/api/v1/shared/users';
const ACCEPT = '/auth/v1/rs/invitations/accept';

let app: TestApp;
let home: Organization;

beforeAll(async () => {
  app = await TestApp.start();
  home = await app.given.organization();
});
afterAll(() => app.close());

let made = 0;
/** Of somebody who is on the roster and chooses a password now. */
async function invitation(): Promise<{ email: string; token: string }> {
  made += 1;
  const admin = await app.as(await app.given.person({ organization: home, role: 'admin' }));
  const email = `kari.nordmann${made}@example.org`;
  const answer = await admin.post(USERS, { email, firstName: 'Kari', lastName: 'Nordmann', role: 'crew-member' });
  expect(answer.status).toBe(201);
  return { email, token: tokenIn(await new Mails(app.dataDir).arrived(email)) };
}

describe('an easily guessed password', () => {
  it.each(['password1', 'Kari.Nordmann', 'credence2026'])('%s is refused wherever one is set', async (password) => {
    const { token } = await invitation();
    const invited = await app.anonymous.post(ACCEPT, { token, password });
    expectProblem(invited, 422, 'password_too_common', 'password');

    const person = await app.given.person({ organization: home, role: 'crew-member' });
    const client = await app.as(person);
    await client.patch(`${USERS}/me`, { firstName: 'Kari', lastName: 'Nordmann' });
    const change = await client.post(`${USERS}/me/password`, {
      currentPassword: person.password,
      newPassword: password,
    });
    expectProblem(change, 422, 'password_too_common', 'newPassword');
    expect(JSON.stringify(change.body)).not.toContain(password);
    await app.signIn(person);
  });
});

describe('a password', () => {
  it.each(['only words here', '長い文章は覚えやすいです', '  blanks count  ', '☃☃ snow ☃☃'])(
    'may be %j',
    async (password) => {
      const { email, token } = await invitation();
      expect((await app.anonymous.post(ACCEPT, { token, password })).status).toBe(204);
      const credentials = { email, password };
      expect((await app.anonymous.post('/auth/v1/rs/login/credentials', credentials)).status).toBe(201);
    },
  );

  it.each([
    ['7 characters', 'a2b4c6d'],
    ['101 characters', 'x y'.repeat(34).slice(0, 101)],
  ])('of %s is refused by its length', async (_, password) => {
    const { token } = await invitation();
    expectProblem(await app.anonymous.post(ACCEPT, { token, password }), 400, 'invalid_request', 'password');
  });
});
