import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Organization } from '#libs/users';
import { startBrowser } from '../support/browser';
import { accessibilityFaults, beyondTheKeyboard, openConsole } from '../support/console-page';
import type { Person } from '../support/given';
import type { HttpClient } from '../support/http';
import { created, ORIGINAL_SEEN } from '../support/papers';
import { html, image, pdf, type SampleFile } from '../support/sample-files';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const REASON = 'The number cannot be read. Please send it in again.';

let browser: Browser;
let app: TestApp;
let organization: Organization;
let officer: Person;
let office: HttpClient;

beforeAll(async () => {
  [browser, app] = await Promise.all([startBrowser(), TestApp.start()]);
  organization = await app.given.organization();
  officer = await app.given.person({ organization, role: 'admin' });
  office = await app.as(officer);
  await office.post('/users-organizations/v1/rs/titles', { name: 'Master Mariner' });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const chosen = ({ filename: name, mime: mimeType, bytes: buffer }: SampleFile) => ({ name, mimeType, buffer });
const row = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Files being sent' }).locator('li', { hasText: name });
const card = (page: Page, text: string) => page.locator('[data-paper]', { hasText: text });
const dialog = (page: Page) => page.getByRole('dialog');
const said = (page: Page, text: string) => page.getByText(text, { exact: false }).first().waitFor();

describe('a professional', () => {
  it('sends files, records papers, reads why one was rejected, corrects it and is approved', async () => {
    const owner = await app.given.person({ organization, role: 'crew-member' });
    const { page, worries, forbidden } = await openConsole(browser, app, owner);
    await page.waitForURL('**/console/own');
    await said(page, 'No papers on record yet.');
    expect(await accessibilityFaults(page)).toEqual([]);

    // One is stopped on its way, and sent after all.
    const files = page.locator('input[type=file][multiple]');
    await page.route('**/storage/objects', () => undefined, { times: 1 });
    const photo = { ...(await image('jpeg', 600)), filename: 'diploma.jpg' };
    const isOnItsWay = page.waitForRequest('**/storage/objects');
    await files.setInputFiles([chosen(photo)]);
    await isOnItsWay;
    await row(page, 'diploma.jpg').getByRole('button', { name: 'Cancel diploma.jpg' }).click();
    await row(page, 'diploma.jpg').getByText('Cancelled').waitFor();
    await row(page, 'diploma.jpg').getByRole('button', { name: 'Try again: diploma.jpg' }).click();
    // Two more at once, of which one is not what it says.
    const scan = { ...pdf(200_000), filename: 'medical.pdf' };
    const letter = { ...pdf(), filename: 'letter.pdf', bytes: html() };
    await files.setInputFiles([scan, letter].map(chosen));
    await row(page, 'letter.pdf').getByText('its content is of another kind').waitFor();
    await row(page, 'medical.pdf').getByText('Arrived and checked').waitFor();
    await row(page, 'diploma.jpg').getByText('Arrived and checked').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await beyondTheKeyboard(page)).toEqual([]);
    await row(page, 'letter.pdf').getByRole('button', { name: 'Remove letter.pdf' }).click();

    // What has arrived becomes a certificate; what is typed survives a reload, and what is wrong is said at its field.
    await row(page, 'medical.pdf').getByRole('button', { name: 'New certificate' }).click();
    await dialog(page).getByLabel('Kind of certificate').selectOption('medical');
    await dialog(page).getByText('two years after the examination').waitFor();
    await dialog(page).getByLabel('Number').fill('ENG1-1');
    await dialog(page).getByLabel('Issued on').fill('2026-02-01');
    await dialog(page).getByLabel('Valid until').fill('2026-01-01');
    await dialog(page).getByText('Before the date of issue.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await beyondTheKeyboard(page)).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Close' }).click();
    await row(page, 'medical.pdf').getByRole('button', { name: 'New certificate' }).click();
    await dialog(page).getByText('what you had typed before').waitFor();
    expect(await dialog(page).getByLabel('Number').inputValue()).toBe('ENG1-1');
    await dialog(page).getByLabel('Valid until').fill('2199-01-01');
    await dialog(page).getByRole('button', { name: 'Record and send in' }).click();
    await card(page, 'ENG1-1').getByText('Waiting for review').waitFor();
    expect(await row(page, 'medical.pdf').count()).toBe(0);

    // After a reload the other file is still there to be said what it is.
    await page.reload();
    await row(page, 'diploma.jpg').getByRole('button', { name: 'New diploma' }).click();
    await dialog(page).getByLabel('Title').selectOption({ label: 'Master Mariner' });
    await dialog(page).getByLabel('Obtained on').fill('2020-06-01');
    await dialog(page).getByRole('button', { name: 'Record and send in' }).click();
    await card(page, 'Master Mariner').getByText('Waiting for review').waitFor();

    const certificate = await onlyCertificate(owner);
    await office.post(`${CREW}/certificates/${certificate}/reject`, { reason: REASON });
    await page.reload();
    await page.getByText('Action needed').waitFor();
    const rejected = page.locator('[data-paper]').first();
    await rejected.getByText(`Rejected: ${REASON}`).waitFor();
    await rejected.getByRole('button', { name: 'Correct and send in again' }).click();
    await dialog(page).getByText(REASON).waitFor();
    await dialog(page).getByLabel('Number').fill('ENG1-2026-7');
    // Without a connection it waits, and is sent once.
    await page.context().setOffline(true);
    await dialog(page).getByRole('button', { name: 'Send in again' }).click();
    await page.getByText('You are offline.').waitFor();
    await page.context().setOffline(false);
    await card(page, 'ENG1-2026-7').getByText('Waiting for review').waitFor();

    expect((await office.post(`${CREW}/certificates/${certificate}/verify`, ORIGINAL_SEEN)).status).toBe(200);
    await page.reload();
    const verified = card(page, 'ENG1-2026-7');
    await verified.getByText('Verified', { exact: true }).first().waitFor();
    await verified.getByText('Rejected by the office').waitFor();
    await verified.getByText('2nd submission', { exact: true }).waitFor();
    await verified.locator('ins', { hasText: 'ENG1-2026-7' }).waitFor();
    await verified.getByRole('img').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await beyondTheKeyboard(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      verified.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(sha256(readFileSync(await download.path()))).toBe(sha256(scan.bytes));
    await verified.getByRole('button', { name: 'View' }).click();
    await dialog(page).locator('[data-state=sharp]').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await beyondTheKeyboard(page)).toEqual([]);
    await page.keyboard.press('Escape');
    const { body: history } = await office.get(`${CREW}/certificates/${certificate}/submissions`);
    expect(history).toHaveLength(2);
    expect(forbidden).toEqual([]);
    expect(worries.filter((worry) => !isExpected(worry))).toEqual([]);
    await page.context().close();
  });

  it('records a passport with its file and the state by its name, sees it, and corrects it', async () => {
    const owner = await app.given.person({ organization, role: 'crew-member' });
    const asOwner = await app.as(owner);
    const { page, worries, forbidden } = await openConsole(browser, app, owner, '/own');
    await page.getByRole('button', { name: 'Add an identity document' }).click();
    await dialog(page).getByLabel('Kind of document').selectOption('passport');
    await dialog(page).getByText('page with the photograph').waitFor();
    await dialog(page).getByLabel('Number').fill('P0123456A');
    await dialog(page).getByLabel('Issuing state').fill('philipp');
    await page.getByRole('option', { name: 'Philippines (PHL)' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await dialog(page).getByLabel('Issuing state').inputValue()).toBe('Philippines (PHL)');
    await dialog(page).getByLabel('Issued on').fill('2023-06-14');
    await dialog(page).getByLabel('Valid until').fill('2099-06-13');
    const scan = { ...(await image('jpeg', 700)), filename: 'passport.jpg' };
    await dialog(page).locator('input[type=file]').setInputFiles(chosen(scan));
    await dialog(page).getByText('Arrived and checked').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await beyondTheKeyboard(page)).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Record and send in' }).click();
    const passport = card(page, 'Passport');
    await passport.getByText('P0123456A · Philippines (PHL) · Valid until').waitFor();
    await passport.getByText('Waiting for review').waitFor();
    await passport.getByText('In date').waitFor();
    await page.getByText('1 waits for review').waitFor();
    const list = `${CREW}/users/${owner.uuid}/identity-documents`;
    const { body: recorded } = await asOwner.get(list);
    expect(recorded).toMatchObject([
      { documentType: 'passport', issuingState: 'PHL', expiryDate: '2099-06-13', uploadId: expect.any(String) },
    ]);

    await open(passport);
    await passport.getByRole('img').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      passport.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(sha256(readFileSync(await download.path()))).toBe(sha256(scan.bytes));
    const document = `${CREW}/identity-documents/${recorded[0].id}`;
    await office.post(`${document}/reject`, { reason: REASON });
    await page.reload();
    await passport.getByRole('button', { name: 'Correct and send in again' }).click();
    await dialog(page).getByLabel('Issuing state').fill('nowhere');
    await page.getByText('No state is called that.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('No state is called that.').waitFor({ state: 'detached' });
    await dialog(page).getByLabel('Issuing state').fill('norw');
    await page.getByRole('option', { name: 'Norway (NOR)' }).click();
    await dialog(page).getByLabel('Notes').fill('It was the other one.');
    await dialog(page).getByRole('button', { name: 'Send in again' }).click();
    await passport.getByText('P0123456A · Norway (NOR)').waitFor();
    await passport.locator('del', { hasText: 'Philippines (PHL)' }).waitFor();
    await passport.locator('ins', { hasText: 'Norway (NOR)' }).waitFor();
    expect((await asOwner.get(document)).body).toMatchObject({
      issuingState: 'NOR',
      documentNumber: 'P0123456A',
      notes: 'It was the other one.',
      verification: { status: 'pending' },
    });
    expect(await accessibilityFaults(page)).toEqual([]);

    await passport.getByRole('button', { name: 'Delete Passport P0123456A' }).click();
    await dialog(page).getByRole('button', { name: 'Delete', exact: true }).click();
    await passport.waitFor({ state: 'detached' });
    expect((await asOwner.get(list)).body).toEqual([]);
    expect(forbidden).toEqual([]);
    expect(worries).toEqual([]);
    await page.context().close();
  });

  it('says what kind a certificate is, is told what it has to have, and renews it from its card', async () => {
    const owner = await app.given.person({ organization, role: 'crew-member' });
    const asOwner = await app.as(owner);
    const { page } = await openConsole(browser, app, owner, '/own');
    await page.getByRole('button', { name: 'Add a certificate' }).click();
    await dialog(page).getByLabel('Kind of certificate').selectOption('medical');
    await dialog(page).getByLabel('Exact kind').fill('seafarer med');
    await page.getByRole('option', { name: 'Seafarer medical certificate (MED-STCW)' }).click();
    await dialog(page).getByLabel('Number').fill('ENG1-OLD');
    await dialog(page).getByLabel('Valid until').fill('2023-01-01');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Record and send in' }).click();
    await dialog(page).getByText('has to have this').first().waitFor();
    await dialog(page).getByLabel('Issued by').fill('Dr. Hansen');
    await dialog(page).getByLabel('Issued on').fill('2021-01-02');
    await dialog(page).getByRole('button', { name: 'Record and send in' }).click();
    const old = card(page, 'ENG1-OLD');
    await old.getByText('Seafarer medical certificate (MED-STCW)').waitFor();

    await old.getByRole('button', { name: /^Record the new one/ }).click();
    await dialog(page).getByLabel('Number').fill('ENG1-NEW');
    await dialog(page).getByLabel('Issued on').fill('2026-01-02');
    await dialog(page).getByLabel('Valid until').fill('2199-01-01');
    await dialog(page).getByRole('button', { name: 'Record and send in' }).click();
    await card(page, 'ENG1-NEW').getByText('Waiting for review').waitFor();
    const [renewal, replaced] = (await asOwner.get(`${CREW}/users/${owner.uuid}/certificates`)).body;
    expect(renewal).toMatchObject({ certificateNumber: 'ENG1-NEW', renewsId: replaced.id, certificateType: 'medical' });
    expect(renewal.lines).toHaveLength(2);
    await old.getByText('It has run out').waitFor();

    // Once the new one is verified the old one is history.
    expect((await office.post(`${CREW}/certificates/${renewal.id}/verify`, ORIGINAL_SEEN)).status).toBe(200);
    await page.reload();
    await page.getByText('1 paper that another one has replaced').waitFor();
    expect(await old.getByText('It has run out').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  it('is asked for a new one of what has run out, unless there is one of the same state', async () => {
    const owner = await app.given.person({ organization, role: 'crew-member' });
    const asOwner = await app.as(owner);
    const list = `${CREW}/users/${owner.uuid}/identity-documents`;
    const visa = { documentType: 'visa', issueDate: '2020-01-01' };
    const others = [
      { documentNumber: 'OLD-US', issuingState: 'US', expiryDate: '2021-01-01' },
      { documentNumber: 'OLD-AU', issuingState: 'AU', expiryDate: '2021-01-01' },
      { documentNumber: 'NEW-AU', issuingState: 'AUS', expiryDate: '2099-01-01' },
    ];
    const recorded: string[] = [];
    for (const other of others) recorded.push(created(await asOwner.post(list, { ...visa, ...other })).id);
    const asReviewer = await app.as(await app.given.person({ organization, role: 'office-employee' }));
    // One that nobody has verified takes nobody's place.
    const verdict = `${CREW}/identity-documents/${recorded[2]}/verify`;
    expect((await asReviewer.post(verdict, ORIGINAL_SEEN)).status).toBe(200);
    const { page } = await openConsole(browser, app, owner, '/own');
    await card(page, 'OLD-US').getByText('It has run out').waitFor();
    expect(await card(page, 'OLD-AU').getByText('It has run out').count()).toBe(0);
    await card(page, 'OLD-US').getByRole('button', { name: 'Record the new one: Visa OLD-US' }).click();
    await dialog(page).getByRole('heading', { name: 'New identity document' }).waitFor();
    await page.context().close();
  });
});

describe('the office', () => {
  it('finds people by filters, adds a paper for somebody else, and sees what a colleague has changed meanwhile', async () => {
    const owner = await app.given.person({ organization, role: 'crew-member' });
    const asOwner = await app.as(owner);
    const papers = `${CREW}/users/${owner.uuid}/certificates`;
    const { body: certificate } = await asOwner.post(papers, {
      certificateType: 'gmdss_endorsement',
      certificateNumber: 'G-1',
      notes: 'n',
    });
    await office.post(`${CREW}/certificates/${certificate.id}/reject`, { reason: REASON });
    const { page, worries, forbidden } = await openConsole(browser, app, officer, '/people');
    const list = page.getByRole('region', { name: 'People' });
    await list.getByRole('link').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Papers').selectOption('action_needed');
    await page.waitForURL('**/people?verification_state=action_needed');
    await page.getByText('1 row', { exact: true }).waitFor();
    await page.reload();
    await list.getByRole('link').click();
    await page.waitForURL(`**/people/${owner.uuid}`);
    await page.getByText(owner.email).waitFor();
    await page.getByText('1 paper was rejected').waitFor();
    await open(card(page, 'G-1'));
    await card(page, 'G-1')
      .getByText(/^Rejected by you/)
      .waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await beyondTheKeyboard(page)).toEqual([]);

    // For somebody else, from a link.
    await page.goto(`/console/people/${owner.uuid}/certificates/new`);
    await dialog(page).getByLabel('Kind of certificate').selectOption('stcw_basic_safety');
    const scan = { ...pdf(), filename: 'bst.pdf' };
    await dialog(page).locator('input[type=file]').setInputFiles(chosen(scan));
    await dialog(page).getByText('Arrived').first().waitFor();
    await dialog(page).getByRole('button', { name: 'Record and send in' }).click();
    await card(page, 'STCW basic safety').getByText('Waiting for review').waitFor();
    const mine = (await asOwner.get(papers)).body.find((each: { certificateType: string }) =>
      each.certificateType.startsWith('stcw'),
    );
    expect(mine).toMatchObject({ uploadedByUserId: officer.uuid, uploadId: expect.any(String) });

    // A colleague is faster: both values are shown, and nothing that was typed is lost.
    await card(page, 'G-1').getByRole('button', { name: 'Correct and send in again' }).click();
    await dialog(page).getByLabel('Number').fill('G-3');
    await dialog(page).getByLabel('Issued by').fill('Office of Norway');
    await asOwner.patch(`${CREW}/certificates/${certificate.id}`, { certificateNumber: 'G-2', notes: 'theirs' });
    await dialog(page).getByRole('button', { name: 'Send in again' }).click();
    const conflict = dialog(page).getByRole('alert');
    await conflict.getByText('Somebody has changed this paper meanwhile').waitFor();
    await conflict.getByLabel('Stored now: G-2').waitFor();
    expect(await conflict.getByLabel('Yours: G-3').isChecked()).toBe(true);
    expect(await dialog(page).getByLabel('Notes').inputValue()).toBe('theirs');
    expect(await accessibilityFaults(page)).toEqual([]);
    await conflict.getByLabel('Stored now: G-2').check();
    await dialog(page).getByRole('button', { name: 'Save with these' }).click();
    await card(page, 'Office of Norway').getByText('Waiting for review').waitFor();
    expect((await asOwner.get(`${CREW}/certificates/${certificate.id}`)).body).toMatchObject({
      certificateNumber: 'G-2',
      issuingAuthority: 'Office of Norway',
      notes: 'theirs',
    });

    await open(card(page, 'STCW basic safety'));
    await card(page, 'STCW basic safety').getByRole('button', { name: 'Delete STCW basic safety' }).click();
    await dialog(page).getByRole('button', { name: 'Delete', exact: true }).click();
    await card(page, 'STCW basic safety').waitFor({ state: 'detached' });

    await page.goto('/console/people');
    await page.getByRole('button', { name: 'Add a person' }).click();
    await dialog(page).getByLabel('E-mail').fill('new@example.org');
    await dialog(page).getByLabel('First name').fill('Nils');
    await dialog(page).getByLabel('Last name').fill('Ny');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Send the invitation' }).click();
    await said(page, 'An invitation was sent to new@example.org.');
    expect((await office.get('/api/v1/shared/invitations')).body.items).toMatchObject([{ email: 'new@example.org' }]);
    expect(forbidden).toEqual([]);
    expect(worries.filter((worry) => !isExpected(worry))).toEqual([]);
    await page.context().close();
  });
});

it('shows under which name a paper was verified once the person has another, and a diploma of its day in any time zone', async () => {
  const owner = await app.given.person({ organization, role: 'crew-member' });
  const asOwner = await app.as(owner);
  const { firstName, lastName } = (await asOwner.get('/api/v1/shared/users/me')).body;
  const medical = { certificateType: 'medical', certificateNumber: 'M-1' };
  const { body } = await asOwner.post(`${CREW}/users/${owner.uuid}/certificates`, medical);
  const [{ id: titleId }] = (await asOwner.get('/users-organizations/v1/rs/titles')).body.data;
  const obtainedAt = '2020-06-01T00:00:00Z';
  await asOwner.post('/users-organizations/v1/rs/users/me/diplomas', { titleId, obtainedAt });
  expect((await office.post(`${CREW}/certificates/${body.id}/verify`, ORIGINAL_SEEN)).status).toBe(200);
  await asOwner.patch('/api/v1/shared/users/me', { firstName: 'Ola' });
  await office.patch('/api/v1/shared/organization', { timeZone: 'America/Los_Angeles' });
  const under = `Verified under the name ${firstName} ${lastName}`;
  const { page } = await openConsole(browser, app, officer, `/people/${owner.uuid}`);
  await page.getByRole('heading', { name: `Ola ${lastName}` }).waitFor();
  await card(page, 'M-1').getByText(under).waitFor();
  await card(page, 'Master Mariner')
    .getByText(/Obtained on (1 Jun|Jun 1,) 2020/)
    .waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto('/console/certificates?certificate_type=medical');
  await page.getByText(under).waitFor();
  await page.goto(`/console/review?person=${owner.uuid}`);
  await page.getByText('It was sent in under the name').waitFor();
  await page
    .getByText(/^(1 Jun|Jun 1,) 2020$/)
    .first()
    .waitFor();
  await office.patch('/api/v1/shared/organization', { timeZone: organization.timeZone });
  await page.context().close();
});

async function onlyCertificate(owner: Person): Promise<string> {
  const { body } = await office.get(`${CREW}/users/${owner.uuid}/certificates`);
  expect(body).toHaveLength(1);
  return body[0].id;
}

const open = (paper: Locator) => paper.getByRole('button', { expanded: false }).click();
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A browser writes down every answer that is an error, also one that the test has asked for. */
function isExpected(worry: string): boolean {
  return /status of (412|422)|ERR_INTERNET_DISCONNECTED|net::ERR_FAILED/.test(worry);
}
