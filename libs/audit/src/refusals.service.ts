import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { RefusalTrail } from '#libs/auth';
import { Clock, networkOf } from '#libs/common';
import { Audit, type AuditEvent, type PersonActor, type SystemActor } from './audit.service';

const MINUTE_MS = 60_000;
/** Refusals of one address, or one key, that are written down one by one in a minute, by each process. */
export const RECORDS_PER_SUBJECT = 30;
/** The same of all addresses and keys together: whoever has a network of addresses fills no disk either. */
export const RECORDS_IN_ALL = 300;

interface Refusal {
  actor: PersonActor | SystemActor;
  event: AuditEvent;
}

/** In whose name the closing record is when nobody has a count of their own any more. */
const OF_MANY: Refusal = {
  actor: { organizationId: null, name: 'sign-in check' },
  event: { action: 'token.refuse', targetType: 'token', targetId: 'several' },
};

/** What one address or key was refused in the running minute. */
interface Tally {
  recorded: number;
  /** The last refusal that was not written down; the closing record is in its name. */
  last: Refusal | null;
  /** How many were not, by reason. */
  leftOut: Record<string, number>;
}

/**
 * Records what the door refuses: a token, a key beyond its scopes. Nobody who is refused has to be anybody, so the number of
 * records has a limit; what goes beyond it is counted, and told by one closing record at the end of the minute. Counted in each
 * process: n of them write n times as many. A process that is killed takes the count of its last minute along, not the records.
 */
@Injectable()
export class Refusals extends RefusalTrail implements OnModuleDestroy {
  private readonly logger = new Logger('Refusals');
  private minute = 0;
  private recorded = 0;
  /** Of those who have a record; so there are never more of them. */
  private readonly tallies = new Map<string, Tally>();
  /** Those for whom no record was left. */
  private others = newTally();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {
    super();
  }

  async record(actor: PersonActor | SystemActor, event: AuditEvent): Promise<void> {
    const minute = Math.floor(this.clock.now().getTime() / MINUTE_MS);
    if (minute !== this.minute) await this.close(minute);
    const subject = subjectOf(actor, event);
    const tally = this.tallies.get(subject) ?? newTally();
    const isFull = tally.recorded >= RECORDS_PER_SUBJECT;
    if (!isFull && this.recorded < RECORDS_IN_ALL) {
      tally.recorded += 1;
      this.recorded += 1;
      this.tallies.set(subject, tally);
      return this.audit.record(this.dataSource.manager, actor, event);
    }
    // Of those who are one by one within their limit, and together beyond it, only the number is told.
    if (isFull) leaveOut(tally, { actor, event }, reasonOf(event));
    else leaveOut(this.others, OF_MANY, reasonOf(event));
    this.timer ??= setTimeout(() => this.closeLater(), MINUTE_MS - (this.clock.now().getTime() % MINUTE_MS)).unref();
  }

  onModuleDestroy(): Promise<void> {
    return this.close(0);
  }

  /** Begins another minute, and says what the one before left out: at most one record for each full count and one for all others. */
  private async close(minute: number): Promise<void> {
    const past = [...this.tallies.values(), this.others];
    this.minute = minute;
    this.recorded = 0;
    this.tallies.clear();
    this.others = newTally();
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    for (const { last, leftOut } of past) {
      if (last) await this.audit.record(this.dataSource.manager, last.actor, { ...last.event, details: { leftOut } });
    }
  }

  private closeLater(): void {
    this.close(0).catch((error: unknown) => {
      this.logger.warn('Refusals that were left out could not be recorded', error);
    });
  }
}

function newTally(): Tally {
  return { recorded: 0, last: null, leftOut: {} };
}

function leaveOut(tally: Tally, last: Refusal, reason: string): void {
  tally.last = last;
  tally.leftOut[reason] = (tally.leftOut[reason] ?? 0) + 1;
}

/** A key is itself wherever it is used; a token that says nothing true is known by where it came from. */
function subjectOf({ address }: PersonActor | SystemActor, { targetType, targetId }: AuditEvent): string {
  return targetType === 'api-key' ? `key ${targetId}` : `address ${networkOf(address ?? '')}`;
}

/** Words from fixed lists, so that the counts of a record are few. */
function reasonOf({ details }: AuditEvent): string {
  const { reason, permission } = details ?? {};
  return typeof reason === 'string' ? reason : typeof permission === 'string' ? permission : 'other';
}
