import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';

/** Had its last attempt, and nobody is at it. */
const IS_DEAD = 'attempts >= max_attempts and locked_at is null';

/** Jobs of one name. */
export interface JobCounts {
  name: string;
  waiting: number;
  running: number;
  failing: number;
  dead: number;
}

/** A job that has failed at least once. Payloads hold ids only, and are not shown nevertheless. */
export interface TroubledJob {
  id: string;
  name: string;
  isDead: boolean;
  attempts: number;
  maxAttempts: number;
  createdAt: Date;
  /** The next attempt; means nothing of a dead job. */
  runAt: Date;
  lastError: string | null;
}

export interface JobWait {
  jobs: number;
  /** Null when none waits. */
  longestSeconds: number | null;
}

/** A dead job as those see it for whose sake it was; what it failed with may speak of others. */
export interface FailedJob {
  id: number;
  name: string;
  attempts: number;
  createdAt: Date;
  failedAt: Date;
}

const LONGEST_LIST = 200;
const LONGEST_ERROR = 160;

/** What operators see of the queue. */
@Injectable()
export class JobBoard {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** How many jobs there are of each name. */
  count(): Promise<JobCounts[]> {
    return this.dataSource.query<JobCounts[]>(
      `select task_identifier as name,
              (count(*) filter (where locked_at is null and last_error is null and not (${IS_DEAD})))::int as waiting,
              (count(*) filter (where locked_at is not null))::int as running,
              (count(*) filter (where locked_at is null and last_error is not null and not (${IS_DEAD})))::int as failing,
              (count(*) filter (where ${IS_DEAD}))::int as dead
       from graphile_worker.jobs group by 1 order by 1`,
    );
  }

  /** What fails or has died, longest first, at most 200. */
  async listTroubled(): Promise<TroubledJob[]> {
    const jobs = await this.dataSource.query<TroubledJob[]>(
      `select id::text as id, task_identifier as name, ${IS_DEAD} as "isDead", attempts::int as attempts,
              max_attempts::int as "maxAttempts", created_at as "createdAt", run_at as "runAt", last_error as "lastError"
       from graphile_worker.jobs where locked_at is null and (last_error is not null or ${IS_DEAD})
       order by created_at limit ${LONGEST_LIST}`,
    );
    return jobs.map((job) => ({ ...job, lastError: firstLine(job.lastError) }));
  }

  /** What could run now of an organisation's and waits for a worker, and for how long the one that has waited longest. */
  async findWaitOf(organizationId: number): Promise<JobWait> {
    const [wait] = await this.dataSource.query<[JobWait]>(
      `select count(*)::int as jobs, extract(epoch from now() - min(run_at))::int as "longestSeconds"
       from graphile_worker._private_jobs where is_available and run_at <= now() and flags ? $1`,
      [String(organizationId)],
    );
    return wait;
  }

  /** What has died of an organisation's, oldest first, at most 200. */
  listDeadOf(organizationId: number): Promise<FailedJob[]> {
    return this.dataSource.query<FailedJob[]>(
      `select j.id, t.identifier as name, j.attempts, j.created_at as "createdAt", j.updated_at as "failedAt"
       from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
       where ${IS_DEAD} and j.flags ? $1 order by j.created_at, j.id limit ${LONGEST_LIST}`,
      [String(organizationId)],
    );
  }

  /** Gives a dead job of an organisation all its attempts again, at once. Answers its name; null when there is no such job. */
  async retryDeadOf(tx: EntityManager, organizationId: number, id: number): Promise<string | null> {
    const [job] = await tx.query<{ name: string }[]>(
      `select t.identifier as name
       from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
       where j.id = $1 and ${IS_DEAD} and j.flags ? $2 for update of j`,
      [id, String(organizationId)],
    );
    if (!job) return null;
    const again = 'select 1 from graphile_worker.reschedule_jobs(array[$1]::bigint[], run_at => now(), attempts => 0)';
    await tx.query(again, [id]);
    return job.name;
  }

  async countDead(): Promise<number> {
    const [row] = await this.dataSource.query<{ dead: number }[]>(
      `select count(*)::int as dead from graphile_worker.jobs where ${IS_DEAD}`,
    );
    return row?.dead ?? 0;
  }

  /** Gives dead jobs all their attempts again, at once. Answers how many. */
  async retryDead(): Promise<number> {
    const rows = await this.dataSource.query<unknown[]>(
      `select 1 from graphile_worker.reschedule_jobs(
         array(select id from graphile_worker.jobs where ${IS_DEAD}), run_at => now(), attempts => 0)`,
    );
    return rows.length;
  }
}

function firstLine(text: string | null): string | null {
  return text === null ? null : (text.split('\n')[0] ?? '').slice(0, LONGEST_ERROR);
}
