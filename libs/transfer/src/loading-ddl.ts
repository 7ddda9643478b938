import type { ClientBase } from 'pg';

/**
 * Foreign keys last, since they need the unique ones; check and not-null constraints stay, which cost little and tell at once. A column of
 * an index may have statistics of its own, which its definition does not say.
 */
const REMOVED = `
  with tables as (
    select c.oid, c.oid::regclass::text as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  ), keys as (
    select t.name, quote_ident(k.conname) as key, k.contype, pg_get_constraintdef(k.oid) as definition, k.conindid
    from pg_constraint k join tables t on t.oid = k.conrelid where k.contype in ('p', 'u', 'x', 'f')
  ), indexes as (
    select i.indexrelid, i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join tables t on t.oid = i.indrelid
    where not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
  )
  select * from (
    select 1 as "dropAt", 4 as "putBackAt", format('alter table %s drop constraint %s', name, key) as "drop",
           format('alter table %s add constraint %s %s', name, key, definition) as "putBack"
    from keys where contype = 'f'
    union all
    select 2, 2, format('drop index %s', name), definition from indexes
    union all
    select 2, 1, format('alter table %s drop constraint %s', name, key), format('alter table %s add constraint %s %s', name, key, definition)
    from keys where contype <> 'f'
    union all
    select 2, 3, null, format('alter index %s alter column %s set statistics %s', i.name, a.attnum, a.attstattarget)
    from indexes i join pg_attribute a on a.attrelid = i.indexrelid and a.attstattarget > 0
    union all
    select 2, 5, format('alter table %s disable trigger user', name), format('alter table %s enable trigger user', name)
    from tables t where exists (select 1 from pg_trigger g where g.tgrelid = t.oid and not g.tgisinternal)
  ) as parts order by "putBackAt", "putBack"`;

interface Part {
  dropAt: number;
  drop: string | null;
  putBack: string;
}

/** Removes what would be kept up to date, asked or fired with every row; answers the statements that put it back, in order. */
export async function removeForLoading(owner: ClientBase): Promise<string[]> {
  const { rows: parts } = await owner.query<Part>(REMOVED);
  for (const { drop } of [...parts].sort((a, b) => a.dropAt - b.dropAt)) if (drop) await owner.query(drop);
  return parts.map(({ putBack }) => putBack);
}
