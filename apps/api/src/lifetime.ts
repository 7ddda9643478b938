import { setTimeout as sleep } from 'node:timers/promises';
import { failureText } from './start-refused';

/** Ctrl-C reaches us twice under npm: once from the terminal and once more from npm, which passes it on. */
const SAME_SIGNAL_MS = 1000;
/** For stopping what we started, after the drains are done or cut off. */
const RELEASE_SECONDS = 15;

type Step = () => Promise<unknown>;

/** A signal came during the start. */
class StartAbandoned extends Error {}

/**
 * Runs the process from start to end. The end goes in order: first drains (requests, jobs) within the given time, then what
 * was started is released, last one first. A signal during the start lets the step in hand finish, and leaves nothing
 * behind either.
 */
export class Lifetime {
  private readonly drains: Step[] = [];
  private readonly releases: Step[] = [];
  private starting: Promise<void> = Promise.resolve();
  private signalledAt: number | null = null;
  private ending: Promise<never> | null = null;
  private clean = true;

  constructor(private readonly drainSeconds: number) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.onSignal());
  }

  /** Runs the start; when it fails, says why, cleans up and ends the process with 1. */
  begin(start: () => Promise<void>): void {
    this.starting = start().catch((error: unknown) => {
      if (!(error instanceof StartAbandoned)) this.fail(error);
    });
  }

  /** Between two steps of the start: goes no further once the end has begun. */
  goOn(): void {
    if (this.ending) throw new StartAbandoned();
  }

  /** A signal has come: whoever works for long stops at the next good moment. */
  get isEnding(): boolean {
    return this.ending !== null;
  }

  /** Work to finish before the end. */
  drain(step: Step): void {
    this.drains.push(step);
  }

  /** Something to stop when all work is done. */
  release(step: Step): void {
    this.releases.unshift(step);
  }

  /** Ends the process; `exitCode` 0 becomes 1 when something had to be cut off. */
  end(exitCode: number): void {
    this.ending ??= this.runSteps(exitCode);
  }

  /** Says why, cleans up and ends the process with 1. */
  fail(error: unknown): void {
    process.stderr.write(`${failureText(error)}\n`);
    this.clean = false;
    this.end(1);
  }

  private onSignal(): void {
    const now = performance.now();
    this.signalledAt ??= now;
    if (now - this.signalledAt > SAME_SIGNAL_MS) process.exit(1);
    this.end(0);
  }

  private async runSteps(exitCode: number): Promise<never> {
    const drained = this.starting.then(() => Promise.all(this.drains.map((step) => this.attempt(step))));
    await this.within(this.drainSeconds, drained);
    for (const step of this.releases) await this.within(RELEASE_SECONDS, this.attempt(step));
    process.exit(this.clean ? exitCode : 1);
  }

  private async within(seconds: number, work: Promise<unknown>): Promise<void> {
    const isLate = await Promise.race([work.then(() => false), sleep(seconds * 1000, true, { ref: false })]);
    if (!isLate) return;
    this.clean = false;
    process.stderr.write(`Stopping took longer than ${seconds} seconds; what was still running is cut off.\n`);
  }

  private async attempt(step: Step): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.clean = false;
      process.stderr.write(`${failureText(error)}\n`);
    }
  }
}
