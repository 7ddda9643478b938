import { Clock } from '#libs/common';
import { readEnvironment, s3Settings, type S3Settings } from '#libs/config';
import { freePort } from '#libs/database';
import { type Finding, loadS3Check } from '#libs/storage';
import { ProductDirectory } from '../support/product';
import { type S3Server, startS3Server } from '../support/s3-server';

const COMMAND = 'apps/api/src/commands/storage-check.js';
const ORIGIN = 'https://credence.example.org';

const FOREIGN_ORIGIN = 'https://reports.example.org';
const FOREIGN_CORS =
  `<CORSConfiguration><CORSRule><AllowedOrigin>${FOREIGN_ORIGIN}</AllowedOrigin>` +
  '<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>';

const OWN_SERVICES = {
  DATABASE_URL: 'postgresql://credence@127.0.0.1/credence',
  SECRET_KEY: 'a-secret-of-the-tests-only-0123456789',
  PUBLIC_URL: ORIGIN,
};

describe('storage:check', () => {
  let server: S3Server;
  let settings: S3Settings;

  beforeAll(async () => {
    server = await startS3Server({ bucketConfigs: [FOREIGN_CORS] });
    const found = s3Settings(readEnvironment({ ...OWN_SERVICES, ...server.environment, S3_PREFIX: 'shared' }));
    if (!found) throw new Error('There is no S3');
    settings = found;
  });

  afterAll(() => server?.stop());

  async function findings(changes: Partial<S3Settings> = {}): Promise<Record<string, Finding>> {
    const S3Check = await loadS3Check();
    const check = new S3Check({ ...settings, ...changes }, [ORIGIN], new Clock());
    try {
      return Object.fromEntries((await check.run()).map((finding) => [finding.about, finding]));
    } finally {
      check.close();
    }
  }

  it('tells what a server can, cannot and does not say', async () => {
    const found = await findings();
    expect(Object.fromEntries(Object.entries(found).map(([about, { verdict }]) => [about, verdict]))).toEqual({
      Reached: 'ok',
      Clock: 'ok',
      Objects: 'ok',
      // The small S3 server of the tests enforces no policy and serves everybody.
      'Upload forms': 'missing',
      'Download links': 'ok',
      'Without a signature': 'missing',
      Checksums: 'missing',
      'Browsers (CORS)': 'missing',
      'Unfinished uploads': 'cannot be told',
      'Public access': 'cannot be told',
    });
    expect(found['Checksums']?.isOptional).toBe(true);
    const unhelpful = Object.values(found).filter(
      ({ verdict, remedy, isOptional }) => verdict === 'missing' && !isOptional && !remedy,
    );
    expect(unhelpful).toEqual([]);
  });

  it('sets the rule for browsers and keeps those of others', async () => {
    await (await findings())['Browsers (CORS)']?.fix?.();
    const { endpoint, bucket } = settings;
    const preflight = await fetch(`${endpoint}/${bucket}/a`, {
      method: 'OPTIONS',
      headers: { origin: FOREIGN_ORIGIN, 'access-control-request-method': 'GET' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).not.toBeNull();
    expect((await findings())['Browsers (CORS)']?.verdict).toBe('ok');
  });

  it.each<[string, () => Promise<Partial<S3Settings>>]>([
    [
      'S3_SECRET_ACCESS_KEY is wrong',
      () => Promise.resolve({ credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'no' } }),
    ],
    [
      'S3_ACCESS_KEY_ID is wrong',
      () => Promise.resolve({ credentials: { accessKeyId: 'no', secretAccessKey: 'S3RVER' } }),
    ],
    ['S3_BUCKET is wrong', () => Promise.resolve({ bucket: 'no-such-bucket' })],
    ['nothing listens at the endpoint', async () => ({ endpoint: `http://127.0.0.1:${await freePort()}` })],
    ['does not speak TLS', () => Promise.resolve({ endpoint: settings.endpoint?.replace('http:', 'https:') })],
  ])('says in plain words: %s', async (reason, changes) => {
    const found = await findings(await changes());
    expect(Object.keys(found)).toEqual(['Reached']);
    expect(found['Reached']).toMatchObject({ verdict: 'missing', meaning: expect.stringContaining(reason) });
  });

  it('looks at the folder when files are on disk, and needs nothing else', async () => {
    const directory = new ProductDirectory();
    try {
      const run = directory.run(COMMAND, { DATA_DIR: directory.dataDir });
      expect(await run.ended).toBe(0);
      expect(run.output).toContain('Folder: ok');
      expect(run.output).toMatch(/GB are free/);
    } finally {
      await directory.remove();
    }
  });

  it('ends with 1 when something is missing', async () => {
    const directory = new ProductDirectory();
    try {
      const run = directory.run(COMMAND, { ...OWN_SERVICES, ...server.environment, S3_BUCKET: 'no-such-bucket' });
      expect(await run.ended).toBe(1);
      expect(run.output).toContain('there is no such bucket');
    } finally {
      await directory.remove();
    }
  });
});
