import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage } from './browser';
import type { Person } from './given';
import type { TestApp } from './test-app';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export interface ConsolePage {
  page: Page;
  worries: string[];
  /** Requests to the API that were refused for lack of a permission. */
  forbidden: string[];
}

/** The console in a browser of one's own, signed in through its form. */
export async function openConsole(
  browser: Browser,
  app: TestApp,
  person: Person,
  path = '/',
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const { page, worries } = await openPage(browser, app.url, { viewport: { width: 1366, height: 768 }, ...options });
  const forbidden: string[] = [];
  page.on('response', (response) => {
    if (response.status() === 403) forbidden.push(`${response.request().method()} ${new URL(response.url()).pathname}`);
  });
  await page.goto(`/console${path}`);
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
  return { page, worries, forbidden };
}

/** Signs in at the console's own page, by keyboard, and waits for what comes then. */
export async function signInByKeyboard(
  page: Page,
  person: Pick<Person, 'email' | 'password'>,
  path: string,
): Promise<void> {
  await page.goto(path);
  await page.getByLabel('E-mail address').waitFor();
  await page.keyboard.type(person.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname + url.search === path);
}

/** Presses Tab until an element of this name has the focus. @throws Error when it is not among the next hundred */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press('Tab');
    if (name.test(await focusedName(page))) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}

/** What the focused element is called, by its label or its words. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate<string>(
    `(({ activeElement: focused }) => focused === document.body ? '' : focused?.getAttribute('aria-label') ?? focused?.innerText ?? '')(document)`,
  );
}

/** What axe-core finds against WCAG 2.2 AA, in the light and in the dark theme. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const theme of ['dark', 'light']) {
    await page.evaluate(`document.documentElement.dataset.theme = ${JSON.stringify(theme)}`);
    // Not an element of the page, which its policy would refuse.
    await page.evaluate(`${AXE}; undefined`);
    const found = await page.evaluate<string[]>(`axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }).then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => [id, help, target.join(' '), failureSummary].join(' | '))))`);
    faults.push(...found.map((fault) => `${theme}: ${fault}`));
  }
  return faults;
}

const ACTIONS = 'a[href], button:not([disabled]), input:not([type=file]), select, textarea, summary';

/** Controls that are to be seen in the page, or in the dialog that is open, and that the Tab key does not come to. */
export async function beyondTheKeyboard(page: Page): Promise<string[]> {
  await page.evaluate(`(() => {
    const scope = document.querySelector('dialog[open]') ?? document.querySelector('main');
    for (const each of scope.querySelectorAll(${JSON.stringify(ACTIONS)})) {
      if (each.checkVisibility() && !each.matches('[type=radio]:not(:checked)')) each.dataset.waits = 'yes';
    }
    document.activeElement?.blur();
  })()`);
  const count = await page.locator('[data-waits]').count();
  for (let presses = 0; presses < count + 40 && (await page.locator('[data-waits]').count()) > 0; presses += 1) {
    await page.keyboard.press('Tab');
    await page.evaluate(`delete document.activeElement?.dataset?.waits`);
  }
  return page.locator('[data-waits]').evaluateAll((left) => left.map((each) => each.outerHTML.slice(0, 120)));
}
