import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import type { Organization } from '#libs/users';
import { openPage, startBrowser } from '../support/browser';
import type { Person } from '../support/given';
import type { HttpClient } from '../support/http';
import { created } from '../support/papers';
import { TestApp } from '../support/test-app';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TITLES = '/users-organizations/v1/rs/titles';
/** What a browser writes down about any answer that is not a success. */
const REFUSED = /^error: Failed to load resource: the server responded with a status of (401|412)/;

let browser: Browser;
let app: TestApp;
let organization: Organization;
let admin: Person;
let colleague: Person;
let asColleague: HttpClient;
let page: Page;
let worries: string[];

beforeAll(async () => {
  [browser, app] = await Promise.all([startBrowser(), TestApp.start()]);
  organization = await app.given.organization();
  admin = await app.given.person({ organization, role: 'admin' });
  colleague = await app.given.person({ organization, role: 'admin' });
  asColleague = await app.as(colleague);
  const member = await app.given.person({ organization, role: 'crew-member' });
  const papers = `/api/v1/crew/users/${member.uuid}/certificates`;
  created(await asColleague.post(papers, { certificateType: 'medical', expiryDate: '2020-01-31' }));
  const { id } = created(await asColleague.post(papers, { certificateType: 'other', certificateNumber: 'X-1' }));
  await (await app.as(admin)).post(`/api/v1/crew/certificates/${id}/reject`, { reason: 'Unreadable' });
  ({ page, worries } = await openPage(browser, app.url, { viewport: { width: 1366, height: 768 }, locale: 'en-GB' }));
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const field = (label: string) => page.getByLabel(label, { exact: false }).first();
const button = (name: string) => page.getByRole('button', { name });
const heading = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
const row = (text: string) => page.getByRole('row').filter({ hasText: text });

async function giveCredentials({ password }: Person, email?: string): Promise<void> {
  if (email) await field('E-mail address').fill(email);
  await field('Password').fill(password);
  await button('Sign in').click();
}

/** Nothing is on its way any more. */
const settled = () => page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });

