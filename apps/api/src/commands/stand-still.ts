import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { AccessTrail } from '#libs/auth';
import { Clock } from '#libs/common';
import { Config } from '#libs/config';
import { JobBoard } from '#libs/jobs';
import { announceMaintenance, forgetMaintenance, guardTables, LOOK_EVERY_MS, unguardTables } from '#libs/maintenance';

/** Jobs in hand may finish; what takes longer fails at its next write, and is tried again afterwards. */
const JOBS_MS = 60_000;

/** From when this returns nothing in the registry changes, whatever process runs. Repeated, it changes nothing. */
export async function standStill(product: INestApplicationContext, reason: string): Promise<void> {
  const since = product.get(Clock, { strict: false }).now();
  await product.get(DataSource).transaction(async (tx) => {
    const isNew = await announceMaintenance(tx, { since, reason, moveId: null });
    if (isNew) await record(product, tx, 'maintenance.begin', { reason });
  });
  await untilJobsRest(product.get(JobBoard, { strict: false }));
  await asOwner(product, guardTables);
}

/** Answers false when there was no maintenance. */
export async function goOn(product: INestApplicationContext): Promise<boolean> {
  await asOwner(product, unguardTables);
  return product.get(DataSource).transaction(async (tx) => {
    const wasOn = await forgetMaintenance(tx);
    if (wasOn) await record(product, tx, 'maintenance.end');
    return wasOn;
  });
}

async function untilJobsRest(board: JobBoard): Promise<void> {
  // Whoever looked just before has taken a job by the time of the second look.
  for (let waited = 0; waited < JOBS_MS; waited += 2 * LOOK_EVERY_MS) {
    await sleep(2 * LOOK_EVERY_MS);
    if ((await board.count()).every(({ running }) => running === 0)) return;
  }
}

async function asOwner(product: INestApplicationContext, work: (owner: Client) => Promise<void>): Promise<void> {
  const owner = new Client({ connectionString: product.get(Config, { strict: false }).databaseOwnerUrl });
  await owner.connect();
  try {
    await work(owner);
  } finally {
    await owner.end();
  }
}

function record(
  product: INestApplicationContext,
  tx: Parameters<AccessTrail['record']>[0],
  action: string,
  details?: Record<string, unknown>,
): Promise<void> {
  const event = { action, targetType: 'maintenance', targetId: '1', details };
  return product.get(AccessTrail, { strict: false }).record(tx, { organizationId: null, name: 'maintenance' }, event);
}
