import type { Browser, Page } from 'playwright-core';
import type { Organization } from '#libs/users';
import { openPage, startBrowser } from '../support/browser';
import { accessibilityFaults, openConsole } from '../support/console-page';
import type { Person } from '../support/given';
import type { HttpClient } from '../support/http';
import { created, ORIGINAL_SEEN, verificationOf } from '../support/papers';
import { pdf, pdfOf, type SampleFile } from '../support/sample-files';
import { sendReadyFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const SETTINGS = '/api/v1/shared/organization';

jest.setTimeout(120_000);

let browser: Browser;
let app: TestApp;

beforeAll(async () => {
  [browser, app] = await Promise.all([startBrowser(), TestApp.start()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

interface Office {
  organization: Organization;
  boss: Person;
  kari: Person;
  ola: Person;
  owner: Person;
  asBoss: HttpClient;
  asOla: HttpClient;
  asOwner: HttpClient;
}

async function office(): Promise<Office> {
  const organization = await app.given.organization();
  const [boss, kari, ola, owner] = [
    await app.given.person({ organization, role: 'admin' }),
    await app.given.person({ organization, role: 'office-employee' }),
    await app.given.person({ organization, role: 'office-admin' }),
    await app.given.person({ organization, role: 'crew-member' }),
  ];
  const [asBoss, asOla, asOwner] = [await app.as(boss), await app.as(ola), await app.as(owner)];
  return { organization, boss, kari, ola, owner, asBoss, asOla, asOwner };
}

/** A paper of the owner's that waits; by its number. */
async function waiting(
  { owner, asOwner }: Office,
  certificateNumber: string,
  file: SampleFile | null,
  by = asOwner,
): Promise<string> {
  const uploadId = file && (await sendReadyFile(app, by, file));
  const body = { certificateType: 'medical', certificateNumber, uploadId };
  return created(await by.post(`${CREW}/users/${owner.uuid}/certificates`, body)).id;
}

const statusOf = async ({ asOwner }: Office, id: string) =>
  (await asOwner.get(`${CREW}/certificates/${id}/verification`)).body;
const decideButton = (page: Page, name: string) =>
  page.locator('[data-pane=bar]').getByRole('button', { name: new RegExp(`^${name}`) });
const verifyButton = (page: Page) => decideButton(page, 'Verify');
const inFront = (page: Page, number: string) => page.locator('[data-pane=data] dd', { hasText: number }).waitFor();

async function until(page: Page, isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (await isSo()) return;
    await page.waitForTimeout(50);
  }
  throw new Error('It did not come to be so');
}

describe('at the desk', () => {
  it('Verify works once every page has been on the screen, and the decision says how many were', async () => {
    const day = await office();
    const id = await waiting(day, 'N1', pdfOf(3));
    const { page, worries } = await openConsole(browser, app, day.kari, '/review');
    await inFront(page, 'N1');
    await page.getByText('2 pages have not been shown yet.').waitFor();
    expect(await verifyButton(page).isDisabled()).toBe(true);
    await page.keyboard.press('v');
    await page.keyboard.press('ArrowRight');
    await page.getByText('1 page has not been shown yet.').waitFor();
    expect(await verifyButton(page).isDisabled()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('ArrowRight');
    await page.getByText('not been shown yet').waitFor({ state: 'detached' });
    await page.getByLabel('Method').selectOption('issuer_contacted');
    await page.getByLabel('Reference').fill('Call 4711');
    await verifyButton(page).click();
    await page.goto('about:blank');
    await until(page, async () => (await statusOf(day, id)).status === 'verified');
    const [{ decision }] = (await day.asOwner.get(`${CREW}/certificates/${id}/submissions`)).body;
    expect(decision).toMatchObject({ method: 'issuer_contacted', reference: 'Call 4711', pagesShown: 3 });
    expect(worries).toEqual([]);
    await page.context().close();
  });

  it('a rejection says how and when it was checked too, and a day to come stands in the way of either decision', async () => {
    const day = await office();
    await day.asBoss.patch(SETTINGS, { requiresShownFile: false });
    const id = await waiting(day, 'N1', pdf());
    const { page, worries } = await openConsole(browser, app, day.kari, '/review');
    await inFront(page, 'N1');
    await page.getByLabel('Method').selectOption('issuer_register');
    await until(page, async () => !(await verifyButton(page).isDisabled()));
    await page.getByLabel('Checked on').fill('2999-01-01');
    await page.getByText('A day from 1900 until today.').waitFor();
    for (const name of ['Verify', 'Reject']) expect(await decideButton(page, name).isDisabled()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Checked on').fill('2026-01-15');
    await decideButton(page, 'Reject').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio').first().check();
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await page.goto('about:blank');
    await until(page, async () => (await statusOf(day, id)).status === 'rejected');
    const [{ decision }] = (await day.asOwner.get(`${CREW}/certificates/${id}/submissions`)).body;
    expect(decision).toMatchObject({ method: 'issuer_register', checkedAt: '2026-01-14T23:00:00.000Z' });
    expect(worries).toEqual([]);
    await page.context().close();
  });

  it('it works at once where the organisation does not mind', async () => {
    const day = await office();
    await day.asBoss.patch(SETTINGS, { requiresShownFile: false });
    await waiting(day, 'N1', pdfOf(2));
    const { page } = await openConsole(browser, app, day.kari, '/review');
    await inFront(page, 'N1');
    await until(page, async () => !(await verifyButton(page).isDisabled()));
    expect(await page.getByText('not been shown yet').count()).toBe(0);
    await page.context().close();
  });

  it('a paper without a file is verified once the original is stated to have been seen, by keyboard', async () => {
    const day = await office();
    const id = await waiting(day, 'N1', null);
    const { page } = await openConsole(browser, app, day.kari, '/review');
    await page.getByText('There is no file. It can be verified once').waitFor();
    expect(await verifyButton(page).isDisabled()).toBe(true);
    await page.keyboard.press('o');
    expect(await page.getByLabel('Method').inputValue()).toBe('original_seen');
    await page.keyboard.press('v');
    await page.goto('about:blank');
    await until(page, async () => (await statusOf(day, id)).method === 'original_seen');
    await page.context().close();
  });

  it('what one may not decide on says so in the queue and before the document', async () => {
    const day = await office();
    const asKari = await app.as(day.kari);
    await waiting(day, 'N1', pdf(), asKari);
    const { page } = await openConsole(browser, app, day.kari, '/review');
    await page.getByText('You recorded, edited or uploaded something of it.').waitFor();
    await page.getByRole('list', { name: 'Queue' }).getByText('Not for you to verify').waitFor();
    await page.locator('[data-pane=document] [data-state=sharp]').waitFor();
    expect(await verifyButton(page).isDisabled()).toBe(true);
    expect(await decideButton(page, 'Reject').isDisabled()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  it('of two who have to verify it the second one sees the first, and verifies', async () => {
    const day = await office();
    await day.asBoss.patch(SETTINGS, { reviewPolicy: 'two_people' });
    const id = await waiting(day, 'N1', pdf());
    await day.asOla.post(`${CREW}/certificates/${id}/verify`);
    const { page } = await openConsole(browser, app, day.kari, '/review');
    await page.getByText('A second person has to verify it.').waitFor();
    await page.getByRole('list', { name: 'Queue' }).getByText('waits for a second person').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await until(page, async () => !(await verifyButton(page).isDisabled()));
    await page.keyboard.press('v');
    await page.goto('about:blank');
    await until(page, async () => (await statusOf(day, id)).status === 'verified');
    await page.context().close();
  });

  it('Z takes a decision back that was sent already, with a reason; the history tells all of it', async () => {
    const day = await office();
    const id = await waiting(day, 'N1', pdf());
    const { page, worries } = await openConsole(browser, app, day.kari, '/review');
    await inFront(page, 'N1');
    await until(page, async () => !(await verifyButton(page).isDisabled()));
    await page.keyboard.press('v');
    await page.getByText('Verified and sent: Medical certificate').waitFor();
    await page.keyboard.press('z');
    await page.getByRole('dialog').getByLabel('Why').fill('It is the certificate of somebody else.');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Take back/ })
      .click();
    await inFront(page, 'N1');
    await page.getByText('It is the certificate of somebody else.').waitFor();
    expect(await statusOf(day, id)).toMatchObject({ status: 'pending' });
    await until(page, async () => !(await verifyButton(page).isDisabled()));
    expect(worries).toEqual([]);
    await page.goto(`/console/people/${day.owner.uuid}`);
    await page
      .getByRole('button', { name: /Medical certificate/ })
      .first()
      .click();
    await page.getByText('The decision before was taken back by you').waitFor();
    await page.getByText('Checked: The document only').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  it('is the same on a phone and in French', async () => {
    const day = await office();
    await day.asBoss.patch(SETTINGS, { reviewPolicy: 'two_people' });
    const id = await waiting(day, 'N1', null);
    await day.asOla.post(`${CREW}/certificates/${id}/verify`, ORIGINAL_SEEN);
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: 'fr-FR' };
    const { page } = await openPage(browser, app.url, phone);
    await page.goto(`/console/review?item=${await verificationOf(app, id)}`);
    await page.getByLabel('Adresse e-mail').fill(day.kari.email);
    await page.getByLabel('Mot de passe').fill(day.kari.password);
    await page.getByRole('button', { name: 'Se connecter', exact: true }).click();
    await page.getByRole('button', { name: 'Données', exact: true }).click();
    await page.getByText('Une deuxième personne doit le vérifier.').waitFor();
    await page.getByText('Il n’y a pas de fichier.').waitFor();
    await page.getByLabel('Méthode').selectOption('original_seen');
    await until(page, async () => !(await page.getByRole('button', { name: 'Vérifier' }).isDisabled()));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });
});

describe('the settings of an organisation', () => {
  it('say what decisions need, and are changed by an admin', async () => {
    const day = await office();
    const { page, worries } = await openConsole(browser, app, day.boss, '/administration/organization');
    await page.getByLabel('Who may decide on a paper').selectOption('two_people');
    await page.getByLabel('Verify only what was shown').uncheck();
    await page.getByLabel('Without a file, the original must have been seen').uncheck();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect((await day.asBoss.get(SETTINGS)).body).toMatchObject({
      reviewPolicy: 'two_people',
      requiresShownFile: false,
      requiresFileOrOriginal: false,
    });
    expect(worries).toEqual([]);
    await page.context().close();
  });

  it('tell an admin what the upgrade has left open, until they choose', async () => {
    const day = await office();
    const { id } = day.organization;
    await app.database.query(
      `update organizations set review_policy = 'owner', is_review_policy_chosen = false where id = $1`,
      [id],
    );
    const { page } = await openConsole(browser, app, day.boss, '/administration/organization');
    await page.getByText('Only one person could decide here when this rule came').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Leave it so' }).click();
    await page.getByText('Only one person could decide here').waitFor({ state: 'detached' });
    expect((await day.asBoss.get(SETTINGS)).body).toMatchObject({ reviewPolicy: 'owner', isReviewPolicyChosen: true });
    await page.context().close();
  });
});
