import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { VERSION } from '#libs/config';
import { freePort } from '#libs/database';
import { noteOfRun } from '../support/notes';
import { API, ProductDirectory, WORKER } from '../support/product';
import { type S3Server, startS3Server } from '../support/s3-server';
import { TcpProxy } from '../support/tcp-proxy';
import { TEST_SECRET } from '../support/template';
import { createTestDatabase, emptyDatabase, type TestDatabase } from '../support/test-database';

/** What no line may show. */
const PASSWORD = 'hunter2hunter2';
const OTHER_SECRET = 'another-secret-of-the-tests-0123456789';
/** So many starts at once: each keeps a core busy for a second. */
const AT_ONCE = 3;
/** Of the start that waits for a database which says nothing. */
const CONNECT_MS = 10_000;
const RUN_MIGRATIONS = 'apps/api/src/commands/run-migrations.js';
/** The version of a program so many minor versions later. */
const later = (count: number) =>
  VERSION.replace(/^(\d+)\.(\d+).*/, (_, major, minor) => `${major}.${Number(minor) + count}`);
const ACCEPT_SECRET = 'apps/api/src/commands/accept-secret.js';

interface Wrong {
  /** For people. */
  what: string;
  /** Instead of those of services of one's own; undefined leaves one out. */
  settings: Record<string, string | undefined>;
  /** What the start prints, in full, or as a line of it. */
  says: string;
  /** The product runs nevertheless; all others end with 1. */
  isRunning?: boolean;
  entry?: string;
  prepare?: (directory: ProductDirectory) => void;
}

const NONE = {
  ...{ DATABASE_URL: undefined, S3_BUCKET: undefined, S3_REGION: undefined, S3_ENDPOINT: undefined },
  ...{ S3_ACCESS_KEY_ID: undefined, S3_SECRET_ACCESS_KEY: undefined, SECRET_KEY: undefined, PUBLIC_URL: undefined },
};

const unusable = (reason: string, setting = 'DATABASE_URL') => `The database of ${setting} cannot be used: ${reason}.`;
const storage = (reason: string) =>
  `The storage cannot be used: ${reason}. Credence runs without it for the time being; \`npm run storage:check\` tells more.`;
const ESCAPED =
  'cannot be read as a URL: a character of the password that means something in one must be escaped ' +
  '(@ as %40, : as %3A, / as %2F, ? as %3F, # as %23, % as %25)';
const NOT_THIS_SECRET =
  'SECRET_KEY is not the one that the data in this database was made with. Set that one; or, if it is to be this one from now on, run ' +
  '`npm run secret:accept`, which signs everybody out. See "Secrets" in docs/operations.md.';

const ofNothing: Wrong[] = [
  {
    what: 'DATABASE_URI beside a SECRET_KEY',
    settings: { ...NONE, SECRET_KEY: TEST_SECRET, DATABASE_URI: `postgresql://a:${PASSWORD}@db/credence` },
    says: '  - DATABASE_URI is no setting; is DATABASE_URL meant?',
  },
  {
    what: 'a SECRET_KEY and nothing else',
    settings: { ...NONE, SECRET_KEY: TEST_SECRET },
    says: '  - DATABASE_URL is missing: SECRET_KEY says that there are services of your own (CREDENCE_MODE=embedded says that there are none)',
  },
  {
    what: 'CREDENCE_MODE=production and nothing else',
    settings: { ...NONE, CREDENCE_MODE: 'production' },
    says: '  - DATABASE_URL is missing: CREDENCE_MODE=production takes services of your own',
  },
  {
    what: 'CREDENCE_MODE=embedded beside a database',
    settings: { CREDENCE_MODE: 'embedded' },
    says: '  - DATABASE_URL says that there are services of your own, and CREDENCE_MODE=embedded that there are none',
  },
  {
    what: 'S3_ENDPIONT',
    settings: { S3_ENDPOINT: undefined, S3_ENDPIONT: 'https://s3.example.org' },
    says: '  - S3_ENDPIONT is no setting; is S3_ENDPOINT meant?',
  },
  {
    what: 'SMTP_URI',
    settings: { SMTP_URI: `smtp://a:${PASSWORD}@mail.example.org` },
    says: '  - SMTP_URI is no setting; is SMTP_URL meant?',
  },
  {
    what: 'a PUBLIC_URL with a path',
    settings: { PUBLIC_URL: 'https://example.org/credence' },
    says: '  - PUBLIC_URL must be https:// or http:// with a host and nothing after it: Credence is served from the root of a host of its own, below no path',
  },
  {
    what: 'a / in the password of DATABASE_URL',
    settings: { DATABASE_URL: `postgresql://credence:${PASSWORD}/@db.example.org/credence` },
    says: `  - DATABASE_URL ${ESCAPED}`,
  },
  {
    what: 'a # in the password of SMTP_URL',
    settings: { SMTP_URL: `smtp://a:${PASSWORD}#@mail.example.org`, MAIL_FROM: 'registry@example.org' },
    says: `  - SMTP_URL ${ESCAPED}`,
  },
  {
    what: 'a database of another kind',
    settings: { DATABASE_URL: `mysql://credence:${PASSWORD}@db.example.org/credence` },
    says: '  - DATABASE_URL must start with postgres:// or postgresql://',
  },
  {
    what: 'an .env that is a folder',
    settings: {},
    prepare: ({ path }) => mkdirSync(join(path, '.env')),
    says: '  - .env in the working directory cannot be read: it is a folder',
  },
  {
    what: 'a mistake in .env',
    settings: NONE,
    prepare: ({ path }) =>
      writeFileSync(join(path, '.env'), `\uFEFFDATABSE_URL=postgresql://a:${PASSWORD}@db/credence\n`),
    says: '  - DATABSE_URL is no setting; is DATABASE_URL meant?',
  },
  {
    what: 'an S3_CA_FILE that is not there',
    settings: { S3_ENDPOINT: 'https://s3.example.org', S3_CA_FILE: '/nowhere/ca.pem' },
    says: '  - S3_CA_FILE must name a readable file with certificates in PEM form',
  },
  {
    what: 'a worker with nothing of its own',
    settings: NONE,
    entry: WORKER,
    says: 'A worker of its own needs services of its own (DATABASE_URL, S3_*): without them, `npm start` already runs the worker.',
  },
];

