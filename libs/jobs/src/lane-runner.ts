import { EventEmitter } from 'node:events';
import { type Job, type RunnerOptions, type Runner, type TaskList, type WorkerEvents, run } from 'graphile-worker';
import type { Pool } from 'pg';
import { type Backlog, chooseNext } from './fair-choice';
import { isMark, type Lane, LANES, organizationOf } from './lanes';
import { UsedLatelyTimes } from './used-lately';

const BACKLOGS = `
  select mark, min(j.priority) filter (where j.locked_at is null)::int as priority,
         min(j.run_at) filter (where j.locked_at is null) as oldest,
         (count(*) filter (where j.locked_at is not null))::int as running
  from graphile_worker._private_jobs j
  join graphile_worker._private_tasks t on t.id = j.task_id and t.identifier = any($1)
  cross join lateral jsonb_object_keys(j.flags) as mark
  where mark like '%/%' and (j.locked_at is not null or (j.is_available and j.run_at <= now()))
  group by mark`;

/**
 * Works off one lane. The queue gives out the oldest job first; here it is told before each one whose jobs to pass over, so that whoever
 * has much waiting does not hold up whoever has little. One worker looks at a time: two that looked at the same moment would both
 * see that an organisation has nothing in hand.
 */
export class LaneRunner {
  private readonly events: WorkerEvents = new EventEmitter();
  private readonly inHand = new Map<string, number>();
  private readonly used = new UsedLatelyTimes();
  private readonly waiting: (() => void)[] = [];
  private isLooking = false;
  private hasChosen = false;
  private runner: Runner | null = null;

  constructor(
    private readonly lane: Lane,
    private readonly taskList: TaskList,
    private readonly pool: Pool,
  ) {
    this.events.on('job:start', ({ job }) => {
      for (const organization of organizationsOf(job)) this.count(organization, 1);
      this.endLook();
    });
    this.events.on('job:complete', ({ job }) => {
      for (const organization of organizationsOf(job)) this.count(organization, -1);
    });
    this.events.on('worker:getJob:empty', ({ worker }) => {
      // Another process was first; somebody else may still be waiting.
      if (this.hasChosen) worker.nudge();
      this.endLook();
    });
    this.events.on('worker:getJob:error', () => this.endLook());
  }

  async start(options: RunnerOptions): Promise<void> {
    this.runner = await run({
      ...options,
      pgPool: this.pool,
      concurrency: LANES[this.lane],
      taskList: Object.fromEntries(Object.entries(this.taskList).map(([name, task]) => [name, this.timed(task)])),
      events: this.events,
      forbiddenFlags: () => this.marksToPassOver(),
    });
  }

  /** Resolves when the jobs in hand are done. */
  async stop(): Promise<void> {
    await this.runner?.stop();
    this.runner = null;
  }

  private async marksToPassOver(): Promise<string[]> {
    await this.beginLook();
    const { rows } = await this.pool.query<Backlog>(BACKLOGS, [Object.keys(this.taskList)]);
    const full = [...this.inHand]
      .filter(([, count]) => count >= LANES[this.lane] - 1)
      .map(([organization]) => organization);
    const isFull = (organization: string) => full.includes(organization);
    const next = chooseNext(rows, isFull, (of) => this.used.of(of));
    this.hasChosen = next !== null;
    // Somebody may have sent their first job since: of an organisation that has its share already, nobody's is taken.
    return [...rows.map(({ mark }) => mark).filter((mark) => mark !== next), ...full];
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
        for (const of of [...marksOf(helpers.job), ...organizationsOf(helpers.job)]) this.used.add(of, ms);
      }
    };
  }

  private count(organization: string, change: number): void {
    const count = (this.inHand.get(organization) ?? 0) + change;
    if (count > 0) this.inHand.set(organization, count);
    else this.inHand.delete(organization);
  }
}

function marksOf({ flags }: Job): string[] {
  return Object.keys(flags ?? {}).filter(isMark);
}

function organizationsOf(job: Job): string[] {
  return marksOf(job).map(organizationOf);
}
