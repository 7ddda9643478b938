import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { Pool } from 'pg';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { openPage, startBrowser } from '../support/browser';
import { signInByKeyboard } from '../support/console-page';
import { HttpClient } from '../support/http';
import { ProductDirectory } from '../support/product';
import type { SampleFile } from '../support/sample-files';
import { sendFile } from '../support/send-file';
import { fill, PASSWORD, setPassword } from './data.mjs';

/** All of them wait for review. */
const CERTIFICATES = 100_000;
const PEOPLE = 2_000;
const WARM_UP = 4;
const MEASURED = 25;
/** Without a pause between them: faster than anybody reads. */
const IN_A_ROW = 8;
/** What a reviewer needs at the very least to look at a paper. */
const LOOK_MS = 1_000;
const UNDO_MS = 5_000;
const GOAL_MS = 300;
const PAPERS = WARM_UP + MEASURED + IN_A_ROW + 2;
const QUEUE = '/api/v1/crew/queue';

/** A page of A4 at 200 dots per inch, as a scanner or a phone makes it; each one is another. */
async function scan(number: number): Promise<SampleFile> {
  const [width, height] = [1654, 2339];
  const words = Array.from(
    { length: 40 },
    (_, line) =>
      `<text x="140" y="${260 + line * 48}" font-size="30">Paper ${number}, line ${line + 1}: ${'seafarer '.repeat(6)}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#f6f3ea"/>${words.join('')}</svg>`;
  const picture = await sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer();
  if (number % 2 === 0) return { mime: 'image/jpeg', filename: `scan-${number}.jpg`, bytes: Buffer.from(picture) };
  const sheet = new PDFDocument({ size: 'A4', margin: 0 });
  const chunks: Buffer[] = [];
  sheet.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => sheet.on('end', resolve));
  sheet.image(picture, 0, 0, { width: 595, height: 842 }).end();
  await ended;
  return { mime: 'application/pdf', filename: `scan-${number}.pdf`, bytes: Buffer.concat(chunks) };
}

/** Gives the oldest papers of the queue a scan each, checked like any other. */
async function attachScans(client: HttpClient, database: Pool): Promise<void> {
  const uploads: string[] = [];
  for (let number = 1; number <= PAPERS; number += 1) uploads.push(await sendFile(client, await scan(number)));
  for (let waited = 0; ; waited += 1) {
    const { rows } = await database.query<{ status: string }>('select status from uploads where status <> $1', [
      'ready',
    ]);
    if (rows.length === 0) break;
    if (waited > 240) throw new Error(`${rows.length} files are not ready`);
    await sleep(1_000);
  }
  const connection = await database.connect();
  // Submissions are immutable to everybody; these are made up.
  await connection.query('set session_replication_role = replica');
  await connection.query(
    `with oldest as (
       select v.id, row_number() over (order by v.submitted_at, v.id) as number from verifications v
       where v.status = 'pending' and v.withdrawn_at is null order by v.submitted_at, v.id limit $2
     ), files as (select id, sha256, row_number() over (order by number) as number from uploads where id = any($1))
     update submissions s set upload_id = files.id, file_sha256 = files.sha256
     from oldest join files using (number) where s.verification_id = oldest.id`,
    [uploads, PAPERS],
  );
  await connection.query('set session_replication_role = origin');
  await connection.query('analyze');
  connection.release();
}

/** Presses the key and waits until another document is on the screen as sharp as it gets; milliseconds in between. */
async function decide(page: Page): Promise<number> {
  // Listens before the key is pressed: the two go different ways into the browser.
  await page.evaluate(`void (window.measured = new Promise((resolve) => {
    const shown = () => document.querySelector('[data-pane=document] [data-state=sharp]')?.dataset.file;
    const before = shown();
    let begin;
    addEventListener('keydown', () => (begin = performance.now()), { capture: true, once: true });
    const look = () => {
      const now = shown();
      // After the frame in which it is painted.
      if (begin !== undefined && now && now !== before) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begin)));
      else requestAnimationFrame(look);
    };
    look();
  }))`);
  await page.keyboard.press('v');
  return page.evaluate<number>('window.measured');
}

