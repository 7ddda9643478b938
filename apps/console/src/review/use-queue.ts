import { useMemo } from 'react';
import { answer, api, type Schemas } from '../api/client';
import { type Pages, usePages } from '../api/queries';
import { useUrlFilters } from '../ui/filters';
import { TARGET_TYPES } from '../ui/labels';
import type { QueueEntry } from './desk-entry';
import { submissionKey, useOutbox } from './outbox';

const PAGE = 50;
const DAY_MS = 86_400_000;
/** Ages move slowly: a filter that changed with every second would ask again with every second. */
const ROUNDED_MS = 60_000;

const FILTERS = ['kind', 'type', 'age', 'person', 'mine'] as const;
export type FilterName = (typeof FILTERS)[number];
export const AGES = ['older-1', 'older-3', 'older-7', 'older-30', 'newer-1'] as const;

type Query = NonNullable<NonNullable<Parameters<typeof listQueue>[0]>>;

function listQueue(
  query: {
    limit: number;
    cursor?: string;
    target_type?: Schemas['QueueEntryResponse']['targetType'];
    subject?: string;
    user_id?: string;
    submitted_before?: string;
    submitted_after?: string;
    claimed?: 'me' | 'nobody';
  },
  signal: AbortSignal,
) {
  return answer(api.GET('/api/v1/crew/queue', { params: { query: { all_kinds: true, ...query } }, signal }));
}

export interface Queue {
  pages: Pages<QueueEntry>;
  /** Without what this person has decided on. */
  entries: readonly QueueEntry[];
  filters: ReturnType<typeof useUrlFilters<FilterName>>;
}

/** The queue as the address filters it, oldest first. */
export function useQueue(): Queue {
  const filters = useUrlFilters(FILTERS);
  const { kind, type, age, person, mine } = filters.values;
  const query: Omit<Query, 'limit' | 'cursor'> = {
    ...(isKind(kind) ? { target_type: kind } : {}),
    ...(type ? { subject: type } : {}),
    ...(person ? { user_id: person } : {}),
    ...(mine === 'me' || mine === 'nobody' ? { claimed: mine } : {}),
  };
  const pages = usePages<QueueEntry>(['queue', query, age ?? ''], (cursor, signal) =>
    listQueue({ limit: PAGE, ...(cursor ? { cursor } : {}), ...query, ...timesOf(age) }, signal),
  );
  const { decisions, settled } = useOutbox();
  const { data } = pages;
  const entries = useMemo(() => {
    const decided = new Set([
      ...settled,
      ...decisions
        .filter(({ state }) => state !== 'refused')
        .map(({ verificationId, seen }) => submissionKey(verificationId, seen.number)),
    ]);
    return (data?.pages ?? [])
      .flatMap(({ items }) => items)
      .filter(({ verificationId, submissionNumber }) => !decided.has(submissionKey(verificationId, submissionNumber)));
  }, [data, decisions, settled]);
  return { pages, entries, filters };
}

function isKind(text: string | undefined): text is (typeof TARGET_TYPES)[number] {
  return TARGET_TYPES.some((type) => type === text);
}

function timesOf(age: string | undefined): { submitted_before?: string; submitted_after?: string } {
  const [direction, days] = age?.split('-') ?? [];
  if (!Number(days)) return {};
  const now = Math.floor(Date.now() / ROUNDED_MS) * ROUNDED_MS;
  const at = new Date(now - Number(days) * DAY_MS).toISOString();
  return direction === 'older' ? { submitted_before: at } : { submitted_after: at };
}
