import type { Browser } from 'playwright-core';
import { startBrowser } from '../support/browser';
import { openConsole } from '../support/console-page';
import { type S3Server, startS3Server } from '../support/s3-server';
import { pdf } from '../support/sample-files';
import { TestApp } from '../support/test-app';

/** As `npm run storage:check -- --fix` writes it; its origins are named there. */
const CORS =
  '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>POST</AllowedMethod>' +
  '<AllowedMethod>GET</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>';

const LONGEST_CHECK_MS = 30_000;

let browser: Browser;
let server: S3Server;
let app: TestApp;

beforeAll(async () => {
  server = await startS3Server({ bucketConfigs: [CORS] });
  [browser, app] = await Promise.all([startBrowser(), TestApp.start({ environment: server.environment })]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await server?.stop();
});

it('the console sends files to S3 on an origin of its own, with progress, and shows their pictures from there', async () => {
  const organization = await app.given.organization();
  const person = await app.given.person({ organization, role: 'crew-member' });
  const { page, worries } = await openConsole(browser, app, person, '/own');
  const { filename: name, mime: mimeType, bytes: buffer } = pdf(300_000);
  await page.locator('input[type=file][multiple]').setInputFiles({ name, mimeType, buffer });
  const row = page.getByRole('list', { name: 'Files being sent' }).getByRole('listitem');
  await row
    .getByText('Arrived and checked')
    .waitFor({ timeout: LONGEST_CHECK_MS })
    .catch(async () => {
      const seen = await page.locator('main').innerText();
      const [uploads, jobs] = await Promise.all([
        app.database.query('select status, failure_code, created_at, updated_at from uploads'),
        app.database.query('select task_identifier, attempts, run_at, locked_at, last_error from graphile_worker.jobs'),
      ]);
      throw new Error(`It was not checked: ${JSON.stringify({ seen, worries, uploads, jobs }, null, 2)}`);
    });
  await row.getByRole('button', { name: 'New certificate' }).click();
  await page.getByLabel('Kind of certificate').selectOption('medical');
  await page.getByRole('button', { name: 'Record and send in' }).click();
  const paper = page.locator('[data-paper]');
  await paper.getByRole('button', { expanded: false }).click();
  const picture = paper.getByRole('img', { name: `Picture of ${name}` });
  await picture.waitFor();
  expect(new URL((await picture.getAttribute('src')) ?? '').origin).toBe(server.environment['S3_ENDPOINT']);
  await expect(
    picture.evaluate((image) => (image as unknown as { decode: () => Promise<void> }).decode()),
  ).resolves.toBeUndefined();
  // Nobody else was asked, and nothing was refused.
  expect(worries.filter((worry) => !worry.startsWith(`request: ${server.environment['S3_ENDPOINT']}/`))).toEqual([]);
});
