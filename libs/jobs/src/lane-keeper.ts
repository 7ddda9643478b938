import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@nestjs/common';
import { LaneRunner, type LaneSetup } from './lane-runner';

/** How long the jobs that a dying life has in hand are waited for before the next one begins beside them. */
const LEAVE_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** One after the other, without a job done in between: about a minute and a half. */
const MOST_DEATHS = 10;

/** What a lane is kept with, besides what it is run with. */
export interface Keeping extends Omit<LaneSetup, 'onJobDone'> {
  logger: Logger;
  /** The lane cannot be kept at work. */
  onGivenUp: (error: Error) => void;
}

/**
 * Keeps one lane at work: when a worker of it ends by itself, as one does that cannot give its job back because the database is away, the
 * lane is stopped and begun anew, after pauses that grow. Only a lane that dies again and again without doing a job is given up.
 */
export class LaneKeeper {
  private readonly ending = new AbortController();
  private readonly leaving = new Set<Promise<void>>();
  private life: LaneRunner;
  private deaths = 0;
  private readonly kept: Promise<void>;

  constructor(private readonly keeping: Keeping) {
    this.life = this.begin();
    this.kept = this.keep();
  }

  /** Whether all workers of the lane live and look for jobs, or are at one. */
  get isMoving(): boolean {
    return this.life.isMoving;
  }

  /** Resolves when the jobs in hand are done. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.kept;
    await Promise.all(this.leaving);
  }

  private begin(): LaneRunner {
    return new LaneRunner({ ...this.keeping, onJobDone: () => (this.deaths = 0) });
  }

  private async keep(): Promise<void> {
    const { lane, logger, onGivenUp } = this.keeping;
    for (;;) {
      const error = await this.untilEnd(this.life.died);
      const left = this.leave(this.life);
      if (!error) return;
      this.deaths += 1;
      logger.error({ message: 'A lane of jobs has stopped and is begun anew', lane, deaths: this.deaths, error });
      if (this.deaths === MOST_DEATHS) return onGivenUp(error);
      await Promise.race([left, this.pause(LEAVE_MS)]);
      await this.pause(Math.min(FIRST_PAUSE_MS * 2 ** (this.deaths - 1), LONGEST_PAUSE_MS));
      if (this.ending.signal.aborted) return;
      this.life = this.begin();
    }
  }

  private leave(life: LaneRunner): Promise<void> {
    const left = life.stop().catch((error: unknown) => {
      this.keeping.logger.warn({ message: 'A lane of jobs did not stop in order', lane: this.keeping.lane, error });
    });
    this.leaving.add(left);
    void left.then(() => this.leaving.delete(left));
    return left;
  }

  /** Null when the end of it all comes first. */
  private untilEnd<T>(work: Promise<T>): Promise<T | null> {
    const { signal } = this.ending;
    if (signal.aborted) return Promise.resolve(null);
    return Promise.race([
      work,
      new Promise<null>((ended) => signal.addEventListener('abort', () => ended(null), { once: true })),
    ]);
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.ending.signal }).catch(() => undefined);
  }
}
