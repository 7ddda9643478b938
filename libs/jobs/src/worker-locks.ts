import type { Logger } from '@nestjs/common';
import { Client } from 'pg';

/** Of `pg_advisory_lock(int, int)`; whatever else uses the form with two numbers has another first one. */
const LOCK_SPACE = 0x6a6f6273;

/** A host that is gone without a word is noticed by PostgreSQL in half a minute, not after the hours that are its default. */
const KEEPALIVES = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4';

const HOLD = `select pg_advisory_lock($1, hashtext(id)) from unnest($2::text[]) as id`;

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
 * worker also holds a lock of its database session, which ends with its process whatever way that goes: a mark whose lock can
 * be taken is a dead worker's, and its jobs can be had at once.
 */
export class WorkerLocks {
  private readonly workerIds: string[] = [];
  private session: Promise<Client> | null = null;

  constructor(
    private readonly databaseUrl: string,
    private readonly logger: Logger,
  ) {}

  /** To be called before the worker takes its first job. */
  async hold(workerId: string): Promise<void> {
    // First: should this fail, the next look for ended workers takes the lock along with its connection.
    this.workerIds.push(workerId);
    const session = await this.connected();
    await session.query(HOLD, [LOCK_SPACE, [workerId]]);
  }

  /** Frees the jobs of workers that are gone. Answers those among them that had their last attempt. */
  async freeJobs(): Promise<DeadJob[]> {
    const session = await this.connected();
    await session.query('begin');
    try {
      const { rows } = await session.query<{ workerId: string }>(FIND_GONE, [LOCK_SPACE, this.workerIds]);
      const gone = rows.map(({ workerId }) => workerId);
      if (gone.length === 0) return [];
      const { rows: dead } = await session.query<DeadJob>(FIND_DEAD, [gone]);
      await session.query(FREE, [gone]);
      this.logger.warn({
        message: 'Jobs of workers that ended in the middle are taken up again',
        workers: gone.length,
      });
      return dead;
    } finally {
      await session.query('commit');
    }
  }

  async end(): Promise<void> {
    const session = await this.session?.catch(() => null);
    this.session = null;
    await session?.end();
  }

  /** A lost session has lost the locks too: they are taken again with the next one. */
  private connected(): Promise<Client> {
    this.session ??= this.connect().catch((error: unknown) => {
      this.session = null;
      throw error;
    });
    return this.session;
  }

  private async connect(): Promise<Client> {
    const session = new Client({ connectionString: this.databaseUrl, options: KEEPALIVES, keepAlive: true });
    session.on('error', () => (this.session = null));
    await session.connect();
    await session.query(HOLD, [LOCK_SPACE, this.workerIds]);
    return session;
  }
}
