import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOSTILE_FILES, type HostileFile } from '../support/hostile-files';
import { type Answer, HttpClient } from '../support/http';
import { postForm } from '../support/post-form';
import { ProductDirectory } from '../support/product';

const UPLOADS = '/api/v1/shared/uploads';
const PASSWORD = 'a long password';
/** Sent at once; every core has something to do, and the table stays quick to fill. */
const SENDERS = 4;
const MOST_MEMORY_MB = 400;
const CHECKED_WITHIN_MS = 150_000;

jest.setTimeout(300_000);

interface Row {
  file: HostileFile;
  bytes: number;
  outcome: string;
}

/** Must show 3: what becomes of each file, file by file, sent over HTTP to the product as it is started by `npm start`. */
describe('strange and hostile files', () => {
  const directory = new ProductDirectory();
  afterAll(() => directory.remove());

  it('each come to the end that is expected, while the service stays up and small', async () => {
    const email = 'admin@example.org';
    const names = ['--name', 'Northern Crewing', '--email', email];
    const token = await directory.found(names);
    const { run, url } = await directory.start();
    await new HttpClient(url).post('/auth/v1/rs/invitations/accept', { token, password: PASSWORD });
    const anonymous = new HttpClient(url);
    const { body } = await anonymous.post('/auth/v1/rs/login/credentials', { email, password: PASSWORD });
    const client = new HttpClient(url, { authorization: `Bearer ${body.data.accessToken}` });

    const memory = watchMemory(run.pid);
    const waiting = [...HOSTILE_FILES];
    const rows: Row[] = [];
    const slowest = { ms: 0 };
    const sender = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift()) {
        const bytes = Buffer.from(await file.bytes());
        rows.push({ file, bytes: bytes.length, outcome: await send(client, file, bytes) });
        const before = performance.now();
        expect((await anonymous.get('/health/live')).status).toBe(200);
        slowest.ms = Math.max(slowest.ms, performance.now() - before);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    const mostMemory = memory.stop();

    print(rows);
    process.stdout.write(
      `${rows.length} files; most memory of the api process: ${mostMemory} MB; slowest answer of /health/live: ${Math.round(slowest.ms)} ms\n`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(60);
    expect(
      rows.filter(({ file, outcome }) => outcome !== file.expected).map(({ file, outcome }) => [file.name, outcome]),
    ).toEqual([]);
    expect(mostMemory).toBeLessThan(MOST_MEMORY_MB);
    expect(inspecting(run.pid)).toEqual([]);
    expect((await anonymous.get('/health/ready')).status).toBe(200);
    expect(await run.kill('SIGTERM')).toBe(0);
  });
});

/** Announces, sends and finalizes a file, and waits for its checks. Answers at which step it ended, and how. */
async function send(client: HttpClient, file: HostileFile, bytes: Buffer<ArrayBuffer>): Promise<string> {
  const filename = file.filename ?? 'file';
  const announced = { kind: 'certificate', mime: file.mime, size: file.size ?? bytes.length, filename };
  const intent = await client.post(`${UPLOADS}/intent`, announced);
  if (intent.status !== 201) return ended('intent', intent);
  const { uploadId, presignedPost } = intent.body;
  const posted = await postForm(presignedPost, bytes, 'file', file.mime);
  if (posted.status !== 204) return ended('post', posted);
  const finalized = await client.post(`${UPLOADS}/${uploadId}/finalize`);
  if (finalized.status !== 200) return ended('finalize', finalized);
  const checked = await settled(client, uploadId as string);
  if (checked.status !== 'ready') return `${checked.status}: ${checked.failureCode}`;
  const stored = Buffer.from(await (await fetch(checked.downloadUrl)).arrayBuffer());
  const isUnchanged = sha256(stored) === sha256(bytes) && checked.originalFilename === filename;
  return isUnchanged ? ['ready', ...checked.warnings].join(' ') : 'changed';
}

function ended(step: string, { status, body }: Answer): string {
  return `${step} ${status}: ${body?.code}`;
}

async function settled(client: HttpClient, id: string): Promise<Answer['body']> {
  const end = performance.now() + CHECKED_WITHIN_MS;
  for (;;) {
    const { body } = await client.get(`${UPLOADS}/${id}`);
    if (body.status !== 'uploaded' || performance.now() > end) return body;
    await sleep(150);
  }
}

/** The most resident memory of a process in MB: Linux counts it itself, elsewhere it is looked at. */
function watchMemory(pid: number): { stop: () => number } {
  const status = `/proc/${pid}/status`;
  let most = 0;
  const look = () => {
    const kilobytes = existsSync(status)
      ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(status, 'latin1'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'latin1' });
    most = Math.max(most, Math.round(Number(kilobytes) / 1024));
  };
  const looking = setInterval(look, 500);
  return {
    stop: () => {
      clearInterval(looking);
      look();
      return most;
    },
  };
}

/** Programs that open a file for this process, where the system tells. */
function inspecting(pid: number): string[] {
  const children = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(children)) return [];
  return readFileSync(children, 'latin1')
    .split(' ')
    .filter((child) => child !== '' && existsSync(`/proc/${child}/cmdline`))
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, 'latin1').includes('inspection'));
}

function print(rows: Row[]): void {
  const order = new Map(HOSTILE_FILES.map(({ name }, index) => [name, index]));
  const sorted = [...rows].sort((a, b) => (order.get(a.file.name) ?? 0) - (order.get(b.file.name) ?? 0));
  const lines = sorted.map(({ file, bytes, outcome }) => {
    const mark = outcome === file.expected ? ' ' : `  expected: ${file.expected}`;
    return `${file.name.padEnd(44)} ${file.mime.padEnd(16)} ${String(bytes).padStart(9)}  ${outcome}${mark}`;
  });
  const head = `${'file'.padEnd(44)} ${'announced as'.padEnd(16)} ${'bytes'.padStart(9)}  what happened`;
  process.stdout.write(`\n${[head, ...lines].join('\n')}\n`);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
