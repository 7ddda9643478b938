import { type Client, escapeIdentifier } from 'pg';
import type { EntityManager } from 'typeorm';

const GUARD = 'refused_in_maintenance';
/** What is no record: it may go on changing, and is not taken along when the registry moves. */
export const PASSING_TABLES = [
  'maintenance',
  'backups',
  'schema_migrations',
  'rate_counts',
  'recent_writes',
  'heartbeats',
];
/** How long a guard waits for the transactions that write to its table; whoever comes meanwhile waits behind it. */
const LOCK_MS = 2000;
const LOCK_TRIES = 30;
const LOCK_NOT_AVAILABLE = '55P03';

const TABLES = `
  select c.relname as name, exists (select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgname = $2) as "isGuarded"
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all($1)
  order by c.relname`;

export interface MaintenanceState {
  since: Date;
  reason: string;
  /** Of the move that the registry stands still for. */
  moveId: string | null;
}

export async function maintenanceState(manager: EntityManager): Promise<MaintenanceState | null> {
  const [state] = await manager.query<MaintenanceState[]>('select since, reason, move_id as "moveId" from maintenance');
  return state ?? null;
}

/** Tells every process that nothing may be written; they hear of it within a second. Answers false when that was so before. */
export async function announceMaintenance(
  tx: EntityManager,
  { since, reason, moveId }: MaintenanceState,
): Promise<boolean> {
  const made = await tx.query<unknown[]>(
    'insert into maintenance (id, since, reason, move_id) values (1, $1, $2, $3) on conflict do nothing returning id',
    [since, reason, moveId],
  );
  return made.length === 1;
}

/** Maintenance that was there before is for this move, too. Answers the move that it is for. */
export async function claimForMove(tx: EntityManager, moveId: string): Promise<string> {
  const [rows] = await tx.query<[{ moveId: string }[], number]>(
    'update maintenance set move_id = coalesce(move_id, $1) returning move_id as "moveId"',
    [moveId],
  );
  if (!rows[0]) throw new Error('There is no maintenance');
  return rows[0].moveId;
}

/**
 * Has the database itself refuse every change from now on, whoever asks: a process that has not heard of it, or comes back from a pause.
 * When this returns, no transaction is left that has changed something and could still commit. One table at a time: a transaction that
 * held all of them would wait for those that wait for it.
 */
export async function guardTables(owner: Client): Promise<void> {
  await owner.query(`set lock_timeout = ${LOCK_MS}`);
  try {
    for (const { name, isGuarded } of await tables(owner)) if (!isGuarded) await guard(owner, name);
  } finally {
    await owner.query('reset lock_timeout');
  }
}

/** The database refuses nothing any more. */
export async function unguardTables(owner: Client): Promise<void> {
  for (const { name, isGuarded } of await tables(owner)) {
    if (isGuarded) await owner.query(`drop trigger if exists ${GUARD} on ${escapeIdentifier(name)}`);
  }
}

/** Tells every process that it is over. Answers false when there was no maintenance. */
export async function forgetMaintenance(tx: EntityManager): Promise<boolean> {
  const [, count] = await tx.query<[unknown[], number]>('delete from maintenance');
  return count === 1;
}

async function tables(owner: Client) {
  const { rows } = await owner.query<{ name: string; isGuarded: boolean }>(TABLES, [PASSING_TABLES, GUARD]);
  return rows;
}

async function guard(owner: Client, table: string): Promise<void> {
  for (let left = LOCK_TRIES; ; left -= 1) {
    try {
      await owner.query(
        `create trigger ${GUARD} before insert or update or delete or truncate on ${escapeIdentifier(table)}
         for each statement execute function refuse_in_maintenance()`,
      );
      return;
    } catch (error) {
      if (left === 0 || (error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    }
  }
}
