import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Organization } from '#libs/users';
import { openPage, startBrowser } from '../support/browser';
import { accessibilityFaults, signInByKeyboard, tabTo } from '../support/console-page';
import type { Person } from '../support/given';
import type { HttpClient } from '../support/http';
import { created, ORIGINAL_SEEN, verificationOf } from '../support/papers';
import { image, pdf } from '../support/sample-files';
import { sendReadyFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const DESK = '/console/review';
const PAPERS = 30;
/** Long enough for the time to undo to run out; `npm run test:offline` waits for the whole 20. */
const OFFLINE_SECONDS = Number(process.env['CONSOLE_OFFLINE_SECONDS'] ?? 6);

jest.setTimeout(180_000 + OFFLINE_SECONDS * 1000);

let browser: Browser;
let app: TestApp;
let files: string[];

beforeAll(async () => {
  [browser, app] = await Promise.all([startBrowser(), TestApp.start()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

interface Office {
  organization: Organization;
  kari: Person;
  asOla: HttpClient;
  owner: Person;
  asOwner: HttpClient;
  papers: { id: string; entry: string }[];
}

/** A reviewer, a colleague, and papers that wait, oldest first, with a few files among them. */
async function office(count: number): Promise<Office> {
  const organization = await app.given.organization();
  const [owner, kari, ola] = await Promise.all([
    app.given.person({ organization, role: 'crew-member' }),
    app.given.person({ organization, role: 'office-employee' }),
    app.given.person({ organization, role: 'office-admin' }),
  ]);
  const [asOwner, asOla] = [await app.as(owner), await app.as(ola)];
  const samples = [pdf(), await image('jpeg', 400), await image('png', 300), await image('tiff', 200)];
  files = [];
  for (const sample of samples.slice(0, Math.min(count, samples.length))) {
    files.push(await sendReadyFile(app, asOwner, sample));
  }
  const papers: Office['papers'] = [];
  for (let number = 1; number <= count; number += 1) {
    const body = {
      certificateType: 'medical',
      certificateNumber: `N${number}`,
      expiryDate: '2031-05-02',
      uploadId: files[number % files.length],
    };
    const { id } = created(await asOwner.post(`${CREW}/users/${owner.uuid}/certificates`, body));
    papers.push({ id, entry: await verificationOf(app, id) });
  }
  return { organization, kari, asOla, owner, asOwner, papers };
}

async function openDesk({ kari }: Office, options?: BrowserContextOptions) {
  const opened = await openPage(browser, app.url, {
    viewport: { width: 1366, height: 768 },
    locale: 'en-GB',
    ...options,
  });
  await signInByKeyboard(opened.page, kari, DESK);
  return opened;
}

/** The paper with this number, its document as sharp as it gets. */
async function shown(page: Page, number: number): Promise<void> {
  await page.locator('[data-pane=data] dd', { hasText: new RegExp(`^N${number}$`) }).waitFor();
  await page.locator('[data-pane=document] [data-state=sharp]').waitFor();
}

/** Everything that was decided in the organisation, from the trail: paper, outcome, by whom. */
function decisionsOf({ organization }: Office): Promise<{ target: string; action: string; by: string }[]> {
  return app.database.query(
    `select target_id as target, action, actor_uuid as by from audit_records
     where organization_id = $1 and action in ('verification.verify', 'verification.reject') order by id`,
    [organization.id],
  );
}

async function untilDecided(office: Office, count: number) {
  for (let waited = 0; waited < 20_000; waited += 50) {
    const decisions = await decisionsOf(office);
    if (decisions.length >= count) return decisions;
    await sleep(50);
  }
  throw new Error(`Not ${count} decisions, but ${(await decisionsOf(office)).length}`);
}

describe("a reviewer's day", () => {
  it('is done by keyboard alone: 30 papers, five rejected, one decided by a colleague, one changed, one infected', async () => {
    const day = await office(PAPERS);
    const { papers, kari, asOla, asOwner } = day;
    const [conflict, change, infected] = [10, 15, 20];
    await app.database.query(`update uploads set status = 'infected', threat_name = 'Eicar-Test' where id = $1`, [
      await infectedFile(day, infected),
    ]);
    const { page, worries } = await openDesk(day);
    for (let number = 1; number <= PAPERS; number += 1) {
      const paper = papers[number - 1];
      if (!paper) throw new Error('There is no such paper');
      if (number === infected) {
        await page.getByText('Malware was found in the file (Eicar-Test)').first().waitFor();
        await page.keyboard.press('v');
        await reject(page, '2', '');
        continue;
      }
      await shown(page, number);
      if (number === conflict) {
        created({
          ...(await asOla.post(`${CREW}/certificates/${paper.id}/reject`, { reason: 'Cut off.' })),
          status: 201,
        });
      }
      if (number === change) await asOwner.patch(`${CREW}/certificates/${paper.id}`, { certificateNumber: 'N15b' });
      if ([3, 8, 13, 28].includes(number)) await reject(page, '1', 'Page two is blurred.');
      else await page.keyboard.press('v');
      if (number === conflict) {
        const told = page.getByRole('alert').filter({ hasText: 'Your decision does not count' });
        await told.getByText('Kari Nordmann', { exact: false }).first().waitFor();
        await told.getByText('decided first: Rejected').waitFor();
        await told.getByText('The reason given: Cut off.').waitFor();
        await tabTo(page, /^Dismiss$/);
        await page.keyboard.press('Enter');
        await told.waitFor({ state: 'detached' });
      }
      if (number === change) {
        const told = page.getByRole('alert').filter({ hasText: 'changed while you were looking' });
        await told.getByText('N15b').waitFor();
        await told.getByText('Before: N15').waitFor();
        await page.keyboard.press('g');
        await page.locator('[data-pane=data] dd', { hasText: 'N15b' }).waitFor();
        await page.getByText('Submission 2').first().waitFor();
        await page.locator('[data-pane=document] [data-state=sharp]').waitFor();
        await page.keyboard.press('v');
      }
    }
    await page.getByText('Nothing else is waiting').waitFor();
    await tabTo(page, /Northern Crewing/);
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();

    const decisions = await untilDecided(day, PAPERS);
    const own = decisions.filter(({ by }) => by === kari.uuid);
    expect(own).toHaveLength(PAPERS - 1);
    expect(new Set(decisions.map(({ target }) => target)).size).toBe(PAPERS);
    expect(own.filter(({ action }) => action === 'verification.reject')).toHaveLength(5);
    const { body } = await asOwner.get(`${CREW}/certificates/${papers[2]?.id}`);
    expect(body.verification.rejectionReason).toBe(
      'The scan cannot be read. Please send a sharper one in which every word can be read. Page two is blurred.',
    );
    // Of what was refused the browser itself writes a line.
    expect(worries.filter((worry) => !/status of (409|412)/.test(worry))).toEqual([]);
    await page.context().close();
  });
});

/** A file of its own for that paper. */
async function infectedFile({ asOwner, papers }: Office, number: number): Promise<string> {
  const uploadId = await sendReadyFile(app, asOwner, await image('png', 120));
  // Sent in again, it is younger than the rest: back to its place.
  const { id, entry } = papers[number - 1] ?? { id: '', entry: '' };
  const [{ at }] = await app.database.query<[{ at: Date }]>(
    'select submitted_at as at from verifications where id = $1',
    [entry],
  );
  await asOwner.patch(`${CREW}/certificates/${id}`, { uploadId });
  await app.database.query('update verifications set submitted_at = $2 where id = $1', [entry, at]);
  return uploadId;
}

async function reject(page: Page, key: string, words: string): Promise<void> {
  await page.keyboard.press('r');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press(key);
  if (words) {
    await page.keyboard.press('Tab');
    await page.keyboard.type(words);
  }
  await page.keyboard.press('Control+Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

describe('without a connection', () => {
  it('the reviewer is told, goes on, loses nothing, and each decision is made once', async () => {
    const day = await office(4);
    const { page } = await openDesk(day);
    const context = page.context();
    // The answer to the first decision is lost on its way.
    let lost = 0;
    await context.route('**/verify', async (route) => {
      if (lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort('connectionreset');
    });
    await shown(page, 1);
    await page.keyboard.press('v');
    await shown(page, 2);
    // In the middle of writing.
    await page.keyboard.press('r');
    await page.keyboard.press('4');
    await page.keyboard.press('Tab');
    await page.keyboard.type('This is the medical of');
    await context.setOffline(true);
    await page.getByText('You are offline.').waitFor();
    await page.keyboard.type(' 2019.');
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    expect(await page.getByLabel('In your own words').inputValue()).toBe('This is the medical of 2019.');
    await page.keyboard.press('Control+Enter');
    // Loaded before it was needed.
    await shown(page, 3);
    await page.keyboard.press('v');
    await sleep(OFFLINE_SECONDS * 1000);
    await page.getByText('wait for the connection').waitFor();
    expect((await decisionsOf(day)).filter(({ target }) => target !== day.papers[0]?.id)).toEqual([]);
    await context.setOffline(false);
    await untilDecided(day, 3);
    await page.getByText('for the connection').waitFor({ state: 'detached' });
    const decisions = await decisionsOf(day);
    expect(decisions.map(({ target }) => target).sort()).toEqual(
      day.papers
        .slice(0, 3)
        .map(({ id }) => id)
        .sort(),
    );
    expect(lost).toBe(1);
    const { body } = await day.asOwner.get(`${CREW}/certificates/${day.papers[1]?.id}`);
    expect(body.verification.rejectionReason).toMatch(/This is the medical of 2019\.$/);
    await shown(page, 4);
    await context.close();
  });

  it.each(['pdf.min*', 'pdf.worker*'])(
    'what the viewer is made of and did not come (%s) comes with it',
    async (part) => {
      const { kari } = await office(1);
      const { page } = await openPage(browser, app.url, { locale: 'en-GB' });
      const context = page.context();
      await context.route(`**/assets/${part}`, (route) => route.abort('internetdisconnected'));
      await signInByKeyboard(page, kari, DESK);
      await page.locator('[data-pane=document] [data-state=picture]').waitFor();
      await context.setOffline(true);
      await page.getByText('You are offline.').waitFor();
      await context.unrouteAll();
      await context.setOffline(false);
      await shown(page, 1);
      await context.close();
    },
  );

  it('a decision survives the page: closed while it can still be undone, it is sent', async () => {
    const day = await office(1);
    const { page } = await openDesk(day);
    await shown(page, 1);
    await page.keyboard.press('v');
    await page.getByText('Sent in', { exact: false }).first().waitFor();
    await page.goto('about:blank');
    expect(await untilDecided(day, 1)).toMatchObject([{ action: 'verification.verify', by: day.kari.uuid }]);
    await page.context().close();
  });
});

describe('the desk', () => {
  it('undoes a decision before it is sent, shows who looks at what, and says what has changed', async () => {
    const day = await office(3);
    const [first, second] = day.papers;
    await day.asOla.post(`${CREW}/certificates/${first?.id}/reject`, { reason: 'The number is wrong.' });
    const other = await sendReadyFile(app, day.asOwner, await image('webp', 500));
    await day.asOwner.patch(`${CREW}/certificates/${first?.id}`, { certificateNumber: 'N1b', uploadId: other });
    await day.asOla.post(`${CREW}/queue/${second?.entry}/claim`);
    const { page, worries } = await openDesk(day);
    await shown(page, 2);
    await page.getByText('is looking at this paper. You can decide all the same').waitFor();
    await page.keyboard.press('v');
    // Not yet sent, so it can be taken back.
    await page.keyboard.press('z');
    await shown(page, 2);
    expect(await decisionsOf(day)).toHaveLength(1);
    await page.keyboard.press('ArrowDown');
    await shown(page, 3);
    await page.keyboard.press('ArrowDown');
    await page.locator('[data-pane=data] dd', { hasText: 'N1b' }).waitFor();
    await page.getByText('Before: N1', { exact: true }).waitFor();
    await page.getByText('The number is wrong.').waitFor();
    await page.getByText('The file is another one.').waitFor();
    await page.locator(`[data-file="${other}"][data-state=sharp]`).waitFor();
    await page.keyboard.press('e');
    await page.locator(`[data-file="${files[1]}"][data-state=sharp]`).waitFor();
    await page.keyboard.press('b');
    await page.locator('[data-state=sharp]').nth(1).waitFor();
    // What is in front is claimed: the colleague sees it.
    await page.getByText('You are looking at it').waitFor();
    const { body } = await day.asOla.get(`${CREW}/queue?claimed=nobody`);
    expect(body.items.map(({ verificationId }: { verificationId: string }) => verificationId)).not.toContain(
      first?.entry,
    );
    expect(worries).toEqual([]);
    await page.context().close();
  });

  it('shows a passport with the name of its state, and by keyboard it is rejected, corrected and verified', async () => {
    const day = await office(0);
    const { asOwner, owner, kari } = day;
    const uploadId = await sendReadyFile(app, asOwner, await image('jpeg', 500));
    const body = { documentType: 'passport', documentNumber: 'N1', issuingState: 'PH', uploadId };
    const { id } = created(await asOwner.post(`${CREW}/users/${owner.uuid}/identity-documents`, body));
    const { page, worries } = await openDesk(day);
    await shown(page, 1);
    const data = page.locator('[data-pane=data]');
    await data.getByText('Passport', { exact: true }).first().waitFor();
    await data.getByText('Philippines (PHL)').waitFor();
    await reject(page, '1', 'The photograph is blurred.');
    await untilDecided(day, 1);
    await asOwner.patch(`${CREW}/identity-documents/${id}`, { issuingState: 'NOR' });
    await page.reload();
    await data.locator('ins', { hasText: 'Norway (NOR)' }).waitFor();
    await data.locator('del', { hasText: 'Philippines (PHL)' }).waitFor();
    await shown(page, 1);
    await page.keyboard.press('v');
    const decisions = await untilDecided(day, 2);
    expect(decisions.map(({ target, action, by }) => [target, action, by])).toEqual([
      [id, 'verification.reject', kari.uuid],
      [id, 'verification.verify', kari.uuid],
    ]);
    const { body: decided } = await asOwner.get(`${CREW}/identity-documents/${id}`);
    expect(decided.verification.status).toBe('verified');
    expect(worries).toEqual([]);
    await page.context().close();
  });

  it('has no violation that axe can find in either theme, dialogs included', async () => {
    const day = await office(2);
    await day.asOla.post(`${CREW}/certificates/${day.papers[1]?.id}/reject`, { reason: 'The number is wrong.' });
    await day.asOwner.patch(`${CREW}/certificates/${day.papers[1]?.id}`, { certificateNumber: 'N2b' });
    const { page } = await openDesk(day);
    await shown(page, 1);
    await page.getByText('You are looking at it').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('r');
    await page.keyboard.press('2');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Looked at by').waitFor();
    await day.asOla.post(`${CREW}/certificates/${day.papers[0]?.id}/verify`, ORIGINAL_SEEN);
    await page.locator('h2').click();
    await page.keyboard.press('v');
    await page.locator('[data-pane=data] dd', { hasText: 'N2b' }).waitFor();
    await page.getByRole('alert').filter({ hasText: 'decided first: Verified' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  it('is gone through in reading order with Tab: queue, document, data, decision', async () => {
    const day = await office(2);
    const { page } = await openDesk(day);
    await shown(page, 1);
    const order: string[] = [];
    await page.reload();
    await shown(page, 1);
    // From the top: Chromium 147 goes on from what was last scrolled to, which is the paper in the queue.
    await page.getByText('Skip to the content').focus();
    for (let presses = 0; presses < 60 && order.at(-1) !== 'bar'; presses += 1) {
      await page.keyboard.press('Tab');
      const pane = await page.evaluate<string>(
        `document.activeElement?.closest('[data-pane]')?.dataset.pane ?? 'header'`,
      );
      if (order.at(-1) !== pane) order.push(pane);
    }
    expect(order.filter((pane) => pane !== 'data')).toEqual(['header', 'queue', 'document', 'bar']);
    await page.context().close();
  });

  it('is three steps on a phone, and everything is within reach', async () => {
    const day = await office(2);
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page, worries } = await openDesk(day, phone);
    await page.getByRole('list', { name: 'Queue' }).getByRole('button').first().click();
    await page.locator('[data-pane=document] [data-state=sharp]').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Data', exact: true }).click();
    await page.getByText('N1', { exact: true }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('N2', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto('about:blank');
    await untilDecided(day, 1);
    expect(worries).toEqual([]);
    await page.context().close();
  });
});
