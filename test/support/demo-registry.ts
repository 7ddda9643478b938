import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#libs/database';
import { API, ProductDirectory } from './product';

const LOOK_AGAIN_MS = 100;

/** A directory of the embedded product, stopped, with the demo data: drawn once in a run, and copied for whoever asks. */
export async function demoRegistry(): Promise<ProductDirectory> {
  const shared = process.env['TEST_DEMO_REGISTRY'];
  if (!shared) throw new Error('There is no place for the demo data; see test/support/global-setup.ts');
  const outcome = join(shared, 'outcome');
  if (mkdirSync(shared, { recursive: true })) {
    // Others wait for the outcome, whatever it is.
    writeFileSync(outcome, await make(join(shared, 'data')).catch(String));
  }
  while (!existsSync(outcome)) await sleep(LOOK_AGAIN_MS);
  const failure = readFileSync(outcome, 'utf8');
  if (failure) throw new Error(failure);
  const directory = new ProductDirectory();
  copy(join(shared, 'data'), directory.dataDir);
  return directory;
}

/** Whose the files are stays: started as root, PostgreSQL runs as another user. */
export function copy(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
}

async function make(to: string): Promise<string> {
  const directory = new ProductDirectory();
  try {
    const settings = { ...directory.embedded(await freePort()), DEMO_DATA: 'true', RUN_WORKER: 'false' };
    const run = directory.run(API, settings);
    await run.printed('Credence is running');
    await run.kill('SIGTERM');
    copy(directory.dataDir, to);
    return '';
  } finally {
    await directory.remove();
  }
}