function violations(): Promise<string[]> {
  return page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target)))`);
}

describe('the console', () => {
  it('serves its page for any screen, with a policy that lets nothing else run, and its files for good', async () => {
    const answer = await fetch(`${app.url}/console/people?search=x`, { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    const [, script = ''] = /<script type="module"[^>]* src="([^"]+)"/.exec(await answer.text()) ?? [];
    const file = await fetch(app.url + script, { headers: { 'accept-encoding': 'br' } });
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(file.headers.get('content-encoding')).toBe('br');
    expect((await fetch(`${app.url}/console/assets/gone.js`)).status).toBe(404);
  });

  it('refuses a wrong password in words and, signed in, is where one wanted to be', async () => {
    await page.goto('/console/administration/users?role=admin');
    await field('E-mail address').fill(admin.email);
    await field('Password').fill('not the right one');
    await button('Sign in').click();
    await page.getByText('E-mail address or password is not right.').waitFor();
    expect(await field('E-mail address').inputValue()).toBe(admin.email);
    await giveCredentials(admin);
    await heading('Users');
    expect(page.url()).toBe(`${app.url}/console/administration/users?role=admin`);
    await row(admin.email).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(2);
  });

  it('keeps what was typed when the session ends, asks for the password, and goes on', async () => {
    await row(colleague.email).getByRole('button', { name: 'Edit' }).click();
    await field('First name').fill('Ingrid');
    expect((await asColleague.delete(`/api/v1/shared/users/${admin.uuid}/sessions`)).status).toBe(204);
    await button('Save').click();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    await page.getByLabel('Password').fill(admin.password);
    await button('Sign in').click();
    await page.getByText('Saved.').waitFor();
    await row('Ingrid').waitFor();
  });

  it('leads from a figure of the overview to the list behind it', async () => {
    await page.goto('/console/');
    await heading('Overview');
    await page.getByRole('link', { name: 'Rejected and not sent in again: 1' }).waitFor();
    await page.getByRole('link', { name: 'Medical certificate, Expired: 1' }).click();
    await heading('Certificates');
    expect(new URL(page.url()).searchParams.get('certificate_type')).toBe('medical');
    await row('31 Jan 2020').getByText('Expired').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.goBack();
    await heading('Overview');
  });

  it("has an administrator's day: invite somebody, change a role, rename a title that a colleague renames too", async () => {
    await page.getByRole('link', { name: 'Administration' }).click();
    await heading('Users');
    await button('Add a person').click();
    await field('E-mail *').fill('zoe@example.org');
    await page.getByLabel('First name').fill('Zoé');
    await page.getByLabel('Last name').fill('Lemaître');
    await page.getByRole('dialog').getByLabel('Role').selectOption('office-employee');
    await button('Send the invitation').click();
    await page.getByText('An invitation was sent to zoe@example.org.').waitFor();
    await page.getByRole('link', { name: 'Invitations' }).click();
    await row('zoe@example.org').getByText('Office employee').waitFor();

    await page.getByRole('link', { name: 'Users' }).click();
    await row(colleague.email).getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByLabel('Role').selectOption('office-admin');
    await button('Save').click();
    await row(colleague.email).getByText('Office administrator').waitFor();

    const { id } = created(await asColleague.post(TITLES, { name: 'Chief Mate' }));
    await page.getByRole('link', { name: 'Titles' }).click();
    await row('Chief Mate').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('Title').fill('Chief Officer');
    expect((await asColleague.patch(`${TITLES}/${id}`, { name: 'First Mate' })).status).toBe(200);
    await button('Save').click();
    await page.getByText('was “Chief Mate”, is now “First Mate”').waitFor();
    expect(await page.getByRole('dialog').getByLabel('Title').inputValue()).toBe('Chief Officer');
    await button('Save').click();
    await row('Chief Officer').waitFor();
  });

  it('shows in the trail what that day left there, filtered in the address', async () => {
    await page.getByRole('link', { name: 'Audit trail' }).click();
    await heading('Audit trail');
    await field('Action').fill('title.update');
    await page.waitForURL(/action=title\.update/);
    await page.locator('tbody tr').nth(2).waitFor({ state: 'detached' });
    await row('First Mate → Chief Officer').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(2);
    await page.reload();
    await row('First Mate → Chief Officer').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(2);
  });

  it('shows a new key its secret once', async () => {
    await page.getByRole('link', { name: 'API keys' }).click();
    await button('New API key').click();
    await field('What it is for').fill('Payroll');
    await page.getByLabel('people:read').check();
    await button('Create').click();
    const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue();
    expect(
      (await fetch(`${app.url}/api/v1/shared/users`, { headers: { authorization: `Bearer ${secret}` } })).status,
    ).toBe(200);
    await button('I have stored it').click();
    await row('Payroll').waitFor();
    expect(await page.content()).not.toContain(secret);
  });

  it('has no violation that axe-core finds on any of these screens, light or dark', async () => {
    const tabs = ['users', 'invitations', 'titles', 'organization', 'sessions', 'api-keys', 'audit'];
    const screens = ['overview', 'certificates', 'account', ...tabs.map((tab) => `administration/${tab}`)];
    const found: string[] = [];
    for (const screen of screens) {
      await page.goto(`/console/${screen}`);
      await page.locator('h1').waitFor();
      await settled();
      await page.evaluate(AXE);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        found.push(...(await violations()).map((violation) => `${screen}, ${colorScheme}: ${violation}`));
      }
    }
    expect(found).toEqual([]);
  });

  it('opens in a browser whose language is none', async () => {
    const odd = await openPage(browser, app.url, {});
    await odd.page.addInitScript(`Object.defineProperty(navigator, 'languages', { value: ['en-US@posix'] })`);
    await odd.page.goto('/console/overview');
    await odd.page.getByLabel('E-mail address').waitFor();
    expect(odd.worries).toEqual([]);
    await odd.page.context().close();
  });

  it('speaks French, fits a phone, and shows a professional only what is theirs', async () => {
    const member = await app.given.person({ organization, role: 'crew-member' });
    const phone = await openPage(browser, app.url, { viewport: { width: 390, height: 844 }, locale: 'fr-FR' });
    await phone.page.goto('/console/overview');
    await phone.page.getByLabel('Adresse e-mail').fill(member.email);
    await phone.page.getByLabel('Mot de passe').first().fill(member.password);
    await phone.page.getByRole('button', { name: 'Se connecter' }).click();
    await phone.page.getByRole('heading', { name: 'Cette page n’est pas pour votre rôle' }).waitFor();
    await phone.page.getByRole('button', { name: 'Menu' }).first().click();
    expect(await phone.page.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual(['Mes documents']);
    expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await phone.page.locator('html').getAttribute('lang')).toBe('fr');
    expect(phone.worries).toEqual([]);
  });

  it('signs out in every tab, and worries nobody who looks into the browser’s console', async () => {
    const other = await page.context().newPage();
    await other.goto('/console/account');
    await other.getByRole('heading', { name: 'My account' }).waitFor();
    await page.getByRole('button', { name: organization.name }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await Promise.all([page, other].map((tab) => tab.getByRole('button', { name: 'Sign in' }).waitFor()));
    expect(await page.evaluate(`localStorage.getItem('credence.refresh')`)).toBeNull();
    expect(worries.filter((worry) => !REFUSED.test(worry))).toEqual([]);
  });
});
