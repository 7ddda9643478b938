import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Logger as QueueLogger, parseCrontab, type RunnerOptions, type Task, type TaskList } from 'graphile-worker';
import { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { Config } from '#libs/config';
import { type JobPayload, Jobs } from './jobs';
import { LaneRunner } from './lane-runner';
import { type Lane, LANE_NAMES } from './lanes';
import { type DeadJob, WorkerLocks } from './worker-locks';

/** One for each lane to hear of new jobs, and some to get them. */
const MAX_CONNECTIONS = LANE_NAMES.length + 3;
/** How often jobs are looked for whose process has ended in the middle. */
const RECOVERY_MS = 20_000;

/** Works off the queue, each lane by itself, while the process lives; on shutdown the jobs in hand are finished first. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Jobs');
  private runners: LaneRunner[] = [];
  private pool: Pool | null = null;
  private locks: WorkerLocks | null = null;
  private recovery: NodeJS.Timeout | undefined;

  constructor(
    private readonly jobs: Jobs,
    private readonly config: Config,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.runWorker) return;
    const locks = new WorkerLocks(this.config.databaseDirectUrl, this.logger);
    this.locks = locks;
    await this.recover(locks);
    this.recovery = setInterval(() => void this.recover(locks), RECOVERY_MS);
    // A pool of graphile-worker's own would still be closing after its stop, with nobody listening: a server that stops in
    // that moment would end this process with an unhandled error.
    this.pool = new Pool({ connectionString: this.config.databaseDirectUrl, max: MAX_CONNECTIONS });
    this.pool.on('error', ({ message }) =>
      this.logger.warn({ message: 'A queue connection was lost', error: message }),
    );
    const { pool } = this;
    this.runners = LANE_NAMES.map((lane) => new LaneRunner(lane, this.tasksOf(lane), pool));
    await Promise.all(this.runners.map((runner, i) => runner.start(this.optionsOf(LANE_NAMES[i], locks))));
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.recovery);
    await Promise.all(this.runners.map((runner) => runner.stop()));
    this.runners = [];
    await this.pool?.end();
    this.pool = null;
    await this.locks?.end();
    this.locks = null;
  }

  /** @throws Error when the queue cannot be read; for the readiness check. */
  async requireReady(): Promise<void> {
    await this.dataSource.query('select 1 from graphile_worker.jobs limit 1');
  }

  private tasksOf(lane: Lane): TaskList {
    return Object.fromEntries(this.jobs.byLane[lane].map((name) => [name, this.task(name)]));
  }

  private optionsOf(lane: Lane | undefined, locks: WorkerLocks): RunnerOptions {
    return {
      noHandleSignals: true,
      parsedCronItems: lane === 'upkeep' ? parseCrontab(this.jobs.crontab) : [],
      preset: { plugins: [holdLocks(locks)] },
      logger: new QueueLogger(() => (level: string, message, meta) => {
        // A failed attempt is not the end: the job runs again, or is buried, which is the error.
        if (level === 'error' && !meta?.['failure']) this.logger.error({ message });
        else if (level === 'error' || level === 'warning') this.logger.warn({ message });
      }),
    };
  }

  private task(name: string): Task {
    return async (payload, { job }) => {
      try {
        await this.jobs.byName.get(name)?.(payload as JobPayload);
      } catch (error) {
        if (job.attempts >= job.max_attempts) await this.bury({ id: job.id, name, payload });
        throw error;
      }
    };
  }

  /** Takes up what processes have left that were killed, here or elsewhere. Never throws. */
  private async recover(locks: WorkerLocks): Promise<void> {
    try {
      for (const dead of await locks.freeJobs()) await this.bury(dead);
    } catch (error) {
      this.logger.warn({ message: 'Jobs of ended workers could not be looked for', error: String(error) });
    }
  }

  private async bury({ id, name, payload }: DeadJob): Promise<void> {
    this.logger.error({ message: 'A job has failed for the last time; `npm run jobs` shows it', job: name, id });
    try {
      await this.jobs.whenDead(name)?.(payload as JobPayload);
    } catch (error) {
      this.logger.error({
        message: 'What a dead job leaves behind could not be noted',
        job: name,
        error: String(error),
      });
    }
  }
}

/** The queue waits for this before a worker takes its first job. */
function holdLocks(locks: WorkerLocks): GraphileConfig.Plugin {
  return {
    name: 'CredenceWorkerLocks',
    version: '1.0.0',
    worker: { hooks: { startWorker: (_, { worker }) => locks.hold(worker.workerId) } },
  };
}
