import type { Page } from 'playwright-core';
import type { Person } from './given';

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
export function focusedName(page: Page): Promise<string> {
  return page.evaluate<string>(
    `(({ activeElement: focused }) => focused === document.body ? '' : focused?.getAttribute('aria-label') ?? focused?.innerText ?? '')(document)`,
  );
}
