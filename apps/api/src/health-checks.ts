import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Config } from '#libs/config';
import { JoiningDataSource } from '#libs/database';
import { MalwareScanner } from '#libs/inspection';
import { JobBoard, JobRunner, QueueFiguresService } from '#libs/jobs';
import { MaintenanceWatch } from '#libs/maintenance';
import { ObjectStorage } from '#libs/storage';
import { Departure } from './departure';

const CHECK_TIMEOUT_MS = 3000;

export type State = 'ok' | 'failing';
/** Degraded: everything can be done, some of it slower. */
export type Status = State | 'degraded' | 'stopping';

export interface Health {
  status: Status;
  checks: Record<string, State>;
}

/** What is told of a process's health, to whoever asks over its port. Says what fails, never why: that is in the log. */
@Injectable()
export class HealthChecks {
  private readonly logger = new Logger('Health');
  private standstill: string | null = null;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly storage: ObjectStorage,
    private readonly jobs: JobRunner,
    private readonly figures: QueueFiguresService,
    private readonly maintenance: MaintenanceWatch,
    private readonly scanner: MalwareScanner,
    private readonly board: JobBoard,
    private readonly departure: Departure,
  ) {}

  /** Can this process answer requests? That nobody works off the queue is no reason to send them elsewhere. */
  async serving(): Promise<Health> {
    const [database, storage, queue] = await Promise.all([
      check(this.dataSource.query('select 1')),
      check(this.storage.requireReady()),
      check(this.jobs.requireReady()),
    ]);
    const checks = { database, storage, queue };
    return { status: this.statusOf(checks, null), checks };
  }

  /** Is all as it should be: can requests be answered, and does the queue move? */
  async ready(): Promise<Health & { deadJobs: number | null }> {
    const [database, storage, queue, scanner, deadJobs] = await Promise.all([
      check(this.dataSource.query('select 1')),
      check(this.storage.requireReady()),
      check(this.requireMovingQueue()),
      this.checkScanner(),
      // Work that somebody has to look at is no reason to send no more requests here.
      this.board.countDead().catch(() => null),
    ]);
    const replica = this.checkReplica();
    const checks = { database, storage, queue };
    const optional = { ...(scanner ? { scanner } : {}), ...(replica ? { replica } : {}) };
    return { status: this.statusOf(checks, replica), checks: { ...checks, ...optional }, deadJobs };
  }

  private statusOf(needed: Record<string, State>, replica: State | null): Status {
    if (Object.values(needed).includes('failing')) return 'failing';
    if (this.departure.isAnnounced) return 'stopping';
    return replica === 'failing' ? 'degraded' : 'ok';
  }

  private async requireMovingQueue(): Promise<void> {
    // It stands still on purpose, and what can be read is to be read here.
    if (this.maintenance.isUnderMaintenance) return this.tell(null);
    const { QUEUE_STALLED_MINUTES: mostMinutes } = this.config.environment;
    const own =
      this.jobs.runsJobs && !this.jobs.isMoving ? 'this process runs jobs, and its workers stand still' : null;
    const standstill = own ?? (await this.figures.findStandstill(mostMinutes));
    this.tell(standstill);
    if (standstill !== null) throw new Error(standstill);
  }

  /** Once, though it is asked every second. */
  private tell(standstill: string | null): void {
    if ((standstill === null) === (this.standstill === null)) return;
    this.standstill = standstill;
    if (standstill === null) this.logger.log('The queue moves again');
    else this.logger.error({ message: 'The queue does not move', reason: standstill });
  }

  /** Null where none is configured. */
  private checkReplica(): State | null {
    const replica = this.dataSource instanceof JoiningDataSource ? this.dataSource.replica : null;
    return replica && (replica.isUsed ? 'ok' : 'failing');
  }

  /** Null where none is configured. Without it files wait, which is no reason to send requests elsewhere. */
  private async checkScanner(): Promise<State | null> {
    const ready = this.scanner.requireReady();
    return ready && check(ready);
  }
}

/** Requests, or in a worker jobs, are welcome. */
export function statusCodeOf({ status }: Health): 200 | 503 {
  return status === 'ok' || status === 'degraded' ? 200 : 503;
}

/** A check that hangs is a check that fails. */
async function check(work: Promise<unknown>): Promise<State> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<State>((resolve) => {
    timer = setTimeout(() => resolve('failing'), CHECK_TIMEOUT_MS);
  });
  const outcome = work.then(
    (): State => 'ok',
    (): State => 'failing',
  );
  return Promise.race([outcome, timeout]).finally(() => clearTimeout(timer));
}
