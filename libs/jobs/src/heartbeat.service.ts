import { hostname } from 'node:os';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { newId } from '#libs/common';
import { VERSION } from '#libs/config';
import { JobRunner } from './job-runner';
import { HEART_STOPS_AFTER } from './queue-figures.service';

const BEAT_MS = (HEART_STOPS_AFTER * 1000) / 6;

/** The rows of processes that ended without a word go after a day. */
const BEAT = `
  with gone as (delete from heartbeats where beat_at < now() - interval '1 day')
  insert into heartbeats (id, kind, name, version, runs_jobs, started_at, beat_at)
  values ($1, $2, $3, $4, $5, now() - make_interval(secs => $6), now())
  on conflict (id) do update set runs_jobs = excluded.runs_jobs, beat_at = excluded.beat_at`;

/**
 * Says every five seconds that this process lives. Of one that runs jobs the heart beats only while its lanes move, so that a process that
 * answers and works off nothing counts as dead.
 */
@Injectable()
export class Heartbeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Heartbeat');
  private readonly id = newId();
  private kind: 'api' | 'worker' | null = null;
  private timer: NodeJS.Timeout | undefined;
  private last: Promise<void> = Promise.resolve();
  private isTold = false;

  constructor(
    private readonly jobs: JobRunner,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /** To be called before the start of the application; a command has no heart. */
  beatAs(kind: 'api' | 'worker'): void {
    this.kind = kind;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.kind) return;
    await this.jobs.start();
    await this.beat();
    this.timer = setInterval(() => {
      this.last = this.beat();
    }, BEAT_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.last;
    if (!this.kind) return;
    // A database that is away is no reason not to end; the row is of no more use than before.
    await this.dataSource.query('delete from heartbeats where id = $1', [this.id]).catch(() => undefined);
  }

  private async beat(): Promise<void> {
    const { runsJobs, isMoving } = this.jobs;
    if (runsJobs && !isMoving) return;
    const name = `${hostname()}:${process.pid}`.slice(-100);
    try {
      await this.dataSource.query(BEAT, [this.id, this.kind, name, VERSION, runsJobs, process.uptime()]);
      this.isTold = false;
    } catch (error) {
      // Each failed beat says the same: the database is away, which others tell too.
      if (!this.isTold) this.logger.warn({ message: 'That this process lives could not be noted', error });
      this.isTold = true;
    }
  }
}
