import type { Browser, Page } from 'playwright-core';
import decodeQR from 'qr/decode.js';
import sharp from 'sharp';
import type { Organization } from '#libs/users';
import { startBrowser } from '../support/browser';
import { accessibilityFaults, beyondTheKeyboard, openConsole, signInByKeyboard } from '../support/console-page';
import type { Person } from '../support/given';
import { codeAt } from '../support/second-factor';
import { TestApp } from '../support/test-app';

/** What a browser writes down about any answer that is not a success. */
const REFUSED = /^error: Failed to load resource: the server responded with a status of (401|422)/;
const PHONE = { width: 360, height: 740 };

let browser: Browser;
let app: TestApp;
let organization: Organization;

beforeAll(async () => {
  // Passkeys want a name, which 127.0.0.1 is not.
  [browser, app] = await Promise.all([startBrowser(), TestApp.start({ host: 'localhost' })]);
  organization = await app.given.organization();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** What a camera would read from a picture of a QR code. */
async function textOf(png: Buffer): Promise<string> {
  const { data, info } = await sharp(png).resize({ width: 600 }).raw().toBuffer({ resolveWithObject: true });
  return decodeQR({ width: info.width, height: info.height, data });
}

/** The browser's own authenticator, which keeps keys and asks nobody. */
async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function openAccount() {
  const person = await app.given.person({ organization, role: 'office-employee' });
  const opened = await openConsole(browser, app, person, '/account', { locale: 'en-GB' });
  await addAuthenticator(opened.page);
  return { person, ...opened };
}

const dialog = (page: Page) => page.getByRole('dialog');
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const inDialog = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true }).click();

async function giveBackTokens(page: Page): Promise<void> {
  await page.evaluate('localStorage.clear(); sessionStorage.clear()');
  await page.goto('/console/sign-in');
}

async function firstStep(page: Page, { email, password }: Person): Promise<void> {
  await giveBackTokens(page);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await press(page, 'Sign in');
}

const signedIn = (page: Page) => page.getByRole('navigation', { name: 'Main navigation' }).waitFor();

async function addApp(page: Page, { password }: Person): Promise<{ secret: string; codes: string[] }> {
  await press(page, 'Add an authenticator app');
  await dialog(page).getByLabel('Your password').fill(password);
  await inDialog(page, 'Go on');
  const picture = dialog(page).getByRole('img', { name: 'QR code for the authenticator app' });
  const said = await textOf(await picture.screenshot());
  const secret = (await dialog(page).locator('code').innerText()).replaceAll(' ', '');
  expect(said).toContain(`secret=${secret}`);
  await dialog(page).getByLabel('Code of six digits').fill(codeAt(secret, new Date()));
  await inDialog(page, 'Add an authenticator app');
  await dialog(page).getByRole('list', { name: 'Your recovery codes' }).waitFor();
  return { secret, codes: await dialog(page).locator('code').allInnerTexts() };
}

