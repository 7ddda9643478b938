import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { RUNTIME, TEMPLATE } from './template';

export interface TestDatabase {
  /** As the application. */
  url: string;
  /** As the owner of the schema. */
  ownerUrl: string;
  drop: () => Promise<void>;
}

/** A fresh copy of the migrated template database of a server, the run's own when left out; `drop` removes it. */
export async function createTestDatabase(server = adminUrl()): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  // By files: half the work of copying through the log, which nobody would replay.
  await asAdmin(`create database ${name} template ${TEMPLATE} strategy file_copy`, server);
  const owner = new URL(server);
  owner.pathname = `/${name}`;
  const runtime = new URL(owner);
  Object.assign(runtime, { username: RUNTIME.name, password: RUNTIME.password });
  return {
    url: runtime.toString(),
    ownerUrl: owner.toString(),
    drop: () => asAdmin(`drop database ${name} with (force)`, server),
  };
}

/** A database without a schema, for what the product does before there is one. */
export async function emptyDatabase() {
  const name = `empty_${randomBytes(6).toString('hex')}`;
  await asAdmin(`create database ${name}`);
  const urlAs = (role?: { name: string; password: string }) => {
    const url = new URL(adminUrl());
    url.pathname = `/${name}`;
    if (role) Object.assign(url, { username: role.name, password: role.password });
    return url.toString();
  };
  return {
    name,
    ownerUrl: urlAs(),
    urlAs,
    asOwner: (statement: string) => asAdmin(statement, urlAs()),
    drop: () => asAdmin(`drop database ${name} with (force)`),
  };
}

async function asAdmin(statement: string, connectionString = adminUrl()): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function adminUrl(): string {
  const url = process.env['TEST_POSTGRES_URL'];
  if (!url) throw new Error('The test PostgreSQL is not running; see test/support/global-setup.ts');
  return url;
}
