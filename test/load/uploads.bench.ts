import { randomBytes } from 'node:crypto';
import { cpus, loadavg } from 'node:os';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import type { SampleFile } from '../support/sample-files';
import { checked, sendFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const ROUNDS = 25;
const WARM_UP = 3;
const SIZE = 2_000_000;

/** A scanned page: one picture of about 1900 x 2700 pixels, 2 MB. */
async function scan(): Promise<SampleFile> {
  const [width, height] = [475, 675];
  const specks = sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } });
  const page = await specks.resize(4 * width, 4 * height).toBuffer({ resolveWithObject: true });
  let picture: Buffer = Buffer.alloc(0);
  for (let quality = 90; picture.length === 0 || picture.length > SIZE; quality -= 2) {
    picture = await sharp(page.data, { raw: page.info }).jpeg({ quality }).toBuffer();
  }
  const sheet = new PDFDocument({ size: 'A4', margin: 0 });
  const chunks: Buffer[] = [];
  sheet.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => sheet.on('end', resolve));
  sheet.image(picture, 0, 0, { width: 595, height: 842 }).end();
  await ended;
  return { mime: 'application/pdf', filename: 'scan.pdf', bytes: Buffer.concat(chunks) };
}

it('from the intent to `ready` with its pictures, a scanned page as PDF', async () => {
  const app = await TestApp.start();
  try {
    const organization = await app.given.organization();
    const client = await app.as(await app.given.person({ organization, role: 'crew-member' }));
    const file = await scan();
    const times: number[] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
      const begin = performance.now();
      const id = await sendFile(client, file);
      expect(await checked(app, id)).toBe('ready');
      if (round >= WARM_UP) times.push(performance.now() - begin);
      const { body } = await client.get(`/api/v1/shared/uploads/${id}`);
      expect((await fetch(body.derivatives.thumb as string)).status).toBe(200);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => Math.round(times[Math.floor(share * (times.length - 1))] ?? 0);
    process.stdout.write(
      `${(file.bytes.length / 1e6).toFixed(1)} MB PDF, ${ROUNDS} rounds: median ${at(0.5)} ms, from ${at(0)} to ${at(1)}, ` +
        `nine of ten under ${at(0.9)} (${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)})\n`,
    );
  } finally {
    await app.close();
  }
}, 300_000);
