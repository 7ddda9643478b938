import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { PresignedPost } from '#libs/storage';
import { HttpClient } from '../support/http';
import { ProductDirectory } from '../support/product';

const UPLOADS = 200;
const SIZE = 5_000_000;
const MAX_GROWTH_MB = 150;
const PASSWORD = 'a long password';

jest.setTimeout(300_000);

/** The product runs as a process of its own, so that the memory of this one does not count. */
describe(`${UPLOADS} uploads of 5 MB at once`, () => {
  const directory = new ProductDirectory();
  afterAll(() => directory.remove());

  it('keep their bytes apart and need little memory', async () => {
    const names = ['--name', 'Northern Crewing', '--email', 'admin@example.org'];
    const token = await directory.found(names);
    const { run, url } = await directory.start();
    await new HttpClient(url).post('/auth/v1/rs/invitations/accept', { token, password: PASSWORD });
    const signIn = { email: 'admin@example.org', password: PASSWORD };
    const { body } = await new HttpClient(url).post('/auth/v1/rs/login/credentials', signIn);
    const client = new HttpClient(url, { authorization: `Bearer ${body.data.accessToken}` });
    // Once before the count begins: code that is loaded and compiled at first use is no growth.
    await bring(client, [-1]);

    const before = residentMb(run.pid);
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, residentMb(run.pid))), 20);
    const begin = performance.now();
    const wrong = await bring(
      client,
      Array.from({ length: UPLOADS }, (_, seed) => seed),
    );
    clearInterval(watch);
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    process.stdout.write(
      `${UPLOADS} uploads of 5 MB in ${seconds} s: ${before} MB before, at most ${most} MB (+${most - before})\n`,
    );
    expect(wrong).toEqual([]);
    expect(most - before).toBeLessThan(MAX_GROWTH_MB);
    expect(await run.kill('SIGTERM')).toBe(0);
  });
});

/** Announces all, sends all at once, finalizes all at once. Answers those whose hash is not that of what was sent. */
async function bring(client: HttpClient, seeds: number[]): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const announced = await Promise.all(
    seeds.map(async (seed) => {
      const file = { kind: 'certificate', mime: 'application/pdf', size: SIZE, filename: `scan-${seed}.pdf` };
      const answer = await client.post('/api/v1/shared/uploads/intent', file);
      expect(answer.status).toBe(201);
      return { seed, id: answer.body.uploadId as string, post: answer.body.presignedPost as PresignedPost };
    }),
  );
  const sent = await Promise.all(announced.map(({ seed, post }) => send(agent, post, seed)));
  agent.destroy();
  expect(sent.map(({ status }) => status)).toEqual(seeds.map(() => 204));
  const finalized = await Promise.all(announced.map(({ id }) => client.post(`/api/v1/shared/uploads/${id}/finalize`)));
  return seeds.filter((_, index) => finalized[index]?.body.sha256 !== sent[index]?.sha256);
}

/** Sends a form whose file is made while it is sent, as fast as the product takes it. */
async function send(agent: Agent, post: PresignedPost, seed: number): Promise<{ status?: number; sha256: string }> {
  const fields = Object.entries(post.fields).map(
    ([name, value]) => `--cut\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `${fields.join('')}--cut\r\ncontent-disposition: form-data; name="file"; filename="scan.pdf"\r\ncontent-type: application/pdf\r\n\r\n`;
  const tail = '\r\n--cut--\r\n';
  const headers = {
    'content-type': 'multipart/form-data; boundary=cut',
    'content-length': Buffer.byteLength(head) + SIZE + tail.length,
  };
  const outgoing = request(post.url, { method: 'POST', agent, headers });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  const hash = createHash('sha256');
  outgoing.write(head);
  for (const block of blocks(seed)) {
    hash.update(block);
    if (!outgoing.write(block)) await once(outgoing, 'drain');
  }
  outgoing.end(tail);
  const [response] = await answered;
  response.resume();
  return { status: response.statusCode, sha256: hash.digest('hex') };
}

const START = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n',
);
const END = Buffer.from('\ntrailer<</Root 1 0 R/Size 4>>\n%%EOF\n');

/** A one-page PDF, filled up with comments that no other upload and no other place of this one has. */
function* blocks(seed: number): Iterable<Buffer> {
  yield START;
  const filling = SIZE - START.length - END.length;
  for (let written = 0; written < filling;) {
    const block = Buffer.alloc(Math.min(64_000, filling - written), `%${seed} ${written} is a comment\n`);
    written += block.length;
    yield block;
  }
  yield END;
}

function residentMb(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1000);
}
