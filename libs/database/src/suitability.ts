import type { Client } from 'pg';
import { distanceOf, minorOf } from './schema-version';

/** The schema that a copy of a registry keeps its progress in, in the database that it is copied into. */
export const UNFINISHED_TRANSFER = 'credence_transfer';

const OLDEST_SERVER = 150_000;
const INSUFFICIENT_PRIVILEGE = '42501';
/** There is no schema public, or no right to use it. */
const INVALID_SCHEMA_NAME = '3F000';

/** A database that the product must not run on; the message is a clause that says why and what to do. */
export class DatabaseUnsuitable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DatabaseUnsuitable';
  }
}

interface Server {
  number: number;
  version: string;
  encoding: string;
  hasInstallation: boolean;
  isUnfinished: boolean;
}

/** Before anything is changed in it. @throws DatabaseUnsuitable */
export async function requireSuitable(client: Client, programVersion: string): Promise<void> {
  const { rows } = await client.query<Server>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
            current_setting('server_encoding') as encoding, to_regclass('installation') is not null as "hasInstallation",
            to_regnamespace('${UNFINISHED_TRANSFER}') is not null as "isUnfinished"`,
  );
  const { number, version, encoding, hasInstallation, isUnfinished } = rows[0] as Server;
  if (number < OLDEST_SERVER) {
    throw new DatabaseUnsuitable(`it is PostgreSQL ${version}, and the oldest that Credence runs on is 15`);
  }
  if (encoding !== 'UTF8') {
    throw new DatabaseUnsuitable(
      `its encoding is ${encoding}, in which not every name can be written: make one with \`createdb --encoding UTF8 --template template0\``,
    );
  }
  if (isUnfinished) {
    throw new DatabaseUnsuitable(
      'a registry is being copied into it, by `npm run move` or `npm run restore`, and is not all there yet: run the same command again, which goes on',
    );
  }
  const schema = hasInstallation ? await schemaVersion(client) : null;
  if (schema !== null && distanceOf(schema, minorOf(programVersion)) === 'other') {
    throw new DatabaseUnsuitable(
      `its schema is of Credence ${schema}, and this is ${programVersion}, which may be one minor version behind and no more: start a newer one`,
    );
  }
}

/** After the migrations. An older program that runs on beside a newer one leaves the newer one's version. */
export async function noteSchemaVersion(client: Client, programVersion: string): Promise<void> {
  const [noted, program] = [await schemaVersion(client), minorOf(programVersion)];
  if (noted !== null && distanceOf(noted, program) !== 'older') return;
  await client.query('update installation set schema_version = $1 where id = 1', [program]);
}

async function schemaVersion(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ version: string | null }>(
    'select schema_version as version from installation where id = 1',
  );
  return rows[0]?.version ?? null;
}

/** What a role lacks that could not migrate; the error itself, if that is not it. */
export async function lackOfRights(client: Client, error: unknown): Promise<unknown> {
  const { code } = ((error as { driverError?: unknown }).driverError ?? error) as { code?: string };
  if (code !== INSUFFICIENT_PRIVILEGE && code !== INVALID_SCHEMA_NAME) return error;
  const { rows } = await client.query<{ schema: boolean | null; database: boolean }>(
    `select (select has_schema_privilege(oid, 'CREATE') and has_schema_privilege(oid, 'USAGE')
             from pg_namespace where nspname = 'public') as schema,
            has_database_privilege(current_database(), 'CREATE') as database`,
  );
  return new DatabaseUnsuitable(clauseOf(rows[0]?.schema ?? null, rows[0]?.database ?? false));
}

function clauseOf(mayUseSchema: boolean | null, mayUseDatabase: boolean): string {
  if (mayUseSchema === null) return 'it has no schema public: `create schema public`';
  if (!mayUseSchema) {
    return (
      'its role may not create tables in the schema public, which since PostgreSQL 15 only the owner of the database may: make the role ' +
      'the owner (`alter database ... owner to ...`), or `grant all on schema public to ...`'
    );
  }
  if (!mayUseDatabase) {
    return 'its role may not create the schema of the job queue: make the role the owner (`alter database ... owner to ...`), or `grant create on database ... to ...`';
  }
  return 'its tables belong to another role, and only their owner may migrate: name that one in DATABASE_OWNER_URL, or run `npm run migration:run` as it';
}
