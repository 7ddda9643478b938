import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '#libs/database';
import { Image } from '../support/image';
import { ProductDirectory } from '../support/product';
import { type S3Server, startS3Server } from '../support/s3-server';
import { emptyDatabase } from '../support/test-database';

/** As compose.yaml starts it; of an API alone nobody works off the queue, and /health/ready says so. */
const WORKER = ['node', 'dist/apps/worker/src/main.js'];
const START_MS = 60_000;
/** So many at once: each keeps a core busy for a second. */
const AT_ONCE = 2;
const ADMIN = ['--name', 'Northern Crewing', '--email', 'admin@example.org'];
/** What a command wants to be told; the others run without, or say how they are used. */
const ARGUMENTS: Record<string, string[]> = {
  'create-organization': ADMIN,
  'second-factor:reset': ['--email=admin@example.org'],
};
/** What Node says when something is not in the image, or may not be written there. */
const NOT_IN_THE_IMAGE = /Cannot find module|ERR_MODULE_NOT_FOUND|ENOENT|EROFS|EACCES|npm ci|^ {4}at /m;

jest.setTimeout(240_000);

describe('the image, as far as it can be had without a container', () => {
  let image: Image;
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  let s3: S3Server;
  let settings: Record<string, string>;
  let port: number;

  beforeAll(async () => {
    image = new Image();
    database = await emptyDatabase();
    s3 = await startS3Server();
    port = await freePort();
    const directory = new ProductDirectory();
    // The image's own DATA_DIR counts.
    const { DATA_DIR: _, ...services } = directory.ownServices(database.urlAs(), port);
    settings = { ...services, ...s3.environment };
    await directory.remove();
  });
  afterAll(async () => {
    await s3?.stop();
    await database?.drop();
    image?.remove();
  });

  const run = (command: string[]) => image.start(command, settings).ended;

  const argumentsOf = (name: string) => (name === 'backup' ? [`--to=${image.scratch}`] : (ARGUMENTS[name] ?? []));

  /** Every script of package.json that whoever runs Credence is told of, but for those that stay. */
  const commands = () => {
    const { scripts } = JSON.parse(readFileSync(join(image.folder, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const isCommand = ([name, script]: [string, string]) => script.includes('/src/commands/') && name !== 'openapi';
    return Object.entries(scripts)
      .filter(isCommand)
      .map(([name]) => name);
  };

  it('has a user of its own, named by number', () => expect(image.user).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/));

  it('runs every command as it is documented, as a user who may write nothing there', async () => {
    const first = await run(['npm', 'run', 'migration:run']);
    expect(first).toMatchObject({ code: 0 });
    const founded = await run(['npm', 'run', 'create-organization', '--', ...ADMIN]);
    expect(founded.output).toContain('accept-invitation?lang=en#token=');

    const left = commands();
    expect(left.length).toBeGreaterThan(6);
    const broken: object[] = [];
    const work = async () => {
      for (let name = left.shift(); name; name = left.shift()) {
        const { code, output } = await run(['npm', 'run', name, '--', ...argumentsOf(name)]);
        // Some have something to object to, and say so in a sentence.
        if (![0, 1].includes(code ?? -1) || NOT_IN_THE_IMAGE.test(output)) broken.push({ name, code, output });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(broken).toEqual([]);
  });

  it('serves API, console and the pages of the mails, works off the queue beside, and both end in order', async () => {
    const { child, ended } = image.start(image.command, settings);
    const worker = image.start(WORKER, settings);
    // As a browser asks: to others the console's addresses say nothing.
    const answers = (path: string) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept: 'text/html, */*' } }).then(
        ({ status }) => status,
        () => 0,
      );
    const until = Date.now() + START_MS;
    while ((await answers('/health/ready')) !== 200 && child.exitCode === null && Date.now() < until)
      await new Promise((go) => setTimeout(go, 200));
    const paths = ['/health/ready', '/console/', '/docs', '/openapi.json', '/accept-invitation', '/reset-password'];
    const statuses = await Promise.all(paths.map(async (path) => [path, await answers(path)]));
    for (const each of [child, worker.child]) each.kill('SIGTERM');
    expect(await Promise.all([ended, worker.ended])).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(statuses).toEqual(paths.map((path) => [path, 200]));
  });

  it('does not start without services of one’s own', async () => {
    const { child, ended } = image.start(image.command, {});
    const { code, output } = await ended;
    expect(child.exitCode).toBe(1);
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringContaining('CREDENCE_MODE=production takes services of your own'),
    });
  });
});
