export * from './heartbeat.service';
export * from './job-board.service';
export * from './job-runner';
export * from './jobs';
export * from './jobs.module';
export type { Sender } from './lanes';
export * from './queue-figures.service';
export { minuteOf, Schedule } from './schedule';
export { WorkerLocks } from './worker-locks';
