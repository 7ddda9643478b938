import { EventEmitter } from 'node:events';
import {
  type Job,
  runTaskList,
  type TaskList,
  type Worker,
  type WorkerEvents,
  type WorkerPool,
  type WorkerPoolOptions,
} from 'graphile-worker';
import { Pool } from 'pg';
import type { MaintenanceWatch } from '#libs/maintenance';
import { type Backlog, chooseNext } from './fair-choice';
import { isMark, type Lane, LANES, organizationOf } from './lanes';
import { LaneMotion } from './lane-motion';
import type { UsedLatelyTimes } from './used-lately';
import type { WorkerLocks } from './worker-locks';

/** One hears of new jobs, the others get them and give them back. */
const MAX_CONNECTIONS = 2;
const CONNECT_MS = 10_000;
const LOOK_AT_MOTION_MS = 5000;

const BACKLOGS = `
  select mark, min(j.priority) filter (where j.locked_at is null)::int as priority,
         min(j.run_at) filter (where j.locked_at is null) as oldest,
         (count(*) filter (where j.locked_at is not null))::int as running
  from graphile_worker._private_jobs j
  join graphile_worker._private_tasks t on t.id = j.task_id and t.identifier = any($1)
  cross join lateral jsonb_object_keys(j.flags) as mark
  where mark like '%/%' and (j.locked_at is not null or (j.is_available and j.run_at <= now()))
  group by mark`;

/** What all lives of a lane have in common. */
export interface LaneSetup {
  lane: Lane;
  taskList: TaskList;
  databaseUrl: string;
  locks: WorkerLocks;
  maintenance: MaintenanceWatch;
  used: UsedLatelyTimes;
  options: Pick<WorkerPoolOptions, 'logger'>;
  onJobDone: () => void;
  /** By itself: what it had in hand can be had now. */
  onWorkerDied: () => void;
  onConnectionLost: (error: Error) => void;
}

/**
 * Works off one lane, for one life: the queue's library ends a worker that cannot give its job back and starts no other, so whoever
 * began this stops it then (`died`) and begins anew.
 *
 * The queue gives out the oldest job first; here it is told before each one whose jobs to pass over, so that whoever
 * has much waiting does not hold up whoever has little. One worker looks at a time: two that looked at the same moment would both
 * see that an organisation has nothing in hand.
 */
export class LaneRunner {
  /** Kept when a worker has ended by itself, or none has given a sign of life for a minute; with why. */
  readonly died: Promise<Error>;
  private readonly events: WorkerEvents = new EventEmitter();
  private readonly motion = new LaneMotion();
  /** By worker: one that ends takes what it had in hand out of the count. */
  private readonly inHand = new Map<string, string[]>();
  private readonly waiting: (() => void)[] = [];
  private readonly pool: Pool;
  private readonly workers: WorkerPool;
  private readonly workerIds: string[] = [];
  private readonly watch: NodeJS.Timeout;
  private isLooking = false;
  private hasChosen = false;
  private isEnding = false;
  private die: (error: Error) => void = () => undefined;

  constructor(private readonly setup: LaneSetup) {
    this.died = new Promise((died) => (this.die = died));
    this.follow();
    this.pool = this.openPool();
    const { lane, taskList, locks, options } = setup;
    this.workers = runTaskList(
      {
        ...options,
        noHandleSignals: true,
        concurrency: LANES[lane],
        preset: { plugins: [holdLocks(locks)] },
        events: this.events,
        forbiddenFlags: () => this.marksToPassOver(),
      },
      Object.fromEntries(Object.entries(taskList).map(([name, task]) => [name, this.timed(task)])),
      this.pool,
    );
    this.watch = setInterval(() => {
      if (this.motion.hasStopped && !this.isPaused)
        this.end(new Error('No worker has given a sign of life for a minute'));
    }, LOOK_AT_MOTION_MS);
  }

  /** Whether all of its workers live and look for jobs, or are at one. */
  get isMoving(): boolean {
    return !this.isEnding && (this.isPaused || this.motion.isGood);
  }

  /** During maintenance nobody is to look for jobs. */
  private get isPaused(): boolean {
    return this.setup.maintenance.isUnderMaintenance;
  }

  /** Resolves when the jobs in hand are done; what an ended worker had in hand can be had by others then. */
  async stop(): Promise<void> {
    this.isEnding = true;
    clearInterval(this.watch);
    await this.workers.gracefulShutdown();
    await Promise.all(this.workerIds.map((id) => this.setup.locks.drop(id)));
    await this.pool.end();
  }

