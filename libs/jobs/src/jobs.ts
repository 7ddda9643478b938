import { Injectable } from '@nestjs/common';
import type { Histogram } from '@opentelemetry/api';
import type { EntityManager } from 'typeorm';
import { Telemetry, timed } from '#libs/telemetry';
import { flagsOf, type Lane, LANE_NAMES, type Sender } from './lanes';

/** What a job is given; small and without personal data. */
export type JobPayload = Record<string, string | number>;

/** Runs one job. It may run more than once (a killed process), so it must be harmless to repeat. */
export type JobHandler = (payload: JobPayload) => Promise<void>;

export interface HandlerOptions {
  lane: Lane;
  /** Runs when a job has failed as often as it may and is left for a person to look at. */
  whenDead?: JobHandler;
}

export interface EnqueueOptions {
  /** Not before this time; at once when left out. */
  runAt?: Date;
  /** Two waiting jobs with one key become one. */
  key?: string;
  /** Goes behind everything that somebody waits for. */
  isPatient?: boolean;
  /** For whose sake: their jobs wait behind each other rather than in front of everybody's. Null: nobody's in particular. */
  sender: Sender | null;
}

/** The first, and eleven more over some sixteen hours: graphile-worker waits e, e^2, ... e^10 seconds in between. */
export const MAX_ATTEMPTS = 12;
const PATIENT = 10;
/** All that there are; fixed times have the first. */
export const PRIORITIES = [0, PATIENT] as const;
/** From a mail to a file of many pages. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** What a batch of writes is to this lib, which does not know the database's. */
interface Writes {
  ask(sql: string, values: unknown[], receive: () => void): unknown;
}

const ADD_JOB = `
  select 1 as queued from graphile_worker.add_job($1, payload => $2::json, run_at => $3, job_key => $4, max_attempts => $5, priority => $6, flags => $7)`;

function valuesOf(name: string, payload: JobPayload, options: EnqueueOptions): unknown[] {
  const { runAt = null, key = null, isPatient, sender } = options;
  const flags = sender ? flagsOf(sender) : null;
  return [name, JSON.stringify(payload), runAt, key, MAX_ATTEMPTS, isPatient ? PATIENT : 0, flags];
}

/** Names, handlers and the queue. Jobs are rows in PostgreSQL: they exist if and only if the change that asked for them does. */
@Injectable()
export class Jobs {
  private readonly handlers = new Map<string, JobHandler>();
  private readonly lanes = new Map<string, Lane>();
  private readonly lastResorts = new Map<string, JobHandler>();
  private readonly schedule = new Map<string, string>();
  private readonly duration: Histogram;

  constructor(private readonly telemetry: Telemetry) {
    this.duration = telemetry.meter.createHistogram('credence_job_duration_seconds', {
      description: 'Attempts at jobs by name and outcome',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    });
  }

  /** Says what to do for a job name. Called by a lib's service when it is made. @throws Error for a name already taken. */
  handle(name: string, handler: JobHandler, { lane, whenDead }: HandlerOptions): void {
    if (this.handlers.has(name)) throw new Error(`The job ${name} has two handlers`);
    this.handlers.set(name, (payload) =>
      timed(this.duration, { job_name: name }, () => this.telemetry.traced(name, () => handler(payload))),
    );
    this.lanes.set(name, lane);
    if (whenDead) this.lastResorts.set(name, whenDead);
  }

  /** The same, run at fixed times. `cron` has five fields, in UTC. */
  handleScheduled(name: string, cron: string, handler: () => Promise<void>): void {
    this.handle(name, handler, { lane: 'upkeep' });
    this.schedule.set(name, cron);
  }

  /** Puts a job into the queue inside the caller's transaction. */
  async enqueue(tx: EntityManager, name: string, payload: JobPayload, options: EnqueueOptions): Promise<void> {
    await tx.query(ADD_JOB, valuesOf(name, payload, options));
  }

  /** The same, in one statement with other writes (a `Batch`). */
  add(writes: Writes, name: string, payload: JobPayload, options: EnqueueOptions): void {
    writes.ask(ADD_JOB, valuesOf(name, payload, options), () => undefined);
  }

  /** All handlers by name. */
  get byName(): ReadonlyMap<string, JobHandler> {
    return this.handlers;
  }

  /** The names of the jobs in each lane. */
  get byLane(): Readonly<Record<Lane, string[]>> {
    const namesIn = (lane: Lane) => [...this.lanes].filter((entry) => entry[1] === lane).map(([name]) => name);
    return Object.fromEntries(LANE_NAMES.map((lane) => [lane, namesIn(lane)])) as Record<Lane, string[]>;
  }

  /** What to do when a job of this name has died, if anything. */
  whenDead(name: string): JobHandler | undefined {
    return this.lastResorts.get(name);
  }

  /** The scheduled ones as a crontab; all of them are upkeep. */
  get crontab(): string {
    return [...this.schedule].map(([name, cron]) => `${cron} ${name}`).join('\n');
  }
}
