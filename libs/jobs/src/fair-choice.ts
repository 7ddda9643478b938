import { organizationOf } from './lanes';

/** What the queue holds of one sender in one lane. */
export interface Backlog {
  mark: string;
  /** Of the job that is due and comes first; null when all of them are in hand. */
  priority: number | null;
  oldest: Date | null;
  running: number;
}

/** How long somebody's jobs have taken lately, in milliseconds; of a mark or an organisation. */
export type UsedLately = (of: string) => number;

/**
 * Who is next: the more urgent first, then the organisation with the fewest jobs in hand, then the one whose jobs have taken less time
 * lately, and among its people likewise; then whoever has waited longest. Null when nobody waits who may get a worker.
 */
export function chooseNext(
  backlogs: readonly Backlog[],
  isFull: (organization: string) => boolean,
  used: UsedLately,
): string | null {
  const running = new Map<string, number>();
  for (const backlog of backlogs) {
    const organization = organizationOf(backlog.mark);
    running.set(organization, (running.get(organization) ?? 0) + backlog.running);
  }
  // Once for all of its people: it grows less from one look at it to the next.
  const usedBy = new Map([...running.keys()].map((organization) => [organization, used(organization)]));
  const rank = ({ mark, priority, oldest, running: own }: Backlog) => {
    const organization = organizationOf(mark);
    const ofAll = [running.get(organization) ?? 0, usedBy.get(organization) ?? 0];
    return [priority ?? 0, ...ofAll, own, used(mark), oldest?.getTime() ?? 0];
  };
  const waiting = backlogs
    .filter(({ mark, oldest }) => oldest !== null && !isFull(organizationOf(mark)))
    .map((backlog) => ({ mark: backlog.mark, rank: rank(backlog) }));
  waiting.sort((a, b) => compare(a.rank, b.rank));
  return waiting[0]?.mark ?? null;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, i) => value !== b[i]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