describe('a start with wrong settings', () => {
  const databases: Awaited<ReturnType<typeof emptyDatabase>>[] = [];
  const directories: ProductDirectory[] = [];
  let migrated: TestDatabase;
  let newer: TestDatabase;
  let ofOthers: TestDatabase;
  let older: TestDatabase;
  let s3: S3Server;
  let silent: TcpProxy;

  const run = (entry: string, settings: Record<string, string | undefined>, prepare?: Wrong['prepare']) => {
    const directory = new ProductDirectory();
    directories.push(directory);
    prepare?.(directory);
    const all = Object.entries({ ...directory.ownServices(migrated.url), ...settings });
    const given = all.filter((entry): entry is [string, string] => entry[1] !== undefined);
    return { directory, run: directory.run(entry, Object.fromEntries(given)) };
  };
  const query = async (url: string, statement: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    return client.query(statement).finally(() => client.end());
  };
  const at = (url: string, changes: Partial<URL>) => Object.assign(new URL(url), changes).toString();

  beforeAll(async () => {
    [migrated, newer, ofOthers, older] = (await Promise.all([1, 2, 3, 4].map(() => createTestDatabase()))) as [
      TestDatabase,
      TestDatabase,
      TestDatabase,
      TestDatabase,
    ];
    s3 = await startS3Server();
    silent = await TcpProxy.start(await freePort(), 9);
    await silent.become('hanging');
    for (const { url } of [migrated, ofOthers]) {
      expect(await run(RUN_MIGRATIONS, { DATABASE_URL: url }).run.ended).toBe(0);
    }
  });
  afterAll(async () => {
    await Promise.all(directories.map((directory) => directory.remove()));
    await silent?.stop();
    await s3?.stop();
    for (const database of [migrated, newer, ofOthers, older, ...databases]) await database?.drop();
  });

  async function database(options = ''): Promise<Awaited<ReturnType<typeof emptyDatabase>>> {
    const made = await emptyDatabase();
    databases.push(made);
    if (options) {
      await query(migrated.ownerUrl, `drop database ${made.name}`);
      await query(migrated.ownerUrl, `create database ${made.name} ${options}`);
    }
    return made;
  }

  async function ofServices(): Promise<Wrong[]> {
    const { DATABASE_URL: url } = { DATABASE_URL: migrated.url };
    const [latin, bare, old] = [
      await database(`encoding latin1 locale 'C' template template0`),
      await database(),
      await database(),
    ];
    const role = `role_${bare.name}`;
    await bare.asOwner(`create role ${role} login password '${PASSWORD}'`);
    const elder = `elder_${old.name}`;
    // As a server of version 14 would say it; there is none to be had here.
    await old.asOwner(`create role ${elder} login password '${PASSWORD}'; create schema elder;
      create function elder.current_setting(text) returns text language sql as $$
        select case $1 when 'server_version_num' then '140009' when 'server_version' then '14.9' else pg_catalog.current_setting($1) end $$;
      grant usage on schema elder to ${elder}; alter role ${elder} set search_path = elder, pg_catalog, public`);
    await query(newer.ownerUrl, `update installation set schema_version = '${later(2)}'`);
    // As a version left it that noted no secret: only its signing keys know.
    expect(await run(RUN_MIGRATIONS, { DATABASE_URL: older.url }).run.ended).toBe(0);
    const first = run('apps/api/src/commands/rotate-keys.js', { DATABASE_URL: older.url });
    expect({ code: await first.run.ended, output: first.run.output }).toMatchObject({ code: 0 });
    await query(older.ownerUrl, 'update installation set secret_fingerprint = null');
    return [
      {
        what: 'nothing at the port of DATABASE_URL',
        settings: { DATABASE_URL: at(url, { port: String(await freePort()) }) },
        says: unusable('nothing listens there'),
      },
      {
        what: 'an unknown host',
        settings: { DATABASE_URL: at(url, { hostname: 'nowhere.invalid' }) },
        says: unusable('its host is unknown'),
      },
      {
        what: 'a server that says nothing',
        settings: { DATABASE_URL: at(url, { port: String(silent.port) }) },
        says: unusable('no answer'),
      },
      {
        what: 'a wrong password',
        settings: { DATABASE_URL: at(url, { password: PASSWORD }) },
        says: unusable('it refuses the password'),
      },
      {
        what: 'no password',
        settings: { DATABASE_URL: at(url, { password: '' }) },
        says: unusable('it asks for a password, and the URL has none'),
      },
      {
        what: 'a database that is not there',
        settings: { DATABASE_URL: at(url, { pathname: '/nowhere' }) },
        says: unusable('it has no such database'),
      },
      {
        what: 'verify-full, and a server without TLS',
        settings: { DATABASE_URL: `${url}?sslmode=verify-full` },
        says: unusable(
          'it does not speak TLS, which sslmode in the URL asks for: switch it on there (`ssl = on`), or leave sslmode out where the network is your own',
        ),
      },
      {
        what: 'an sslrootcert that is not there',
        settings: { DATABASE_URL: `${url}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem` },
        says: unusable('a file that the URL names, as sslrootcert, sslcert or sslkey, cannot be read'),
      },
      {
        what: 'a role without rights on the schema public',
        settings: { DATABASE_URL: bare.urlAs({ name: role, password: PASSWORD }) },
        says: unusable(
          'its role may not create tables in the schema public, which since PostgreSQL 15 only the owner of the database may: make the ' +
            'role the owner (`alter database ... owner to ...`), or `grant all on schema public to ...`',
        ),
      },
      {
        what: 'PostgreSQL 14',
        settings: { DATABASE_URL: old.urlAs({ name: elder, password: PASSWORD }) },
        says: unusable('it is PostgreSQL 14.9, and the oldest that Credence runs on is 15'),
      },
      {
        what: 'an encoding other than UTF8',
        settings: { DATABASE_URL: latin.ownerUrl },
        says: unusable(
          'its encoding is LATIN1, in which not every name can be written: make one with `createdb --encoding UTF8 --template template0`',
        ),
      },
      {
        what: 'a schema that is two versions newer',
        settings: { DATABASE_URL: newer.url },
        says: unusable(
          `its schema is of Credence ${later(2)}, and this is ${VERSION}, which may be one minor version behind and no more: start a newer one`,
        ),
      },
      {
        what: 'DATABASE_URL and DATABASE_OWNER_URL of two databases',
        settings: { DATABASE_URL: at(url, { pathname: '/postgres' }), DATABASE_OWNER_URL: migrated.ownerUrl },
        says: unusable(
          'it is another database than the one of the migrations (DATABASE_OWNER_URL or DATABASE_DIRECT_URL)',
        ),
      },
      { what: 'another SECRET_KEY', settings: { SECRET_KEY: OTHER_SECRET }, says: NOT_THIS_SECRET },
      {
        what: 'another SECRET_KEY, on data of before it was noted',
        settings: { DATABASE_URL: older.url, SECRET_KEY: OTHER_SECRET },
        says: NOT_THIS_SECRET,
      },
      {
        what: 'a bucket that is not there',
        settings: { ...s3.environment, S3_BUCKET: 'no-such-bucket' },
        isRunning: true,
        says: storage('there is no such bucket: S3_BUCKET is wrong, or it is yet to be made'),
      },
      {
        what: 'a wrong S3_SECRET_ACCESS_KEY',
        settings: { ...s3.environment, S3_SECRET_ACCESS_KEY: PASSWORD },
        isRunning: true,
        says: storage('the secret does not belong to the access key: S3_SECRET_ACCESS_KEY is wrong'),
      },
      {
        what: 'nothing at S3_ENDPOINT, told by a worker',
        settings: { ...s3.environment, S3_ENDPOINT: `http://127.0.0.1:${await freePort()}` },
        entry: WORKER,
        isRunning: true,
        says: storage('nothing listens at the endpoint: S3_ENDPOINT is wrong, or the service is down'),
      },
    ];
  }

  async function outcome({ entry = API, settings, prepare, isRunning = false, says }: Wrong) {
    const { directory, run: started } = run(entry, settings, prepare);
    const isSaid =
      isRunning &&
      (await started.printed(says).then(
        () => true,
        () => false,
      ));
    // One that starts nevertheless would never end.
    const runs = () =>
      started.printed('is running').then(
        () => 'runs' as const,
        () => started.ended,
      );
    const code = isRunning ? (isSaid ? 'runs' : 'silent') : await Promise.race([started.ended, runs()]);
    if (started.isRunning) await started.kill('SIGTERM');
    return { code, output: started.output, hasData: existsSync(directory.dataDir) };
  }

  it('says of each in a sentence what is wrong, shows no value, and starts nothing else', async () => {
    const all = [...ofNothing, ...(await ofServices())];
    expect(all.length).toBeGreaterThan(20);
    const outcomes = new Map<Wrong, Awaited<ReturnType<typeof outcome>>>();
    const left = [...all];
    const began = performance.now();
    const work = async () => {
      for (let wrong = left.shift(); wrong; wrong = left.shift()) outcomes.set(wrong, await outcome(wrong));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(performance.now() - began).toBeLessThan(CONNECT_MS * all.length);

    const width = Math.max(...all.map(({ what }) => what.length));
    noteOfRun(`What the start says of ${all.length} wrong settings:`);
    for (const { what, says } of all) noteOfRun(`  ${what.padEnd(width)}  ${says.trim()}`);
    const others = all.flatMap((wrong) => {
      const { code, output = '', hasData } = outcomes.get(wrong) ?? {};
      const isAsWanted = code === (wrong.isRunning ? 'runs' : 1) && !hasData && output.split('\n').includes(wrong.says);
      const isTelling =
        /^ {4}at /m.test(output) || [PASSWORD, TEST_SECRET, OTHER_SECRET].some((one) => output.includes(one));
      return isAsWanted && !isTelling ? [] : [{ what: wrong.what, code, hasData, output }];
    });
    expect(others).toEqual([]);
  });

  it('with another SECRET_KEY is possible once that was said to be right, and is in the trail', async () => {
    const settings = { DATABASE_URL: ofOthers.url, SECRET_KEY: OTHER_SECRET };
    const accepted = run(ACCEPT_SECRET, settings);
    expect({ code: await accepted.run.ended, output: accepted.run.output }).toEqual({
      code: 0,
      output: expect.stringContaining('This SECRET_KEY is the one of this database from now on.'),
    });
    expect(await run(RUN_MIGRATIONS, settings).run.ended).toBe(0);
    expect(await run(RUN_MIGRATIONS, { DATABASE_URL: ofOthers.url }).run.ended).toBe(1);
    const { rows } = await query(
      ofOthers.ownerUrl,
      `select actor_kind, organization_id from audit_records where action = 'secret-key.accept'`,
    );
    expect(rows).toEqual([{ actor_kind: 'system', organization_id: null }]);
  });

  it('of two at once that each bring a secret of their own, lets one have an empty database', async () => {
    const { ownerUrl } = await database();
    const secrets = [TEST_SECRET, OTHER_SECRET];
    const runs = secrets.map((secret) => run(RUN_MIGRATIONS, { DATABASE_URL: ownerUrl, SECRET_KEY: secret }).run);
    const codes = await Promise.all(runs.map(({ ended }) => ended));
    expect([...codes].sort()).toEqual([0, 1]);
    expect(runs[codes.indexOf(1)]?.output.trim()).toBe(NOT_THIS_SECRET);
  });

  it('is none where the schema is one version newer: the old version runs on beside the new one, and leaves its mark alone', async () => {
    await query(newer.ownerUrl, `update installation set schema_version = '${later(1)}'`);
    const { run: started } = run(RUN_MIGRATIONS, { DATABASE_URL: newer.url });
    expect({ code: await started.ended, output: started.output }).toMatchObject({ code: 0 });
    const { rows } = await query(newer.ownerUrl, 'select schema_version from installation');
    expect(rows).toEqual([{ schema_version: later(1) }]);
  });
});
