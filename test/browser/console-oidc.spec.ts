import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { freePort } from '#libs/database';
import { openPage, startBrowser } from '../support/browser';
import type { Person } from '../support/given';
import { OpenIdProvider, ProviderKey } from '../support/openid';
import { TestApp } from '../support/test-app';

const AUDIENCE = 'https://credence.example.org';
const BACK = '/console/sign-in/provider';
/** What a browser writes down about any answer that is not a success. */
const REFUSED = /^error: Failed to load resource: the server responded with a status of (401|403)/;

let browser: Browser;
let provider: OpenIdProvider;
let app: TestApp;
let person: Person;
let colleague: Person;

beforeAll(async () => {
  browser = await startBrowser();
  provider = new OpenIdProvider(await freePort());
  app = await TestApp.start({
    environment: {
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_CLIENT_ID: 'credence-console',
    },
  });
  const organization = await app.given.organization();
  [person, colleague] = await Promise.all([
    app.given.person({ organization, role: 'office-admin' }),
    app.given.person({ organization, role: 'admin' }),
  ]);
  const people = {
    kari: { email: person.email, email_verified: true },
    stranger: { email: 'stranger@example.org', email_verified: true },
  };
  await provider.start(new ProviderKey(), people, { redirectUri: `${app.url}${BACK}`, audience: AUDIENCE });
});
afterAll(async () => {
  await browser?.close();
  await provider?.stop();
  await app?.close();
});

interface Opened {
  page: Page;
  worries: string[];
  /** What was sent to the provider and to the sign-in of the API. */
  sent: string[];
}

async function openConsole(path: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const { page, worries } = await openPage(browser, app.url, { locale: 'en-GB', ...options });
  const sent: string[] = [];
  page.context().on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (pathname === '/token' || pathname.startsWith('/auth/v1/')) sent.push(pathname);
    if (origin === provider.issuer && pathname.startsWith('/.well-known')) sent.push('discovery');
  });
  await page.goto(`/console${path}`);
  return { page, worries, sent };
}

const toProvider = (page: Page) => page.getByRole('link', { name: /127\.0\.0\.1/ });
const path = (page: Page) => page.url().slice(app.url.length);
const alert = (page: Page) => page.getByRole('alert').innerText();
/** Besides the discovery and the exchange of the code, nobody else was asked. */
const otherWorries = ({ worries }: Opened) =>
  worries.filter((worry) => !worry.startsWith(`request: ${provider.issuer}/`) && !REFUSED.test(worry));

/** At the provider: any password will do there. */
async function identify(page: Page, name: string): Promise<void> {
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any will do at this provider');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

describe('signing in to the console at the identity provider', () => {
  it('leads back to the page that was wanted, with a session of ours, and leaves no code behind', async () => {
    const opened = await openConsole('/people?role=crew-member');
    const { page, sent } = opened;
    await toProvider(page).click();
    await identify(page, 'kari');
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
    expect(path(page)).toBe('/console/people?role=crew-member');
    expect(sent).toEqual(['discovery', 'discovery', '/token', '/auth/v1/rs/login/oidc']);
    expect(await page.evaluate('Object.keys(sessionStorage)')).toEqual(['credence.tab']);
    await page.reload();
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
    expect(otherWorries(opened)).toEqual([]);
  });

  it('goes on in the tab whose session has ended, and nothing typed there is lost', async () => {
    const opened = await openConsole('/people');
    const { page } = opened;
    await toProvider(page).click();
    await identify(page, 'kari');
    await page.getByRole('button', { name: 'Add a person' }).click();
    await page.getByLabel('E-mail *').fill('new@example.org');
    await page.getByLabel('First name').fill('Nils');
    await page.getByLabel('Last name').fill('Ny');
    await (await app.as(colleague)).delete(`/api/v1/shared/users/${person.uuid}/sessions`);
    await page.getByRole('button', { name: 'Send the invitation' }).click();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    const opening = page.context().waitForEvent('page');
    await toProvider(page).click();
    // The provider still knows them, and asks nothing.
    await (await opening).getByText('go on in the other one').waitFor();
    await page.getByText('An invitation was sent to new@example.org.').waitFor();
    expect(otherWorries(opened)).toEqual([]);
  });

  it('that was cancelled there says so, in French too, and can be begun again', async () => {
    const { page, sent } = await openConsole('/people', { locale: 'fr-FR' });
    await toProvider(page).click();
    await page.getByRole('link', { name: /Cancel/ }).click();
    expect(await alert(page)).toContain('a été annulée ou refusée');
    expect(path(page)).toBe(BACK);
    expect(sent).not.toContain('/token');
    await toProvider(page).click();
    await identify(page, 'kari');
    await page.waitForURL(`${app.url}/console/people`);
  });

  it('is refused for an answer that this tab did not ask for, before anybody is sent anything', async () => {
    const { page, sent } = await openConsole('/people');
    await toProvider(page).click();
    await page.locator('input[name=login]').waitFor();
    const asked = sent.length;
    await page.goto(`${BACK}?code=of-somebody-else&state=another`);
    expect(await alert(page)).toContain('was not begun in this tab');
    expect(sent.slice(asked)).toEqual([]);
    expect(await page.evaluate('Object.keys({ ...sessionStorage, ...localStorage })')).toEqual([]);
    // Nor does the right answer count any more.
    await page.goto(`${BACK}?code=of-somebody-else`);
    expect(await alert(page)).toContain('was not begun in this tab');
  });

  it('ends with a plain word for somebody who has no account here', async () => {
    const { page } = await openConsole('/people');
    await toProvider(page).click();
    await identify(page, 'stranger');
    expect(await alert(page)).toContain('knows you, but there is no active account for you here');
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual([]);
    await page.getByRole('link', { name: 'Other ways to sign in' }).click();
    await page.waitForURL(`${app.url}/console/sign-in?next=%2Fpeople`);
  });
});
