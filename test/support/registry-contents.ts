import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { Clock } from '#libs/common';
import { createConfig, readEnvironment } from '#libs/config';
import { openStorage, ROOTS } from '#libs/storage';

/** Of each table its rows, hashed: what two registries have alike, however they were made so. */
export async function rowsOfRegistry(ownerUrl: string): Promise<Record<string, string>> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`set timezone = 'UTC'`);
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname in ('public', 'graphile_worker')
         and tablename not in ('schema_migrations', 'migrations', 'maintenance', 'backups', 'rate_counts', 'recent_writes',
           'heartbeats')`,
    );
    const found: Record<string, string> = {};
    for (const { name } of tables) {
      // What a restore says of itself comes after it.
      const where = name === 'public.audit_records' ? `where action <> 'registry.restore'` : '';
      const { rows } = await client.query<{ hash: string }>(
        `select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as hash from ${name} t ${where}`,
      );
      found[name] = rows[0]?.hash ?? '';
    }
    return found;
  } finally {
    await client.end();
  }
}

/** How a database is built: everything but the rows. */
export async function schemaOfRegistry(ownerUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ part: string }>(`
      select indexdef as part from pg_indexes where schemaname in ('public', 'graphile_worker')
      union all select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated) from pg_constraint
        where connamespace = 'public'::regnamespace and contype <> 'n'
      union all select concat_ws(' ', tgrelid::regclass, tgname, tgenabled) from pg_trigger
        where not tgisinternal and tgname <> 'refused_in_maintenance'
      union all select concat_ws(' ', attrelid::regclass, attname, attstattarget) from pg_attribute
        where attrelid::regclass::text like '%idx' and attstattarget > 0
      union all select concat_ws(' ', sequencename, last_value) from pg_sequences
        where schemaname = 'public' and sequencename <> 'schema_migrations_id_seq'
      union all select nspname from pg_namespace where nspname like 'credence%'`);
    // PostgreSQL writes `in (...)` of a column in two ways, and reads what it has written as the other one.
    return rows.map(({ part }) => part.replace(/::(character varying|text)(\[\])?|[()]/g, '')).sort();
  } finally {
    await client.end();
  }
}

/** SHA-256 of each object, by its key. */
export async function objectsOfRegistry(settings: Record<string, string>): Promise<Record<string, string>> {
  const embedded = {
    databaseUrl: 'postgresql://nobody@127.0.0.1/none',
    secretKey: 'x'.repeat(40),
    publicUrl: 'http://localhost',
  };
  const storage = await openStorage(createConfig(readEnvironment(settings), embedded), new Clock());
  const found: Record<string, string> = {};
  for (const root of ROOTS) {
    for await (const { key } of storage.walk(root)) {
      const hash = createHash('sha256');
      for await (const chunk of (await storage.read(key)) as AsyncIterable<Buffer>) hash.update(chunk);
      found[key] = hash.digest('hex');
    }
  }
  return found;
}
