import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from './test-app';

const GIVE_UP_MS = 30_000;
const LOOK_AGAIN_MS = 10;

/**
 * Does `work` while a transaction of the test's own holds what `lock` locks, and lets go of it then: so two requests meet at exactly that
 * point, however fast the machine is. `waiting` keeps its promise once so many of the product's connections wait for a lock.
 */
export async function heldUp<T>(
  app: TestApp,
  lock: string,
  values: unknown[],
  work: (waiting: (connections: number) => Promise<void>) => Promise<T>,
): Promise<T> {
  const holder = app.database.createQueryRunner();
  await holder.startTransaction();
  try {
    await holder.query(lock, values);
    return await work((connections) => untilWaiting(app, connections));
  } finally {
    await holder.rollbackTransaction();
    await holder.release();
  }
}

async function untilWaiting({ database }: TestApp, connections: number): Promise<void> {
  for (let waited = 0; waited < GIVE_UP_MS; waited += LOOK_AGAIN_MS) {
    const [{ count }] = await database.query<[{ count: number }]>(
      `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (count >= connections) return;
    await sleep(LOOK_AGAIN_MS);
  }
  throw new Error(`There were never ${connections} connections that wait`);
}
