import { EnumField, InstantField, IntegerField, ObjectField, TextField } from '#libs/common';
import type { FailedJob } from '#libs/jobs';
import type { SystemState } from './system.service';

const STATES = ['ok', 'failing'];

/** As `/health/ready` names them. */
export class SystemChecks {
  @EnumField(STATES)
  database: string;

  @EnumField(STATES)
  storage: string;

  @EnumField(STATES, { description: 'Whether background work is done' })
  queue: string;

  @EnumField(STATES, { optional: true, description: 'Where a malware scanner is configured' })
  scanner?: string;

  @EnumField(STATES, { optional: true, description: 'Where there is a replica to read from' })
  replica?: string;
}

export class LastBackupResponse {
  @InstantField()
  endedAt: Date;

  @EnumField(['complete', 'failed'])
  outcome: string;
}

export class SystemResponse {
  @TextField({ maxLength: 20, example: '0.1.0' })
  version: string;

  @EnumField(['ok', 'degraded', 'failing', 'stopping'])
  status: string;

  @ObjectField(() => SystemChecks)
  checks: SystemChecks;

  @IntegerField({ example: 0, description: "Jobs of your organisation's that could run now and wait for a worker" })
  waitingJobs: number;

  @IntegerField({
    nullable: true,
    example: 0,
    description: 'How long the one of them that waits longest has waited, in seconds; null: none waits',
  })
  longestWaitSeconds: number | null;

  @IntegerField({ example: 2, description: 'Processes that run jobs and are alive' })
  workers: number;

  @ObjectField(() => LastBackupResponse, {
    nullable: true,
    description: 'Of `npm run backup`; null: it was never run, or not to its end',
  })
  lastBackup: LastBackupResponse | null;

  static from(state: SystemState): SystemResponse {
    const { database = 'failing', storage = 'failing', queue = 'failing', scanner, replica } = state.checks;
    return {
      version: state.version,
      status: state.status,
      checks: { database, storage, queue, ...(scanner ? { scanner } : {}), ...(replica ? { replica } : {}) },
      waitingJobs: state.waitingJobs,
      longestWaitSeconds: state.longestWaitSeconds,
      workers: state.workers,
      lastBackup: state.lastBackup,
    };
  }
}

export class FailedJobResponse {
  @IntegerField({ example: 4711 })
  id: number;

  @TextField({ maxLength: 100, example: 'uploads.check', description: 'The kind of work' })
  name: string;

  @IntegerField({ example: 12 })
  attempts: number;

  @InstantField()
  createdAt: Date;

  @InstantField({ description: 'When it failed last' })
  failedAt: Date;

  static from(job: FailedJob): FailedJobResponse {
    return {
      id: job.id,
      name: job.name,
      attempts: job.attempts,
      createdAt: job.createdAt,
      failedAt: job.failedAt,
    };
  }
}
