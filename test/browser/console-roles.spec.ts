import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { ROLES } from '#libs/auth';
import type { Organization } from '#libs/users';
import { startBrowser } from '../support/browser';
import { type ConsolePage, openConsole } from '../support/console-page';
import type { Person } from '../support/given';
import type { HttpClient } from '../support/http';
import { TestApp } from '../support/test-app';

const NOT_FOR_YOU = 'This page is not for your role';
const CREW = '/api/v1/crew';

interface Screen {
  /** Its entry in the navigation, where it has one. */
  menu?: string;
  needs: string;
  /** Buttons and links of the screen by their names, and what each needs. */
  actions?: Readonly<Record<string, string>>;
}

const PAPERS = {
  'Add a certificate': 'certificate:create',
  'Add a diploma': 'diploma:create',
  'Add an identity document': 'identity-document:create',
  'choose files': 'upload:create',
  'Edit Medical certificate': 'certificate:update',
  'Delete Medical certificate': 'certificate:delete',
};

/** What every screen and action needs. A screen of routes.tsx that is not here fails below. */
const ROWS: Readonly<Record<string, Screen>> = {
  overview: { menu: 'Overview', needs: 'queue:read' },
  review: { menu: 'Review', needs: 'queue:read' },
  people: { menu: 'People', needs: 'roster:read', actions: { 'Add a person': 'user:create' } },
  certificates: { menu: 'Certificates', needs: 'certificate:list' },
  'people/:userUuid': { needs: 'user:read', actions: { ...PAPERS, 'Review what waits': 'queue:read' } },
  own: { menu: 'My papers', needs: 'certificate:read', actions: PAPERS },
  account: { needs: 'profile:read' },
  'administration/users': { menu: 'Administration', needs: 'user:list' },
  'administration/invitations': { needs: 'invitation:manage' },
  'administration/titles': { needs: 'title:read' },
  'administration/organization': { needs: 'organization:read' },
  'administration/sessions': { needs: 'user-session:read' },
  'administration/api-keys': { needs: 'api-key:manage' },
  'administration/audit': { needs: 'audit:read' },
  'administration/system': { needs: 'system:read', actions: { 'Send a mail to me': 'system:manage' } },
};
/** Leads to another screen, or is for who is not signed in. */
const FORWARDS = ['people/:userUuid/certificates/new', '/sign-in', '/sign-in/provider'];

/** Inside of `/administration` the routes say the rest of their path only. */
const PATHS = pathsOf(readFileSync(join(__dirname, '../../apps/console/src/routes.tsx'), 'utf8'));
const SCREENS = Object.entries(ROWS).filter(([path]) => PATHS.includes(path));

let browser: Browser;
let app: TestApp;
let home: Organization;
let away: Organization;
let colleague: Person;

beforeAll(async () => {
  [browser, app] = await Promise.all([startBrowser(), TestApp.start()]);
  [home, away] = await Promise.all([
    app.given.organization({ name: 'Home' }),
    app.given.organization({ name: 'Away' }),
  ]);
  colleague = await app.given.person({ organization: home, role: 'crew-member' });
  await record(await app.as(colleague), colleague);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const record = (client: HttpClient, { uuid }: Person) =>
  client.post(`${CREW}/users/${uuid}/certificates`, { certificateType: 'medical' });

it('every screen of the console has its row here', () => {
  expect(PATHS.filter((path) => !(path in ROWS))).toEqual([]);
});

it.each(ROLES)('somebody who is %s sees what their session allows, and nothing else', async (role) => {
  const person = await app.given.person({ organization: home, role });
  const client = await app.as(person);
  await record(client, person);
  const opened = await openConsole(browser, app, person);
  await expectWhatIsAllowed(opened, await permissionsOf(client), person);
  await opened.page.context().close();
});

it('who belongs to two organisations sees in each what is allowed there', async () => {
  const person = await app.given.person({ organization: home, role: 'crew-member' });
  await app.given.membership(person, away, 'office-admin');
  const client = await app.as(person);
  await record(client, person);
  const opened = await openConsole(browser, app, person);
  const { page } = opened;
  await expectWhatIsAllowed(opened, await permissionsOf(client), person);

  const visitor = await app.given.person({ organization: away, role: 'crew-member' });
  await record(await app.as(visitor), visitor);
  await page.getByRole('button', { name: /Home$/ }).click();
  await page.getByRole('menuitem', { name: 'Switch to Away' }).click();
  await page.getByRole('link', { name: 'People' }).waitFor();
  const there = await client.post('/auth/v1/rs/login/switch', { organizationId: away.id });
  const token = there.body.data.accessToken as string;
  const asThere = await app.anonymous.get('/api/v1/shared/users/me/session', { authorization: `Bearer ${token}` });
  await app.anonymous.post(
    `${CREW}/users/${person.uuid}/certificates`,
    { certificateType: 'medical' },
    { authorization: `Bearer ${token}` },
  );
  await expectWhatIsAllowed(opened, new Set(asThere.body.permissions), person, visitor);
  await page.context().close();
});

async function permissionsOf(client: HttpClient): Promise<ReadonlySet<string>> {
  return new Set((await client.get('/api/v1/shared/users/me/session')).body.permissions as string[]);
}

async function expectWhatIsAllowed(
  { page, forbidden }: ConsolePage,
  allowed: ReadonlySet<string>,
  self: Person,
  other: Person = colleague,
): Promise<void> {
  const menu = page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link');
  const wanted = SCREENS.filter(([, screen]) => screen.menu && allowed.has(screen.needs));
  await menu.first().waitFor();
  expect(await menu.allInnerTexts()).toEqual(wanted.map(([, screen]) => screen.menu));
  for (const [path, { needs, actions = {} }] of SCREENS) {
    await goTo(page, `/console/${path.replace(':userUuid', other.uuid)}`);
    const isShown = (await page.getByRole('heading', { name: NOT_FOR_YOU }).count()) === 0;
    expect({ path, self: self.role, isShown }).toEqual({ path, self: self.role, isShown: allowed.has(needs) });
    if (!isShown || Object.keys(actions).length === 0) continue;
    const paper = page.locator('[data-paper]');
    if (await paper.count()) {
      await paper.getByRole('button', { expanded: false }).click();
      await paper.getByRole('button', { expanded: true }).waitFor();
    }
    for (const [name, permission] of Object.entries(actions)) {
      const action = page.getByRole('button', { name, exact: true }).or(page.getByRole('link', { name, exact: true }));
      expect({ path, name, count: await action.count() }).toEqual({
        path,
        name,
        count: allowed.has(permission) ? 1 : 0,
      });
    }
  }
  expect(forbidden).toEqual([]);
}

/** As if the address were typed by hand, without loading the whole console again, until nothing on the screen is still on its way. */
async function goTo(page: Page, path: string): Promise<void> {
  if (new URL(page.url()).pathname !== path) {
    await page.evaluate(`
      for (const element of document.querySelectorAll('main *')) element.dataset.left = '';
      history.pushState(null, '', ${JSON.stringify(path)});
      dispatchEvent(new PopStateEvent('popstate'));`);
    await page.locator('main :not([data-left])').first().waitFor({ state: 'attached' });
  }
  await page.locator('main h1').first().waitFor();
  await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
}

function pathsOf(routes: string): string[] {
  const lazy = [...routes.matchAll(/path: '([^'*]+)', lazy: \(\) => import\('\.\/(\w+)/g)];
  return lazy
    .map(([, path = '', folder]) => (folder === 'administration' ? `administration/${path}` : path))
    .filter((path) => !FORWARDS.includes(path));
}
