import { parentPort } from 'node:worker_threads';
import type { DrawingAnswer, DrawingTask } from './drawing-threads';
import { drawPdf, Photographer } from './scans';

/** Draws what it is sent, until it is ended. */
const photographer = Photographer.start();

async function draw({ scan: { paper, format, isOutOfFocus } }: DrawingTask): Promise<Buffer> {
  return format === 'pdf' ? drawPdf(paper) : (await photographer).photograph(paper, isOutOfFocus);
}

// A failure is left unhandled: it ends the thread, whose starter hears of it.
parentPort?.on('message', (task: DrawingTask) => {
  void draw(task).then((bytes) => parentPort?.postMessage({ number: task.number, bytes } satisfies DrawingAnswer));
});
