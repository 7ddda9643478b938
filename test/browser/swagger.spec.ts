import type { Browser, Page } from 'playwright-core';
import { freePort } from '#libs/database';
import { openPage, startBrowser } from '../support/browser';
import type { Person } from '../support/given';
import { OpenIdProvider, ProviderKey } from '../support/openid';
import { TestApp } from '../support/test-app';

const AUDIENCE = 'https://credence.example.org';
/** As the page names its parts: tag and operation. */
const ME = '#operations-Profile-getProfile';
const DIPLOMAS = '#operations-Diplomas-listDiplomas';

let browser: Browser;
let provider: OpenIdProvider;
let app: TestApp;
let person: Person;
/** Of all requests to others, the only one that the page makes by itself. */
let discovery: string;

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
  person = await app.given.person({ organization: await app.given.organization(), role: 'office-admin' });
  discovery = `request: ${provider.issuer}/.well-known/openid-configuration`;
  const redirectUri = `${app.url}/docs/oauth2-redirect.html`;
  const people = { kari: { email: person.email, email_verified: true } };
  await provider.start(new ProviderKey(), people, { redirectUri, audience: AUDIENCE });
});
afterAll(async () => {
  await browser?.close();
  await provider?.stop();
  await app?.close();
});

async function openDocs() {
  const opened = await openPage(browser, app.url, { viewport: { width: 1280, height: 1000 } });
  await opened.page.goto('/docs');
  await opened.page.locator('.opblock-tag').first().waitFor();
  return opened;
}

const dialog = (page: Page) => page.locator('.modal-ux');

async function authorize(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  await dialog(page).waitFor();
}

/** Opens the operation, in its section, and executes it; answers status and body as the page shows them. */
async function tryOut(page: Page, operation: string, fill: (block: ReturnType<Page['locator']>) => Promise<void>) {
  const [, tag = ''] = operation.split('-');
  const section = page.locator(`#operations-tag-${tag}`);
  if ((await section.getAttribute('data-is-open')) !== 'true') await section.click();
  const block = page.locator(operation);
  await block.locator('.opblock-summary-control').click();
  await fill(block);
  await block.getByRole('button', { name: 'Execute' }).click();
  const answer = block.locator('.live-responses-table .response');
  const status = await answer.locator('.response-col_status').innerText();
  return { status: status.trim(), body: await answer.locator('.response-col_description').innerText() };
}

describe('the Swagger UI in a browser', () => {
  it('loads under its policy, asks no stranger, and tries out both contracts with the tokens of a sign-in', async () => {
    const { page, worries } = await openDocs();
    const { accessToken, sessionToken } = await app.signIn(person);
    await authorize(page);
    for (const [scheme, token] of [
      ['accessToken', accessToken],
      ['sessionToken', sessionToken],
    ] as const) {
      const form = dialog(page)
        .locator('.auth-container')
        .filter({ has: page.locator('h4', { hasText: scheme }) });
      await form.locator('input').fill(token);
      await form.getByRole('button', { name: 'Apply' }).click();
    }
    await dialog(page).locator('.close-modal').click();
    const me = await tryOut(page, ME, async () => undefined);
    expect(me.status).toBe('200');
    expect(me.body).toContain(person.email);
    const diplomas = await tryOut(page, DIPLOMAS, (block) => block.getByPlaceholder('userId').fill('me'));
    expect(diplomas.status).toBe('200');
    expect(diplomas.body).toContain('"pagination"');
    expect(worries).toEqual([discovery]);
  });

  it('signs in at the identity provider and comes back with a token that works', async () => {
    const { page, worries } = await openDocs();
    await authorize(page);
    const form = dialog(page).locator('.auth-container').filter({ hasText: 'identityProvider' });
    await form.getByText('authorization_code with PKCE').first().waitFor();
    // Of all that the provider can do, the one way in that works here.
    expect(await form.count()).toBe(1);
    const opening = page.waitForEvent('popup');
    await form.getByRole('button', { name: 'Apply' }).click();
    const popup = await opening;
    await popup.locator('input[name=login]').fill('kari');
    await popup.locator('input[name=password]').fill('any will do at this provider');
    await popup.locator('button[type=submit]').click();
    const closed = popup.waitForEvent('close');
    await popup.getByRole('button', { name: 'Continue' }).click();
    await closed;
    await form.getByRole('button', { name: 'Remove' }).waitFor();
    await dialog(page).locator('.close-modal').click();
    const me = await tryOut(page, ME, async () => undefined);
    expect(me.status).toBe('200');
    expect(me.body).toContain(person.email);
    expect(worries.map((worry) => worry.replace(/\?.*/, ''))).toEqual([discovery, `request: ${provider.issuer}/token`]);
  });
});
