import type { Organization } from '#libs/users';
import { Accounts } from '#libs/accounts';
import { expectProblem } from '../support/http';
import { TestApp } from '../support/test-app';

const USERS = '/api/v1/shared/users';

let app: TestApp;
let home: Organization;

beforeAll(async () => {
  app = await TestApp.start();
  home = await app.given.organization();
});
afterAll(() => app.close());

let made = 0;
const newUser = (password: string) => {
  made += 1;
  return {
    email: `kari.nordmann${made}@example.org`,
    password,
    firstName: 'Kari',
    lastName: 'Nordmann',
    role: 'crew-member',
  };
};

describe('an easily guessed password', () => {
  it.each(['password1', 'Kari.Nordmann', 'credence2026'])('%s is refused wherever one is set', async (password) => {
    const admin = await app.as(await app.given.person({ organization: home, role: 'admin' }));
    expectProblem(await admin.post(USERS, newUser(password)), 422, 'password_too_common', 'password');

    const setup = app.app.get(Accounts).createUser(home.id, { ...newUser(password), role: 'crew-member' });
    await expect(setup).rejects.toThrow('easy to guess');

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
      const admin = await app.as(await app.given.person({ organization: home, role: 'admin' }));
      const user = newUser(password);
      expect((await admin.post(USERS, user)).status).toBe(201);
      const credentials = { email: user.email, password };
      expect((await app.anonymous.post('/auth/v1/rs/login/credentials', credentials)).status).toBe(201);
    },
  );

  it.each([
    ['7 characters', 'a2b4c6d'],
    ['101 characters', 'x y'.repeat(34).slice(0, 101)],
  ])('of %s is refused by its length', async (_, password) => {
    const admin = await app.as(await app.given.person({ organization: home, role: 'admin' }));
    expectProblem(await admin.post(USERS, newUser(password)), 400, 'invalid_request', 'password');
  });
});