describe('the second factor in the console', () => {
  it('an authenticator app is added with the password and a code, and shows ten recovery codes once', async () => {
    const { page, person, worries } = await openAccount();
    const { codes } = await addApp(page, person);
    expect(codes).toHaveLength(10);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await inDialog(page, 'I have kept them');
    await page.getByRole('row', { name: /Authenticator app/ }).waitFor();
    await page.getByText('You have 10 recovery codes left.').waitFor();

    await firstStep(page, person);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await beyondTheKeyboard(page)).toEqual([]);
    const field = page.getByLabel('Code of your authenticator app');
    await field.fill('aaaa-aaaa');
    await press(page, 'Sign in');
    await page.getByText('That is not right, or was used before. Try another one.').waitFor();
    await field.fill(codes[0] ?? '');
    await press(page, 'Sign in');
    await signedIn(page);
    expect(worries.filter((worry) => !REFUSED.test(worry))).toEqual([]);
    await page.context().close();
  });

  it('a passkey is made, signs in by keyboard alone, and is removed again with the password', async () => {
    const { page, person, worries } = await openAccount();
    await press(page, 'Add a passkey');
    await dialog(page).getByLabel('Name').fill('This laptop');
    await dialog(page).getByLabel('Your password').fill('not the password');
    await inDialog(page, 'Add a passkey');
    await dialog(page).getByText('The current password is not right.').waitFor();
    await dialog(page).getByLabel('Your password').fill(person.password);
    await inDialog(page, 'Add a passkey');
    await inDialog(page, 'I have kept them');
    await page.getByRole('row', { name: /Passkey: This laptop/ }).waitFor();

    await giveBackTokens(page);
    const signIn = signInByKeyboard(page, person, '/console/account');
    await page.getByRole('button', { name: 'Use a passkey' }).waitFor();
    await page.keyboard.press('Enter');
    await signIn;
    await page.getByRole('button', { name: 'Remove This laptop' }).click();
    await dialog(page).getByLabel('Your password').fill(person.password);
    await inDialog(page, 'Remove');
    await page.getByText('Your password is enough to sign in.').waitFor();
    await firstStep(page, person);
    await signedIn(page);
    expect(worries.filter((worry) => !REFUSED.test(worry))).toEqual([]);
    await page.context().close();
  });

  it('a device that has a passkey of the account makes no second one, and one that is not shown is no dead end', async () => {
    const { page, person } = await openAccount();
    const { secret } = await addApp(page, person);
    await inDialog(page, 'I have kept them');
    for (const outcome of ['added', 'refused']) {
      await press(page, 'Add a passkey');
      await dialog(page).getByLabel('Name').fill('This laptop');
      await dialog(page).getByLabel('Your password').fill(person.password);
      await inDialog(page, 'Add a passkey');
      if (outcome === 'added') await dialog(page).waitFor({ state: 'detached' });
      else await dialog(page).getByText('This device has a passkey for your account already.').waitFor();
    }
    const other = await browser.newContext({ baseURL: app.url, locale: 'en-GB' });
    const elsewhere = await other.newPage();
    const devtools = await other.newCDPSession(elsewhere);
    await devtools.send('WebAuthn.enable');
    await elsewhere.goto('/console/sign-in');
    await firstStep(elsewhere, person);
    const passkey = elsewhere.getByRole('button', { name: 'Use a passkey' });
    await passkey.waitFor();
    // A step later: the code that confirmed the app is used up.
    const code = codeAt(secret, new Date(Date.now() + 30_000));
    await elsewhere.getByLabel('Code of your authenticator app').fill(code);
    await press(elsewhere, 'Sign in');
    await signedIn(elsewhere);
    await Promise.all([other.close(), page.context().close()]);
  });

  it('where a session has ended the second step comes in place, and the page goes on', async () => {
    const { page, person } = await openAccount();
    const { secret } = await addApp(page, person);
    await inDialog(page, 'I have kept them');
    await app.database.query('update sessions set ended_at = now() where user_uuid = $1', [person.uuid]);
    await page.getByLabel('First name').fill('Karin');
    await press(page, 'Save');
    await dialog(page).getByLabel('Password').fill(person.password);
    await inDialog(page, 'Sign in');
    const code = codeAt(secret, new Date(Date.now() + 30_000));
    await dialog(page).getByLabel('Code of your authenticator app').fill(code);
    await inDialog(page, 'Sign in');
    await dialog(page).waitFor({ state: 'detached' });
    await page.getByText('Saved.').waitFor();
    await page.context().close();
  });

  it('speaks French, and fits a phone', async () => {
    const { page, person } = await openAccount();
    await page.setViewportSize(PHONE);
    const { secret } = await addApp(page, person);
    const isTooWide = () => page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(await isTooWide()).toBe(false);
    await inDialog(page, 'I have kept them');
    expect(await isTooWide()).toBe(false);
    await page.getByLabel('Language').selectOption('fr');
    await page.getByRole('heading', { name: 'Second facteur' }).waitFor();
    await page.getByText('Il vous reste 10 codes de secours.').waitFor();
    await page.evaluate('localStorage.removeItem("credence.refresh"); sessionStorage.clear()');
    await page.goto('/console/sign-in');
    await page.getByLabel('Adresse e-mail').fill(person.email);
    await page.getByLabel('Mot de passe').fill(person.password);
    await press(page, 'Se connecter');
    await page.getByLabel('Code de votre application d’authentification').waitFor();
    expect(await isTooWide()).toBe(false);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });
});
