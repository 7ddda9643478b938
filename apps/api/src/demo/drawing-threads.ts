import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PlannedScan } from './plan';

export interface DrawingTask {
  number: number;
  scan: Pick<PlannedScan, 'paper' | 'format' | 'isOutOfFocus'>;
}

export interface DrawingAnswer {
  number: number;
  bytes: Uint8Array;
}

const MOST_THREADS = 4;
/** A picture is encoded beside the next one being drawn; more would only cost memory. */
const TASKS_PER_THREAD = 2;

/** Compiled; the tests run this file as TypeScript, and the thread from `dist` as in production. */
const THREAD = __filename.endsWith('.ts')
  ? join(__dirname, '../../../../dist/apps/api/src/demo/drawing-thread.js')
  : join(__dirname, 'drawing-thread.js');

/** Draws all scans, on as many cores as there are: some hundred papers are most of the first start. The bytes in the order of the scans. */
export async function drawAll(scans: PlannedScan[]): Promise<Buffer[]> {
  const threads = Array.from({ length: Math.min(availableParallelism(), MOST_THREADS) }, () => new Worker(THREAD));
  const drawn = new Array<Buffer>(scans.length);
  let next = 0;
  try {
    await Promise.all(
      threads.map(
        (thread) =>
          new Promise<void>((done, failed) => {
            let open = 0;
            const give = () => {
              const scan = scans[next];
              if (scan) {
                const { paper, format, isOutOfFocus } = scan;
                thread.postMessage({ number: next, scan: { paper, format, isOutOfFocus } } satisfies DrawingTask);
                next += 1;
                open += 1;
              } else if (open === 0) done();
            };
            thread.on('message', ({ number, bytes }: DrawingAnswer) => {
              drawn[number] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
              open -= 1;
              give();
            });
            thread.once('error', failed);
            thread.once('exit', () => failed(new Error('A thread that draws the demo papers has ended')));
            for (let task = 0; task < TASKS_PER_THREAD; task += 1) give();
          }),
      ),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return drawn;
}
