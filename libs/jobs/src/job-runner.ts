import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Runner, type TaskList, Logger as QueueLogger, run } from 'graphile-worker';
import { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { Config } from '#libs/config';
import { type JobPayload, Jobs } from './jobs';

const MAX_CONNECTIONS = 4;

/** Works off the queue while the process lives; on shutdown the jobs in hand are finished first. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Jobs');
  private runner: Runner | null = null;
  private pool: Pool | null = null;

  constructor(
    private readonly jobs: Jobs,
    private readonly config: Config,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.runWorker) return;
    const taskList: TaskList = Object.fromEntries(
      [...this.jobs.byName].map(([name, handler]) => [name, (payload: unknown) => handler(payload as JobPayload)]),
    );
    // A pool of graphile-worker's own would still be closing after its stop, with nobody listening: a server that stops in
    // that moment would end this process with an unhandled error.
    this.pool = new Pool({ connectionString: this.config.databaseUrl, max: MAX_CONNECTIONS });
    this.pool.on('error', ({ message }) =>
      this.logger.warn({ message: 'A queue connection was lost', error: message }),
    );
    this.runner = await run({
      pgPool: this.pool,
      concurrency: 2,
      noHandleSignals: true,
      taskList,
      crontab: this.jobs.crontab,
      logger: new QueueLogger(() => (level: string, message) => {
        if (level === 'error') this.logger.error({ message });
        else if (level === 'warning') this.logger.warn({ message });
      }),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.runner?.stop();
    this.runner = null;
    await this.pool?.end();
    this.pool = null;
  }

  /** @throws Error when the queue cannot be read; for the readiness check. */
  async requireReady(): Promise<void> {
    await this.dataSource.query('select 1 from graphile_worker.jobs limit 1');
  }
}
