import { Problem } from '#libs/common';
import type { OnProgress, Progress } from '#libs/transfer';
import { TransferRefused } from '#libs/transfer';
import type { Lifetime } from '../lifetime';
import { StartRefused } from '../start-refused';

/** Without a terminal: a line for every so many percent of the files. */
const LINE_EVERY_PERCENT = 10;

/**
 * Shows how far a backup, a restore or a move has come, in lines on standard error, and ends it when the process is to end.
 * @throws StartRefused from the work, at the next good moment
 */
export function showProgress(lifetime: Lifetime, goOn: string): OnProgress {
  let last = '';
  return (progress) => {
    if (lifetime.isEnding) throw new StartRefused(`Stopped. ${goOn}`);
    const line = lineOf(progress);
    if (line === null || line === last) return;
    last = line;
    process.stderr.write(`${line}\n`);
  };
}

function lineOf(progress: Progress): string | null {
  switch (progress.phase) {
    case 'tables':
      return `Table ${progress.done + 1} of ${progress.all}: ${progress.name}`;
    case 'indexes':
      return progress.done === progress.all ? `Indexes and constraints: ${progress.all}` : null;
    case 'comparing':
      return progress.done === 0 ? `Comparing ${progress.all} tables` : null;
    case 'files':
      return filesLine(progress);
  }
}

function filesLine({ done, all, bytes }: Extract<Progress, { phase: 'files' }>): string | null {
  if (all === null) return done % 1000 === 0 ? `Files: ${done}, ${megabytes(bytes)}` : null;
  const step = Math.floor((done / Math.max(all, 1)) * (100 / LINE_EVERY_PERCENT));
  // Said once for each step: the line has nothing that changes within it.
  return `Files: ${step * LINE_EVERY_PERCENT} % of those of ${all} uploads`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A sentence for what the person at the keyboard can do something about. */
export function asRefusal(error: unknown, goOn: string): unknown {
  if (error instanceof TransferRefused) return new StartRefused(error.message);
  return error instanceof Problem ? new StartRefused(`${error.message} ${goOn}`) : error;
}
