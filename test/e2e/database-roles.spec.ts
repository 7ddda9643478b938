import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ProductDirectory } from '../support/product';
import { createTestDatabase, emptyDatabase, type TestDatabase } from '../support/test-database';
import { RUNTIME } from '../support/template';

const RUN_MIGRATIONS = 'apps/api/src/commands/run-migrations.js';
const CREATE_ORGANIZATION = 'apps/api/src/commands/create-organization.js';
const APPEND_ONLY = ['audit_records', 'audit_personal_values', 'submissions', 'decisions', 'confirmations'];

/** The error code of a statement, or what it answered. */
async function codeOf(client: Client, statement: string): Promise<string | undefined> {
  try {
    await client.query(statement);
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

const REFUSED = '42501';

describe('the application’s own database role', () => {
  let database: TestDatabase;
  let runtime: Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    runtime = new Client({ connectionString: database.url });
    await runtime.connect();
  });
  afterAll(async () => {
    await runtime.end();
    await database.drop();
  });

  it.each(APPEND_ONLY)('can read %s, but UPDATE, DELETE and TRUNCATE fail', async (table) => {
    expect(await codeOf(runtime, `select * from ${table}`)).toBe('done');
    for (const statement of [
      table === 'audit_personal_values'
        ? `update ${table} set after = null`
        : `update ${table} set organization_id = 0`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      expect({ statement, code: await codeOf(runtime, statement) }).toEqual({ statement, code: REFUSED });
    }
  });

  it('cannot switch the protection off, change the schema, become the owner or pretend that a migration has run', async () => {
    for (const statement of [
      'alter table audit_records disable trigger all',
      'drop trigger audit_records_are_final on audit_records',
      'drop table audit_records',
      'create table public.anything (id int)',
      'create or replace function refuse_change() returns trigger language plpgsql as $$ begin return null; end $$',
      'set session_replication_role = replica',
      'set role postgres',
      'update schema_migrations set timestamp = 0',
    ]) {
      expect({ statement, code: await codeOf(runtime, statement) }).toEqual({ statement, code: REFUSED });
    }
    // Answered with a warning only, because the role has other rights on the table to give away, if it might.
    await runtime.query(`grant update on audit_records to ${RUNTIME.name}`);
    expect(await codeOf(runtime, 'update audit_records set at = at')).toBe(REFUSED);
  });

  it('works on the tables that a later migration adds, without a word about it', async () => {
    const owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query('create table added_later (id bigint generated always as identity primary key, name text)');
    await owner.end();
    for (const statement of [
      `insert into added_later (name) values ('one')`,
      `update added_later set name = 'two'`,
      'select * from added_later',
      'delete from added_later',
    ]) {
      expect({ statement, code: await codeOf(runtime, statement) }).toEqual({ statement, code: 'done' });
    }
    expect(await codeOf(runtime, 'truncate added_later')).toBe(REFUSED);
  });

  it('puts jobs into the queue within its own transactions', async () => {
    await runtime.query('begin');
    await runtime.query(`select graphile_worker.add_job('anything', payload => '{}')`);
    await runtime.query('rollback');
    await runtime.query(`select graphile_worker.add_job('anything', payload => '{}')`);
    expect((await runtime.query('select 1 from graphile_worker.jobs')).rowCount).toBe(1);
  });
});

describe('an installation', () => {
  let directory: ProductDirectory;
  let empty: Awaited<ReturnType<typeof emptyDatabase>>;
  beforeEach(async () => {
    directory = new ProductDirectory();
    empty = await emptyDatabase();
  });
  afterEach(async () => {
    await directory.remove();
    await empty.drop();
  });

  const settings = (databaseUrl: string, ownerUrl?: string) => ({
    DATA_DIR: directory.dataDir,
    DATABASE_URL: databaseUrl,
    ...(ownerUrl ? { DATABASE_OWNER_URL: ownerUrl } : {}),
    S3_BUCKET: 'credence-files',
    S3_REGION: 'eu-north-1',
    S3_ENDPOINT: 'http://127.0.0.1:9',
    S3_ACCESS_KEY_ID: 'none',
    S3_SECRET_ACCESS_KEY: 'none',
    SECRET_KEY: 'a-secret-of-the-tests-only-0123456789',
    PUBLIC_URL: 'https://credence.example.org',
  });
  const migrations = async (values: Record<string, string>) => {
    const run = directory.run(RUN_MIGRATIONS, values);
    return { code: await run.ended, output: run.output.trim() };
  };

  it('of the embedded kind runs as a role that cannot touch the audit trail, also one that was made before there were roles', async () => {
    const owner = await withOwner(directory, async (client) => {
      const { rows } = await client.query<{ usename: string; application_name: string }>(
        `select distinct usename, application_name from pg_stat_activity where datname = 'credence' and pid <> pg_backend_pid()`,
      );
      expect(rows.filter(({ application_name: name }) => name === 'credence')).toEqual([
        { usename: 'credence_runtime', application_name: 'credence' },
      ]);
      // As an older version left it: no such role.
      await client.query('drop owned by credence_runtime');
    });
    await owner.kill('SIGTERM');
    await withOwner(directory, async (client) => {
      const { rows } = await client.query<{ may: boolean }>(
        `select has_table_privilege('credence_runtime', 'users', 'UPDATE')
                and not has_table_privilege('credence_runtime', 'audit_records', 'UPDATE') as may`,
      );
      expect(rows).toEqual([{ may: true }]);
    });
  });

  it('of one’s own may start with a single role: then the triggers alone protect the trail', async () => {
    expect(await migrations(settings(empty.ownerUrl))).toEqual({ code: 0, output: 'The database is up to date.' });
  });

  it('of one’s own runs without the owner’s URL once the migrations are done', async () => {
    const migrated = await createTestDatabase();
    try {
      expect(await migrations(settings(migrated.url))).toEqual({ code: 0, output: 'The database is up to date.' });
    } finally {
      await migrated.drop();
    }
  });

  it('of one’s own with two roles gets the second one made, and works as it', async () => {
    const name = `runtime_${empty.name}`;
    const url = empty.urlAs({ name, password: 'p@ss "word"' });
    const args = ['--name', 'Northern Crewing', '--email', 'admin@example.org'];
    try {
      const run = directory.run(CREATE_ORGANIZATION, settings(url, empty.ownerUrl), args);
      expect({ code: await run.ended, output: run.output }).toMatchObject({ code: 0 });
      const client = new Client({ connectionString: url });
      await client.connect();
      expect(await codeOf(client, 'delete from audit_records')).toBe(REFUSED);
      expect((await client.query('select 1 from audit_records')).rowCount).toBeGreaterThan(0);
      await client.end();
    } finally {
      await empty.asOwner(`drop owned by ${name}; drop role ${name}`);
    }
  });

  it('does not start as a role that could change the trail after all, and says why', async () => {
    const name = `boss_${empty.name}`;
    await empty.asOwner(`create role ${name} superuser login password 'boss'`);
    try {
      const { code, output } = await migrations(settings(empty.urlAs({ name, password: 'boss' }), empty.ownerUrl));
      expect(code).toBe(1);
      expect(output).toContain('The role of DATABASE_URL could change audit records');
    } finally {
      await empty.asOwner(`drop owned by ${name}; drop role ${name}`);
    }
  });

  it('says what to do when the owner may not create the role', async () => {
    const owner = `owner_${empty.name}`;
    await empty.asOwner(`create role ${owner} login password 'owner'; grant create on schema public to ${owner};
      grant create on database ${empty.name} to ${owner}`);
    try {
      const url = empty.urlAs({ name: `nobody_${empty.name}`, password: 'nobody' });
      const { code, output } = await migrations(settings(url, empty.urlAs({ name: owner, password: 'owner' })));
      expect(code).toBe(1);
      expect(output).toContain('Create it as an administrator');
      expect(output).not.toContain('nobody_');
    } finally {
      await empty.asOwner(`drop owned by ${owner} cascade; drop role ${owner}`);
    }
  });
});

/** Starts the embedded product and looks into its database as the owner. */
async function withOwner(directory: ProductDirectory, work: (client: Client) => Promise<void>) {
  const { run } = await directory.start();
  const client = new Client({ connectionString: directory.ownerUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
  return run;
}
