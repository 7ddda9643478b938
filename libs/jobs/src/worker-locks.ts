import type { Logger } from '@nestjs/common';
import { LockingSession } from '#libs/common';

/** Of `pg_advisory_lock(int, int)`; whatever else uses the form with two numbers has another first one. */
const LOCK_SPACE = 0x6a6f6273;
/** All processes lose their sessions when PostgreSQL restarts: who is back first leaves the others time to take their locks again. */
const OTHERS_RETURN_MS = 3000;

const HOLD = `select pg_advisory_lock($1, hashtext(id)) from unnest($2::text[]) as id`;
const DROP = `select pg_advisory_unlock($1, hashtext($2))`;

/** Workers that hold a job but no lock; locked here until the transaction ends, so that two processes do not free the same. */
const FIND_GONE = `
  select locked_by as "workerId" from (
    select distinct locked_by from graphile_worker.jobs where locked_by is not null and locked_by <> all($2::text[])
  ) as others
  where pg_try_advisory_xact_lock($1, hashtext(locked_by))`;

const FREE = `select graphile_worker.force_unlock_workers($1::text[])`;

const FIND_DEAD = `
  select j.id::text as id, t.identifier as name, j.payload
  from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
  where j.locked_by = any($1::text[]) and j.attempts >= j.max_attempts`;

/** A job that will not run again by itself. */
export interface DeadJob {
  id: string;
  name: string;
  payload: unknown;
}

/**
 * The queue marks a job in hand with the id of its worker and takes a dead worker's mark for good only after four hours. Here every
 * worker also holds a lock of its database session, which ends with its process whatever way that goes, and is dropped when the worker ends
 * by itself: a mark whose lock can be taken is a dead worker's, and its jobs can be had at once.
 */
export class WorkerLocks {
  private readonly workerIds = new Set<string>();
  /** Of the present session, which counts how often it holds a lock. */
  private held = new Set<string>();
  private readonly session: LockingSession;
  private freeNotBefore: number | null = null;

  constructor(
    databaseUrl: string,
    private readonly logger: Logger,
  ) {
    // A lost session has lost the locks too: they are taken again with the next one.
    this.session = new LockingSession(databaseUrl, async (session) => {
      const isFirst = this.freeNotBefore === null;
      this.freeNotBefore = isFirst ? 0 : performance.now() + OTHERS_RETURN_MS;
      this.held = new Set(this.workerIds);
      await session.query(HOLD, [LOCK_SPACE, [...this.held]]);
    });
  }

  /** To be called before the worker takes its first job. */
  async hold(workerId: string): Promise<void> {
    // First: should this fail, the next session takes the lock along.
    this.workerIds.add(workerId);
    await this.session.use(async (session) => {
      if (this.held.has(workerId)) return;
      this.held.add(workerId);
      await session.query(HOLD, [LOCK_SPACE, [workerId]]);
    });
  }

  /** Before each look for a job. @throws Error when the locks are lost and cannot be taken again: then nobody takes a job */
  requireHeld(): Promise<void> {
    return this.session.requireOpen();
  }

  /** The worker has ended, and what it had in hand is anybody's. Never throws. */
  async drop(workerId: string): Promise<void> {
    if (!this.workerIds.delete(workerId)) return;
    const unlock = this.session.use(async (session) => {
      if (this.held.delete(workerId)) await session.query(DROP, [LOCK_SPACE, workerId]);
    });
    // Where the session is lost, so is the lock.
    await unlock.catch(() => undefined);
  }

  /** PostgreSQL was away a moment ago: that a lock is free says nothing yet. */
  get isWaitingForOthers(): boolean {
    return performance.now() < (this.freeNotBefore ?? 0);
  }

  /** Frees the jobs of workers that are gone. Answers those among them that had their last attempt. */
  freeJobs(): Promise<DeadJob[]> {
    return this.session.use(async (session) => {
      if (this.isWaitingForOthers) return [];
      await session.query('begin');
      const { rows } = await session.query<{ workerId: string }>(FIND_GONE, [LOCK_SPACE, [...this.workerIds]]);
      const gone = rows.map(({ workerId }) => workerId);
      const dead = gone.length === 0 ? [] : (await session.query<DeadJob>(FIND_DEAD, [gone])).rows;
      if (gone.length > 0) await session.query(FREE, [gone]);
      await session.query('commit');
      if (gone.length > 0) {
        this.logger.warn({
          message: 'Jobs of workers that ended in the middle are taken up again',
          workers: gone.length,
        });
      }
      return dead;
    });
  }

  end(): Promise<void> {
    return this.session.end();
  }
}
