import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Logger as QueueLogger, type Task, type TaskList } from 'graphile-worker';
import type { DataSource } from 'typeorm';
import { Clock } from '#libs/common';
import { Config } from '#libs/config';
import { MaintenanceWatch } from '#libs/maintenance';
import { type JobPayload, Jobs } from './jobs';
import { LaneKeeper } from './lane-keeper';
import { type Lane, LANE_NAMES } from './lanes';
import { minuteOf, Schedule } from './schedule';
import { UsedLatelyTimes } from './used-lately';
import { type DeadJob, WorkerLocks } from './worker-locks';

/** How often jobs are looked for whose process or worker has ended in the middle. */
const RECOVERY_MS = 20_000;
/** And how soon again where that could not be done, or somebody is known to have ended. */
const RECOVERY_SOON_MS = 2000;

/** Works off the queue, each lane by itself, while the process lives; on shutdown the jobs in hand are finished first. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Jobs');
  private lanes: LaneKeeper[] = [];
  private locks: WorkerLocks | null = null;
  private schedule: Schedule | null = null;
  private recovery: NodeJS.Timeout | undefined;
  private started: Promise<void> | null = null;
  private isEnding = false;
  private lose: (error: Error) => void = () => undefined;

  constructor(
    private readonly jobs: Jobs,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly maintenance: MaintenanceWatch,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.start();
  }

  /** Begins once, if this process runs jobs. */
  start(): Promise<void> {
    return (this.started ??= this.begin());
  }

  /** What to do when jobs can no longer be run, whatever was tried: the process is of no more use. */
  onLost(lose: (error: Error) => void): void {
    this.lose = lose;
  }

  get runsJobs(): boolean {
    return this.config.runWorker;
  }

  /** Whether every worker of this process lives and looks for jobs, or is at one. */
  get isMoving(): boolean {
    return this.lanes.length > 0 && this.lanes.every((lane) => lane.isMoving);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isEnding = true;
    clearTimeout(this.recovery);
    await this.schedule?.stop();
    await Promise.all(this.lanes.map((lane) => lane.stop()));
    this.lanes = [];
    await this.locks?.end();
    this.locks = null;
  }

  /** @throws Error when the queue cannot be read; for the readiness check. */
  async requireReady(): Promise<void> {
    await this.dataSource.query('select 1 from graphile_worker.jobs limit 1');
  }

  /** Takes up what workers have left that have ended, here or elsewhere, now and from then on. Never throws. */
  async recover(): Promise<void> {
    const { locks } = this;
    if (!locks) return;
    let next = RECOVERY_MS;
    try {
      for (const dead of await locks.freeJobs()) await this.bury(dead);
      if (locks.isWaitingForOthers) next = RECOVERY_SOON_MS;
    } catch (error) {
      next = RECOVERY_SOON_MS;
      this.logger.warn({ message: 'Jobs of ended workers could not be looked for', error });
    }
    this.recoverIn(next);
  }

  private async begin(): Promise<void> {
    if (!this.runsJobs) return;
    const locks = new WorkerLocks(this.config.databaseDirectUrl, this.logger);
    this.locks = locks;
    await this.recover();
    const now = () => this.clock.now();
    this.schedule = new Schedule(this.jobs.crontab, minuteOf(now()), now, this.dataSource, this.logger);
    this.lanes = LANE_NAMES.map((lane) => this.keep(lane, locks));
  }

  private keep(lane: Lane, locks: WorkerLocks): LaneKeeper {
    return new LaneKeeper({
      lane,
      locks,
      maintenance: this.maintenance,
      taskList: this.tasksOf(lane),
      databaseUrl: this.config.databaseDirectUrl,
      used: new UsedLatelyTimes(),
      logger: this.logger,
      options: { logger: new QueueLogger(() => (level: string, message, meta) => this.tell(level, message, meta)) },
      onConnectionLost: (error) => this.logger.warn({ message: 'A queue connection was lost', lane, error }),
      onWorkerDied: () => this.recoverIn(0),
      onGivenUp: (error) => this.lose(new Error('Jobs cannot be run any more; see the log.', { cause: error })),
    });
  }

  private tasksOf(lane: Lane): TaskList {
    return Object.fromEntries(this.jobs.byLane[lane].map((name) => [name, this.task(name)]));
  }

  /** What the library says of a failed attempt stands in the job's own line already. */
  private tell(level: string, message: string, meta: Record<string, unknown> = {}): void {
    if (meta['failure'] || (level !== 'error' && level !== 'warning')) return;
    const error = meta['fatalError'] ?? meta['error'];
    this.logger.warn({ message, ...(error === undefined ? {} : { error }) });
  }

  private task(name: string): Task {
    return async (payload, { job }) => {
      const from = performance.now();
      const line = (outcome: string) => ({
        message: 'Job',
        job: name,
        id: String(job.id),
        outcome,
        ms: Math.round(performance.now() - from),
        attempt: job.attempts,
        of: job.max_attempts,
      });
      try {
        await this.jobs.byName.get(name)?.(payload as JobPayload);
        this.logger.log(line('done'));
      } catch (error) {
        // A failed attempt is not the end: the job runs again, or is buried, which is the error.
        this.logger.warn({ ...line('failed'), error });
        if (job.attempts >= job.max_attempts) await this.bury({ id: String(job.id), name, payload });
        throw error;
      }
    };
  }

  private recoverIn(ms: number): void {
    clearTimeout(this.recovery);
    if (!this.isEnding) this.recovery = setTimeout(() => void this.recover(), ms);
  }

  private async bury({ id, name, payload }: DeadJob): Promise<void> {
    this.logger.error({ message: 'A job has failed for the last time; `npm run jobs` shows it', job: name, id });
    try {
      await this.jobs.whenDead(name)?.(payload as JobPayload);
    } catch (error) {
      this.logger.error({ message: 'What a dead job leaves behind could not be noted', job: name, error });
    }
  }
}
