import type { Logger } from '@nestjs/common';
import { type ParsedCronItem, parseCrontab } from 'graphile-worker';
import type { DataSource } from 'typeorm';
import { MAX_ATTEMPTS } from './jobs';

const MINUTE_MS = 60_000;
const TRY_AGAIN_MS = 5000;
/** Also for a clock that stands, or that a timer came a little early by. */
const LEAST_WAIT_MS = 1000;
/** How far back a missed time is made up for. */
const MOST_MINUTES = 24 * 60;

/** Of all processes that find a time due one adds the job: whoever is first notes it, where the queue's library notes it too. */
const ADD_DUE = `
  with due as (
    insert into graphile_worker._private_known_crontabs as known (identifier, known_since, last_execution)
    select name, now(), at from unnest($1::text[], $2::timestamptz[]) as item (name, at)
    on conflict (identifier) do update set last_execution = excluded.last_execution
    where known.last_execution is null or known.last_execution < excluded.last_execution
    returning identifier, last_execution
  )
  select identifier as name from due,
    graphile_worker.add_job(identifier, payload => '{}'::json, run_at => last_execution, max_attempts => $3)`;

/**
 * Puts jobs of fixed times into the queue. The library's own way is not used: a database that is away at such a minute makes it end the
 * process (docs/adr/0111). Here the minute is tried again until it has been noted.
 */
export class Schedule {
  private readonly items: ParsedCronItem[];
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isEnding = false;
  private isTold = false;

  /** From `doneMinute` on, exclusive; in minutes since 1970. */
  constructor(
    crontab: string,
    private doneMinute: number,
    private readonly now: () => Date,
    private readonly dataSource: DataSource,
    private readonly logger: Logger,
  ) {
    this.items = parseCrontab(crontab);
    this.waitForNextMinute();
  }

  async stop(): Promise<void> {
    this.isEnding = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private waitForNextMinute(): void {
    this.again(Math.max(MINUTE_MS - (this.now().getTime() % MINUTE_MS), LEAST_WAIT_MS));
  }

  private again(ms: number): void {
    if (this.isEnding) return;
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, ms);
  }

  private async run(): Promise<void> {
    const minute = minuteOf(this.now());
    try {
      await this.addDue(minute);
      this.doneMinute = Math.max(this.doneMinute, minute);
      this.isTold = false;
      this.waitForNextMinute();
    } catch (error) {
      if (!this.isTold) this.logger.warn({ message: 'Jobs of fixed times could not be queued; tried again', error });
      this.isTold = true;
      this.again(TRY_AGAIN_MS);
    }
  }

  /** Of each item the latest time that has come since: one that was missed twice runs once. */
  private async addDue(minute: number): Promise<void> {
    const names: string[] = [];
    const times: Date[] = [];
    for (const item of this.items) {
      const at = latestTime(item, this.doneMinute, minute);
      if (at === null) continue;
      names.push(item.identifier);
      times.push(new Date(at * MINUTE_MS));
    }
    if (names.length > 0) await this.dataSource.query(ADD_DUE, [names, times, MAX_ATTEMPTS]);
  }
}

export function minuteOf(instant: Date): number {
  return Math.floor(instant.getTime() / MINUTE_MS);
}

function latestTime(item: ParsedCronItem, after: number, until: number): number | null {
  for (let minute = until; minute > Math.max(after, until - MOST_MINUTES); minute -= 1) {
    if (item.match(digestOf(new Date(minute * MINUTE_MS)))) return minute;
  }
  return null;
}

/** Cron's five fields, in UTC. */
function digestOf(instant: Date) {
  return {
    min: instant.getUTCMinutes(),
    hour: instant.getUTCHours(),
    date: instant.getUTCDate(),
    month: instant.getUTCMonth() + 1,
    dow: instant.getUTCDay(),
  };
}
