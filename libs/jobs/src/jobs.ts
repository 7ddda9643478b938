import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What a job is given; small and without personal data. */
export type JobPayload = Record<string, string | number>;

/** Runs one job. It may run more than once (a killed process), so it must be harmless to repeat. */
export type JobHandler = (payload: JobPayload) => Promise<void>;

export interface HandlerOptions {
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
}

/** The first, and eleven more over some sixteen hours: graphile-worker waits e, e^2, ... e^10 seconds in between. */
export const MAX_ATTEMPTS = 12;
const PATIENT = 10;

/** What a batch of writes is to this lib, which does not know the database's. */
interface Writes {
  ask(sql: string, values: unknown[], receive: () => void): unknown;
}

const ADD_JOB = `
  select 1 as queued from graphile_worker.add_job($1, payload => $2::json, run_at => $3, job_key => $4, max_attempts => $5, priority => $6)`;

function valuesOf(name: string, payload: JobPayload, { runAt, key, isPatient }: EnqueueOptions = {}): unknown[] {
  return [name, JSON.stringify(payload), runAt ?? null, key ?? null, MAX_ATTEMPTS, isPatient ? PATIENT : 0];
}

/** Names, handlers and the queue. Jobs are rows in PostgreSQL: they exist if and only if the change that asked for them does. */
@Injectable()
export class Jobs {
  private readonly handlers = new Map<string, JobHandler>();
  private readonly lastResorts = new Map<string, JobHandler>();
  private readonly schedule = new Map<string, string>();

  /** Says what to do for a job name. Called by a lib's service when it is made. @throws Error for a name already taken. */
  handle(name: string, handler: JobHandler, { whenDead }: HandlerOptions = {}): void {
    if (this.handlers.has(name)) throw new Error(`The job ${name} has two handlers`);
    this.handlers.set(name, handler);
    if (whenDead) this.lastResorts.set(name, whenDead);
  }

  /** The same, run at fixed times. `cron` has five fields, in UTC. */
  handleScheduled(name: string, cron: string, handler: () => Promise<void>): void {
    this.handle(name, handler);
    this.schedule.set(name, cron);
  }

  /** Puts a job into the queue inside the caller's transaction. */
  async enqueue(tx: EntityManager, name: string, payload: JobPayload, options?: EnqueueOptions): Promise<void> {
    await tx.query(ADD_JOB, valuesOf(name, payload, options));
  }

  /** The same, in one statement with other writes (a `Batch`). */
  add(writes: Writes, name: string, payload: JobPayload, options?: EnqueueOptions): void {
    writes.ask(ADD_JOB, valuesOf(name, payload, options), () => undefined);
  }

  /** All handlers by name. */
  get byName(): ReadonlyMap<string, JobHandler> {
    return this.handlers;
  }

  /** What to do when a job of this name has died, if anything. */
  whenDead(name: string): JobHandler | undefined {
    return this.lastResorts.get(name);
  }

  /** The scheduled ones as a crontab. */
  get crontab(): string {
    return [...this.schedule].map(([name, cron]) => `${cron} ${name}`).join('\n');
  }
}
