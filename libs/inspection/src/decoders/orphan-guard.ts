import { workerData } from 'node:worker_threads';

/** A thread beside the decoder, which may be stuck: when the parent is gone, nobody waits for the answer and nobody keeps the limits. */
const LOOK_MS = 500;
const parent = workerData as number;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, LOOK_MS);
