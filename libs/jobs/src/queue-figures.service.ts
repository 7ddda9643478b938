import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { PRIORITIES } from './jobs';

/** Whoever has not beaten for this long, in seconds, is taken for dead. A process beats six times in it. */
export const HEART_STOPS_AFTER = 30;

/** Jobs of one name. */
export interface KindFigures {
  name: string;
  /** Could run now, and nobody has it in hand. */
  due: number;
  /** Of those, how long the one that has waited longest has been due, in seconds; null when there is none. */
  oldestDueSeconds: number | null;
  /** Not before some later time. */
  later: number;
  running: number;
  /** Of the due and later ones: has failed at least once. */
  failing: number;
  /** Has failed as often as it may, and waits for a person. */
  dead: number;
}

/** A process that is running, or whose end was not noted. */
export interface ProcessFigures {
  id: string;
  kind: string;
  name: string;
  version: string;
  runsJobs: boolean;
  startedAt: Date;
  beatAt: Date;
  isAlive: boolean;
}

export interface QueueFigures {
  /** By name. */
  kinds: KindFigures[];
  /** How long the job that has waited longest has been due, in seconds; null when none is due. */
  oldestDueSeconds: number | null;
  dead: number;
  /** Those that run jobs first, then by their start. */
  processes: ProcessFigures[];
}

const KINDS = `
  select t.identifier as name,
         (count(*) filter (where j.is_available and j.run_at <= now()))::int as due,
         extract(epoch from now() - min(j.run_at) filter (where j.is_available and j.run_at <= now()))::float as "oldestDueSeconds",
         (count(*) filter (where j.is_available and j.run_at > now()))::int as later,
         (count(*) filter (where j.locked_at is not null))::int as running,
         (count(*) filter (where j.is_available and j.last_error is not null))::int as failing,
         (count(*) filter (where not j.is_available and j.locked_at is null))::int as dead
  from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
  group by 1 order by 1`;

const PROCESSES = `
  select id, kind, name, version, runs_jobs as "runsJobs", started_at as "startedAt", beat_at as "beatAt",
         beat_at > now() - make_interval(secs => ${HEART_STOPS_AFTER}) as "isAlive"
  from heartbeats order by runs_jobs desc, started_at limit 200`;

/** One look into the queue's index for each priority, however many jobs wait. */
const MOTION = `
  select exists (select 1 from heartbeats
                 where runs_jobs and beat_at > now() - make_interval(secs => ${HEART_STOPS_AFTER})) as "isWorkedOff",
         coalesce(extract(epoch from now() - min(oldest.run_at)), 0)::float as "waitingSeconds"
  from unnest(array[${PRIORITIES.join(', ')}]::smallint[]) as p (priority)
  left join lateral (
    select j.run_at from graphile_worker._private_jobs j
    where j.is_available and j.priority = p.priority and j.run_at <= now() order by j.run_at limit 1
  ) as oldest on true`;

/** What is told of the queue: to a monitor all of its figures, to the readiness check whether it moves. */
@Injectable()
export class QueueFiguresService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Reads the whole queue: for looking at now and then, as when metrics are collected. */
  async read(): Promise<QueueFigures> {
    const [kinds, processes] = await Promise.all([this.dataSource.query<KindFigures[]>(KINDS), this.readProcesses()]);
    const waits = kinds.flatMap(({ oldestDueSeconds: seconds }) => (seconds === null ? [] : [seconds]));
    return {
      kinds,
      oldestDueSeconds: waits.length === 0 ? null : Math.max(...waits),
      dead: kinds.reduce((sum, { dead }) => sum + dead, 0),
      processes,
    };
  }

  /** Those that run jobs first, then by their start. */
  readProcesses(): Promise<ProcessFigures[]> {
    return this.dataSource.query<ProcessFigures[]>(PROCESSES);
  }

  /** Why nothing moves, in a sentence; null when it does: some process works off the queue, and no job has been due for longer. Reads next to nothing. */
  async findStandstill(mostMinutes: number): Promise<string | null> {
    const [row] = await this.dataSource.query<{ isWorkedOff: boolean; waitingSeconds: number }[]>(MOTION);
    if (!row?.isWorkedOff) return 'no process works off the queue';
    if (row.waitingSeconds <= mostMinutes * 60) return null;
    return `a job has been due for ${Math.floor(row.waitingSeconds / 60)} minutes`;
  }
}
