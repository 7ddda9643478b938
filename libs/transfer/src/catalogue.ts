import type { Readable } from 'node:stream';
import { Client, type ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { PASSING_TABLES } from '#libs/maintenance';

/** What a table of the queue holds besides jobs, and the queue makes itself. */
const QUEUE_MIGRATIONS = 'migrations';

/** A table whose rows are taken along. */
export interface TransferTable {
  /** Quoted as SQL wants it, with its schema: `public.certificates`. */
  name: string;
  /** Quoted; without those that the database computes. */
  columns: string[];
}

/** Where a sequence stands. */
export interface SequencePosition {
  name: string;
  /** As text: it may be more than a number can hold. */
  last: string;
  isCalled: boolean;
}

/** How many rows a table has, and a sum over the hashes of all of them: equal for equal rows in any order. */
export interface TableDigest {
  rows: number;
  hash: string;
}

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name,
         array_agg(quote_ident(a.attname) order by a.attnum) as columns
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  where c.relkind = 'r' and (
    (n.nspname = 'public' and c.relname <> all($1)) or (n.nspname = 'graphile_worker' and c.relname <> $2))
  group by 1 order by 1`;

const SEQUENCES = `
  select format('%I.%I', schemaname, sequencename) as name from pg_sequences
  where schemaname in ('public', 'graphile_worker') order by 1`;

/** Values are written in the same letters on both sides, whatever the server or the role is set to; and nothing is cut off. */
const PLAIN_SETTINGS = `
  set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 3; set bytea_output = 'hex';
  set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0; set client_encoding = 'UTF8'`;

/** A session for a transfer: as the owner of the schema. */
export async function connectTo(ownerUrl: string): Promise<Client> {
  const client = new Client({ connectionString: ownerUrl, keepAlive: true });
  // A broken connection fails the statement at hand; unheard, it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(PLAIN_SETTINGS);
  return client;
}

/** What COPY writes of a table. */
export function rowsOf(client: ClientBase, { name, columns }: TransferTable): Readable {
  return client.query(copyTo(`copy ${name} (${columns.join(', ')}) to stdout`));
}

/** All tables that hold the registry, the jobs that wait included. */
export async function listTables(client: ClientBase): Promise<TransferTable[]> {
  const { rows } = await client.query<TransferTable>(TABLES, [PASSING_TABLES, QUEUE_MIGRATIONS]);
  return rows;
}

/** Names of the migrations that the schema was made with, in order. */
export async function listMigrations(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select name from schema_migrations order by id');
  return rows.map(({ name }) => name);
}

export async function sequencePositions(client: ClientBase): Promise<SequencePosition[]> {
  const { rows } = await client.query<{ name: string }>(SEQUENCES);
  const positions: SequencePosition[] = [];
  for (const { name } of rows) {
    const { rows: found } = await client.query<Omit<SequencePosition, 'name'>>(
      `select last_value::text as last, is_called as "isCalled" from ${name}`,
    );
    positions.push({ name, ...(found[0] as Omit<SequencePosition, 'name'>) });
  }
  return positions;
}

/** 64 bits of each row's SHA-256, added up: against mistakes on the way, not against somebody who means it. */
export async function digestOf(client: ClientBase, { name, columns }: TransferTable): Promise<TableDigest> {
  const { rows } = await client.query<{ rows: string; hash: string }>(
    `select count(*)::text as rows,
            coalesce(sum(('x' || left(encode(sha256(convert_to(row(${columns.join(', ')})::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint), 0)::text as hash
     from ${name}`,
  );
  return { rows: Number(rows[0]?.rows), hash: rows[0]?.hash ?? '' };
}

/** True when nobody has put anything into the registry yet; what migrations themselves put there does not count. */
export async function isEmpty(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ isThere: boolean }>(
    `select to_regclass('schema_migrations') is not null as "isThere"`,
  );
  if (!rows[0]?.isThere) return true;
  for (const { name } of await listTables(client)) {
    if (name === 'public.installation' || name.startsWith('graphile_worker.')) continue;
    const { rowCount } = await client.query(`select 1 from ${name} limit 1`);
    if (rowCount !== 0) return false;
  }
  return true;
}
