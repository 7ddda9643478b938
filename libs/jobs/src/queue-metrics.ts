import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Telemetry } from '#libs/telemetry';
import { type KindFigures, type QueueFigures, QueueFiguresService } from './queue-figures.service';

/** A database that does not answer must not keep all other figures back. */
const LONGEST_READ_MS = 3000;
const STATES = ['due', 'later', 'running', 'failing', 'dead'] as const;

type Counts = Pick<KindFigures, (typeof STATES)[number] | 'oldestDueSeconds'>;
const NONE: Counts = { due: 0, later: 0, running: 0, failing: 0, dead: 0, oldestDueSeconds: 0 };
const UNKNOWN: Counts = { due: NaN, later: NaN, running: NaN, failing: NaN, dead: NaN, oldestDueSeconds: NaN };

/** The queue as it is when it is asked for. All processes tell the same of it: take the highest, not the sum. */
@Injectable()
export class QueueMetrics {
  /** Of every job that there was one of. The SDK goes on telling the last value of what is not observed any more (opentelemetry-js, issue 4096). */
  private readonly names = new Set<string>();

  constructor({ meter }: Telemetry, figures: QueueFiguresService) {
    const jobs = meter.createObservableGauge('credence_queue_jobs', {
      description: 'Jobs in the queue by name and state; failing ones are among those due or later',
    });
    const oldest = meter.createObservableGauge('credence_queue_oldest_due_seconds', {
      description: 'How long the job that has waited longest has been due, by name; 0 where none is',
    });
    const workers = meter.createObservableGauge('credence_queue_processes', {
      description: 'Processes that run jobs and whose heart beats',
    });
    meter.addBatchObservableCallback(
      async (result) => {
        // After the figures of this very moment: what is asked here would be among what waits for a connection.
        await setImmediate();
        const read = await within(LONGEST_READ_MS, figures.read());
        for (const [name, counts] of this.countsOf(read)) {
          for (const state of STATES) result.observe(jobs, counts[state], { job_name: name, state });
          result.observe(oldest, counts.oldestDueSeconds ?? 0, { job_name: name });
        }
        result.observe(workers, read ? read.processes.filter((each) => each.runsJobs && each.isAlive).length : NaN);
      },
      [jobs, oldest, workers],
    );
  }

  private countsOf(read: QueueFigures | null): Map<string, Counts> {
    for (const { name } of read?.kinds ?? []) this.names.add(name);
    const counts = new Map<string, Counts>([...this.names].map((name) => [name, read ? NONE : UNKNOWN]));
    for (const kind of read?.kinds ?? []) counts.set(kind.name, kind);
    return counts;
  }
}

/** Null when it takes longer or fails: then there are no figures this time, and the health checks say why. */
function within(ms: number, work: Promise<QueueFigures>): Promise<QueueFigures | null> {
  return Promise.race([work.catch(() => null), sleep(ms, null, { ref: false })]);
}
