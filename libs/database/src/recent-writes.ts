import { tellPersonalData } from './personal-data';

tellPersonalData({
  table: 'recent_writes',
  person: 'author_uuid',
  personal: [],
  impersonal: [],
  erasure: { keptBecause: 'it says for some minutes that somebody has written something' },
});

/** Far longer than a replica may lag and still be read from. */
const KEEP = `interval '1 hour'`;

/** Notes that the authors (uuid[]) write in the transaction at hand; a part of a `with`, so it costs no statement of its own. */
export function noteWrites(authors: string): string {
  return `
    insert into recent_writes (author_uuid, transaction_id, at)
    select unnest(${authors}::uuid[]), pg_current_xact_id()::text::bigint, now()
    on conflict do nothing`;
}

/** One more column of a select: the newest transaction in which the author (an expression) wrote. Nothing without a replica. */
export function lastWriteColumn(author: string, replicaUrl: string | null): string {
  if (replicaUrl === null) return '';
  return `, (select max(w.transaction_id) from recent_writes w where w.author_uuid = ${author}) as "lastWrite"`;
}

export const REMOVE_PAST_WRITES = `delete from recent_writes where at < now() - ${KEEP}`;