  private end(error: Error): void {
    this.isEnding = true;
    this.die(error);
  }

  private follow(): void {
    const { events, motion } = this;
    events.on('worker:create', ({ worker }) => {
      this.workerIds.push(worker.workerId);
      motion.looks(worker);
    });
    events.on('job:start', ({ worker, job }) => {
      this.inHand.set(worker.workerId, organizationsOf(job));
      motion.works(worker);
      this.endLook();
    });
    events.on('job:success', ({ worker }) => motion.givesBack(worker));
    events.on('job:error', ({ worker }) => motion.givesBack(worker));
    events.on('job:complete', ({ worker }) => {
      this.inHand.delete(worker.workerId);
      motion.looks(worker);
      this.setup.onJobDone();
    });
    events.on('worker:getJob:empty', ({ worker }) => {
      motion.looks(worker);
      // Another process was first; somebody else may still be waiting.
      if (this.hasChosen && !this.isEnding) worker.nudge();
      this.endLook();
    });
    events.on('worker:getJob:error', ({ worker }) => {
      motion.fails(worker);
      this.endLook();
    });
    events.on('worker:stop', ({ worker, error }) => this.onWorkerStop(worker, error));
  }

  private onWorkerStop(worker: Worker, error: unknown): void {
    this.inHand.delete(worker.workerId);
    this.motion.ends(worker);
    const dropped = this.setup.locks.drop(worker.workerId);
    if (error !== undefined) void dropped.then(this.setup.onWorkerDied);
    if (!this.isEnding) this.end(error instanceof Error ? error : new Error('A worker has ended by itself'));
  }

  /**
   * Of a life's own, so that a connection that says nothing any more goes with it. A pool of graphile-worker's would still be closing after its
   * stop, with nobody listening: a server that stops in that moment would end this process with an unhandled error.
   */
  private openPool(): Pool {
    const { databaseUrl, onConnectionLost } = this.setup;
    const pool = new Pool({
      connectionString: databaseUrl,
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: CONNECT_MS,
    });
    pool.on('error', onConnectionLost);
    // Of one in use: the statement fails by itself.
    pool.on('connect', (client) => client.on('error', onConnectionLost));
    return pool;
  }

  private async marksToPassOver(): Promise<string[]> {
    await this.beginLook();
    await this.untilAllowed();
    await this.setup.locks.requireHeld();
    const { rows } = await this.pool.query<Backlog>(BACKLOGS, [Object.keys(this.setup.taskList)]);
    const full = this.fullOrganizations();
    const isFull = (organization: string) => full.includes(organization);
    const next = chooseNext(rows, isFull, (of) => this.setup.used.of(of));
    this.hasChosen = next !== null;
    // Somebody may have sent their first job since: of an organisation that has its share already, nobody's is taken.
    return [...rows.map(({ mark }) => mark).filter((mark) => mark !== next), ...full];
  }

  private async untilAllowed(): Promise<void> {
    const { maintenance } = this.setup;
    if (!maintenance.isUnderMaintenance) return;
    await maintenance.over();
    this.motion.goesOn();
  }

  private fullOrganizations(): string[] {
    const counts = new Map<string, number>();
    for (const organization of [...this.inHand.values()].flat()) {
      counts.set(organization, (counts.get(organization) ?? 0) + 1);
    }
    return [...counts].filter(([, count]) => count >= LANES[this.setup.lane] - 1).map(([organization]) => organization);
  }

  private async beginLook(): Promise<void> {
    if (this.isLooking) await new Promise<void>((go) => this.waiting.push(go));
    this.isLooking = true;
  }

  private endLook(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.isLooking = false;
  }

  private timed(task: TaskList[string]): TaskList[string] {
    return async (payload, helpers) => {
      const from = performance.now();
      try {
        await task?.(payload, helpers);
      } finally {
        const ms = performance.now() - from;
        for (const of of [...marksOf(helpers.job), ...organizationsOf(helpers.job)]) this.setup.used.add(of, ms);
      }
    };
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

function marksOf({ flags }: Job): string[] {
  return Object.keys(flags ?? {}).filter(isMark);
}

function organizationsOf(job: Job): string[] {
  return marksOf(job).map(organizationOf);
}
