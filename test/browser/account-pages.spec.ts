import type { Browser } from 'playwright-core';
import { openPage, startBrowser } from '../support/browser';
import type { HttpClient } from '../support/http';
import { Mails } from '../support/mails';
import { TestApp } from '../support/test-app';

const PASSWORD = 'another sentence nobody guesses';

let browser: Browser;
let app: TestApp;

beforeAll(async () => {
  [browser, app] = await Promise.all([startBrowser(), TestApp.start()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

async function adminOf(language: 'en' | 'fr'): Promise<HttpClient> {
  return app.as(await app.given.person({ organization: await app.given.organization({ language }), role: 'admin' }));
}

const linkIn = (mail: string) => /^http\S+/m.exec(mail)?.[0] ?? '';
const signIn = (email: string, password: string) =>
  app.anonymous.post('/auth/v1/rs/login/credentials', { email, password });

describe('the link of an invitation', () => {
  it('leads to a page that makes the account, says what is wrong with a password, and hides its token', async () => {
    const guest = { email: 'zoe@example.org', role: 'crew-member', firstName: 'Zoé', lastName: 'Lemaître' };
    await (await adminOf('en')).post('/api/v1/shared/invitations', guest);
    const link = linkIn(await new Mails(app.dataDir).arrived(guest.email));
    const { page, worries } = await openPage(browser, app.url, { viewport: { width: 900, height: 760 } });
    const response = await page.goto(link);
    expect(response?.headers()).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(page.url()).toBe(`${app.url}/accept-invitation?lang=en`);
    expect(await page.title()).toBe('Welcome · Credence');
    const field = page.getByLabel('New password');
    const choose = async (password: string) => {
      await field.fill(password);
      await page.getByRole('button', { name: 'Make my account' }).click();
    };
    const complaint = page.getByRole('alert');
    await choose('short');
    await complaint.getByText('Too short').waitFor();
    await choose('Lemaître2026');
    await complaint.getByText('Easy to guess').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    await page.getByLabel('Show the password').check();
    expect(await field.getAttribute('type')).toBe('text');
    await choose(PASSWORD);
    await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
    expect((await signIn(guest.email, PASSWORD)).status).toBe(201);
    // Opened again, in the same tab: the link is used up.
    await page.goto(link);
    await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
    await page.goto(`${app.url}/accept-invitation`);
    await page.getByRole('heading', { name: 'Open the link in your mail' }).waitFor();
    const refused = 'error: Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)';
    expect(worries).toEqual([refused, refused]);
  });

  it('leads somebody who has an account to a page without a password, which joins the organisation', async () => {
    const person = await app.given.person({ organization: await app.given.organization(), role: 'crew-member' });
    const guest = { email: person.email, role: 'crew-member', firstName: 'Zoé', lastName: 'Lemaître' };
    await (await adminOf('en')).post('/api/v1/shared/invitations', guest);
    const { page, worries } = await openPage(browser, app.url, { viewport: { width: 900, height: 760 } });
    await page.goto(linkIn(await new Mails(app.dataDir).arrived(person.email)));
    await page.getByText(`You have an account with ${person.email}`).waitFor();
    expect(await page.getByLabel('New password').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('heading', { name: 'You belong to the organisation' }).waitFor();
    expect((await (await app.as(person)).get('/api/v1/shared/users/me/memberships')).body).toHaveLength(2);
    expect(worries).toEqual([]);
  });
});

describe('the link for a new password', () => {
  it('speaks the language of the mail, fits a phone, and works with a keyboard alone', async () => {
    const organization = await app.given.organization({ language: 'fr' });
    const person = await app.given.person({ organization, role: 'crew-member' });
    await app.anonymous.post('/auth/v1/rs/password/forgot', { email: person.email });
    const link = linkIn(await new Mails(app.dataDir).arrived(person.email));
    const phone = { viewport: { width: 375, height: 667 }, colorScheme: 'dark' as const, locale: 'en-GB' };
    const { page, worries } = await openPage(browser, app.url, phone);
    await page.goto(link);
    await page.getByRole('heading', { name: 'Un nouveau mot de passe' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Votre mot de passe est changé' }).waitFor();
    expect((await signIn(person.email, PASSWORD)).status).toBe(201);
    expect(worries).toEqual([]);
  });
});
