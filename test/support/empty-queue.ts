import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from './test-app';

const WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 20;

/** Waits until no job is left, now or later: what none of them has done by then, none does. */
export async function emptyQueue({ database }: TestApp): Promise<void> {
  for (let waited = 0; waited < WAIT_MS; waited += LOOK_AGAIN_MS) {
    const [{ count }] = await database.query<[{ count: number }]>(
      'select count(*)::int as count from graphile_worker._private_jobs',
    );
    if (count === 0) return;
    await sleep(LOOK_AGAIN_MS);
  }
  throw new Error('There is always a job left');
}