/** How long calls of the browser took, from the first byte sent to the last one received. */
function callsOf(page: Page, pattern: string): Promise<number[]> {
  return page.evaluate<number[]>(
    `performance.getEntriesByType('resource').filter(({ name }) => new RegExp(${JSON.stringify(pattern)}).test(name)).map(({ duration }) => duration)`,
  );
}

function spread(times: readonly number[]): { median: number; text: string } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? NaN);
  return { median: at(0.5), text: `median ${at(0.5)} ms, from ${at(0)} to ${at(1)}, nine of ten under ${at(0.9)}` };
}

it('from a decision to the next document, with 100,000 papers waiting', async () => {
  const directory = new ProductDirectory();
  const browser = await startBrowser();
  const { url } = await directory.start();
  const database = new Pool({ connectionString: directory.ownerUrl, max: 2 });
  const lines: string[] = [];
  try {
    await fill(database, { people: PEOPLE, certificates: CERTIFICATES });
    await database.query(`update verifications set status = 'pending', rejection_reason = null, reviewed_at = null`);
    await database.query('select recount_profiles()');
    await database.query('vacuum (analyze) verifications');
    const email = 'staff1@bench.example.org';
    await setPassword(database, [email]);
    const answer = await new HttpClient(url).post('/auth/v1/rs/login/credentials', { email, password: PASSWORD });
    const client = new HttpClient(url, { authorization: `Bearer ${answer.body.data.accessToken}` });
    await attachScans(client, database);
    const { rows } = await database.query<{ count: string }>(
      `select count(*) from verifications where status = 'pending'`,
    );
    lines.push(`${rows[0]?.count} papers are waiting (${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)})`);

    const { page } = await openPage(browser, url, { viewport: { width: 1366, height: 768 }, locale: 'en-GB' });
    await signInByKeyboard(page, { email, password: PASSWORD }, '/console/review');
    await page.evaluate('performance.setResourceTimingBufferSize(5000)');
    await page.locator('[data-pane=document] [data-state=sharp]').waitFor();
    const times: number[] = [];
    for (let round = 0; round < WARM_UP + MEASURED; round += 1) {
      await sleep(LOOK_MS);
      const time = await decide(page);
      if (round >= WARM_UP) times.push(time);
    }
    await sleep(LOOK_MS);
    const inARow: number[] = [];
    for (let round = 0; round < IN_A_ROW; round += 1) inARow.push(await decide(page));
    await sleep(UNDO_MS + LOOK_MS);

    const shown = spread(times);
    const [decision, entry] = [
      spread(await callsOf(page, '/verify$')),
      spread(await callsOf(page, `${QUEUE}/[0-9a-f-]+$`)),
    ];
    lines.push(
      `From the key to the next document, sharp and painted, ${MEASURED} times with ${LOOK_MS} ms to look: ${shown.text}`,
      `The same ${IN_A_ROW} times in a row without looking: ${spread(inARow).text}`,
      `The API's part, in the browser: the decision ${decision.text}; the next entry ${entry.text}`,
      `Ratio to both calls: ${(shown.median / (decision.median + entry.median)).toFixed(2)}`,
    );
    for (const filter of ['', '&subject=medical', '&target_type=diploma', '&claimed=nobody', '&claimed=me']) {
      const pages: number[] = [];
      for (let round = 0; round < 15; round += 1) {
        const begin = performance.now();
        expect((await client.get(`${QUEUE}?limit=50${filter}`)).status).toBe(200);
        pages.push(performance.now() - begin);
      }
      lines.push(`A page of the queue${filter.replace('&', ', ')}: ${spread(pages).text}`);
    }
    expect(shown.median).toBeLessThan(GOAL_MS);
  } finally {
    process.stdout.write(`${lines.join('\n')}\n`);
    await browser.close();
    await database.end();
    await directory.remove();
  }
}, 900_000);
