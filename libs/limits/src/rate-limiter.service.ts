import { createHmac } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Clock } from '#libs/common';
import { Config } from '#libs/config';
import { Jobs } from '#libs/jobs';

const MINUTE_MS = 60_000;
/** How long the counts of a policy are added up. */
const WINDOW_MS = {
  person: MINUTE_MS,
  address: MINUTE_MS,
  'new-records': 60 * MINUTE_MS,
  'new-records-of-organization': 60 * MINUTE_MS,
};
type Policy = keyof typeof WINDOW_MS;
/** A process reserves a twentieth of the limit at a time, and counts what it has reserved in memory. */
const BLOCKS = 20;
/** Requests of a window that a process answers before it reserves: whoever asks now and then costs no statement. */
const MAX_CREDIT = 10;
const KEEP_MINUTES = 70;
/** Beyond so many keys in memory, those of past windows are dropped. */
const SWEEP_AT = 10_000;

const RESERVE = `
  insert into rate_counts as c (key, minute, reserved) values ($1, $2, $3)
  on conflict (key) do update
    set reserved = case when c.minute = excluded.minute then c.reserved else 0 end + excluded.reserved,
        minute = excluded.minute
  returning reserved`;

/** Whose requests are counted together. */
export interface Subject {
  policy: Policy;
  id: string;
}

export interface Verdict {
  allowed: boolean;
  /** RateLimit, RateLimit-Policy and, for a refusal, Retry-After. */
  headers: Record<string, string>;
}

/** What this process knows of a subject in the running window. */
interface Share {
  /** Of the clock, where the window began. */
  begin: number;
  end: number;
  /** Requests that may still be answered without asking PostgreSQL. */
  left: number;
  /** What nobody had reserved when it was last asked. */
  unreserved: number;
  /** Answered but not reserved yet. */
  credited: number;
  reserving: Promise<void> | null;
}

/**
 * So many requests per minute, and new records per hour, for all processes together. A process reserves blocks in PostgreSQL and spends them in memory,
 * so a busy subject costs one statement per block. The error: each process answers at most ten requests (for small limits a
 * twentieth) before it reserves for the first time in a window, so n processes answer at most n times that beyond the limit;
 * what another process has reserved and not spent, less than a block, can be refused too early.
 */
@Injectable()
export class RateLimiter {
  private readonly logger = new Logger('RateLimiter');
  private readonly shares = new Map<string, Share>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly clock: Clock,
    jobs: Jobs,
  ) {
    jobs.handleScheduled('rate-counts-remove-past', '*/10 * * * *', () => this.removePast());
  }

  /** Counts one request: at once, unless it has to reserve first. Null when there is no limit. */
  take(subject: Subject): Verdict | null | Promise<Verdict> {
    const limit = this.limitOf(subject.policy);
    if (limit === 0) return null;
    const share = this.shareOf(subject, limit);
    const mustReserve = share.left === 0 && share.unreserved > 0;
    return mustReserve ? this.reserveAndSpend(subject, limit, share) : this.spend(subject, limit, share);
  }

  private async reserveAndSpend(subject: Subject, limit: number, share: Share): Promise<Verdict> {
    while (share.left === 0 && share.unreserved > 0) {
      share.reserving ??= this.reserve(subject, limit, share).finally(() => (share.reserving = null));
      await share.reserving;
    }
    return this.spend(subject, limit, share);
  }

  private spend(subject: Subject, limit: number, share: Share): Verdict {
    const allowed = share.left > 0;
    if (allowed) share.left -= 1;
    return { allowed, headers: this.headers(subject.policy, limit, share, allowed) };
  }

  /** What somebody is told who may not ask any more in this window, as far as this process knows. Counts nothing. */
  usedUp(subject: Subject): Verdict | null {
    const limit = this.limitOf(subject.policy);
    if (limit === 0) return null;
    const share = this.shares.get(keyOf(subject));
    if (!share || this.isPast(share) || share.left > 0 || share.unreserved > 0) return null;
    return { allowed: false, headers: this.headers(subject.policy, limit, share, false) };
  }

  /** A clock that has been put back ends a window too. */
  private isPast({ begin, end }: Share): boolean {
    const now = this.clock.now().getTime();
    return now < begin || now >= end;
  }

  private limitOf(policy: Policy): number {
    const { environment } = this.config;
    const limits: Record<Policy, number> = {
      person: environment.RATE_LIMIT_PERSON,
      address: environment.RATE_LIMIT_ADDRESS,
      'new-records': environment.NEW_RECORDS_PERSON,
      'new-records-of-organization': environment.NEW_RECORDS_ORGANIZATION,
    };
    return limits[policy];
  }

  private shareOf(subject: Subject, limit: number): Share {
    const key = keyOf(subject);
    const known = this.shares.get(key);
    if (known && !this.isPast(known)) return known;
    const now = this.clock.now().getTime();
    const begin = now - (now % WINDOW_MS[subject.policy]);
    const end = begin + WINDOW_MS[subject.policy];
    const credit = Math.min(MAX_CREDIT, Math.floor(limit / BLOCKS));
    const share: Share = { begin, end, left: credit, unreserved: limit - credit, credited: credit, reserving: null };
    if (this.shares.size >= SWEEP_AT) this.sweep();
    this.shares.set(key, share);
    return share;
  }

  private async reserve(subject: Subject, limit: number, share: Share): Promise<void> {
    const block = Math.ceil(limit / BLOCKS) + share.credited;
    try {
      const [row] = await this.dataSource.query<{ reserved: number }[]>(RESERVE, [
        this.digestOf(subject),
        new Date(share.begin),
        block,
      ]);
      const before = (row?.reserved ?? block) - block;
      share.left += Math.max(0, Math.min(block, limit - before) - share.credited);
      share.unreserved = Math.max(0, limit - before - block);
      share.credited = 0;
    } catch (error) {
      // Without the count requests are answered: what the database cannot do is refused where it is needed.
      this.logger.warn('A share of requests could not be reserved', error);
      share.left += block;
    }
  }

  private digestOf({ policy, id }: Subject): string {
    return createHmac('sha256', this.config.keys.rateLimit)
      .update(JSON.stringify([policy, id]))
      .digest('hex');
  }

  /** draft-ietf-httpapi-ratelimit-headers-10 */
  private headers(policy: Policy, limit: number, share: Share, allowed: boolean): Record<string, string> {
    const seconds = Math.max(1, Math.ceil((share.end - this.clock.now().getTime()) / 1000));
    return {
      'ratelimit-policy': `"${policy}";q=${limit};w=${WINDOW_MS[policy] / 1000}`,
      ratelimit: `"${policy}";r=${share.left + share.unreserved};t=${seconds}`,
      ...(allowed ? {} : { 'retry-after': String(seconds) }),
    };
  }

  private sweep(): void {
    for (const [key, share] of this.shares) if (this.isPast(share)) this.shares.delete(key);
  }

  private async removePast(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEEP_MINUTES * MINUTE_MS);
    await this.dataSource.query('delete from rate_counts where minute < $1', [before]);
  }
}

function keyOf({ policy, id }: Subject): string {
  return `${policy} ${id}`;
}
