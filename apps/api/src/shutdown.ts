import { setTimeout as sleep } from 'node:timers/promises';
import { failureText } from './start-refused';

/** Ctrl-C reaches us twice under npm: once from the terminal and once more from npm, which passes it on. */
const SAME_SIGNAL_MS = 1000;
/** For stopping what we started, after the drains are done or cut off. */
const RELEASE_SECONDS = 15;

type Step = () => Promise<unknown>;

/**
 * Ends the process in order: first drains (requests, jobs) within the given time, then releases what was started, last one
 * first. Listens from the moment it is made, so that a signal during the start leaves nothing behind either.
 */
export class Shutdown {
  private readonly drains: Step[] = [];
  private readonly releases: Step[] = [];
  private signalledAt: number | null = null;
  private ending: Promise<never> | null = null;
  private clean = true;

  constructor(private readonly drainSeconds: number) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.onSignal());
  }

  /** Work to finish before the end. */
  drain(step: Step): void {
    this.drains.push(step);
  }

  /** Something to stop when all work is done. Registered before it has started, it is waited for. */
  releaseWhenStarted<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    this.releases.unshift(async () => (await starting.catch(() => null))?.stop());
    return starting;
  }

  /** Ends the process; `exitCode` 0 becomes 1 when something had to be cut off. */
  end(exitCode: number): Promise<never> {
    this.ending ??= this.runSteps(exitCode);
    return this.ending;
  }

  /** Says why, cleans up and ends with 1. */
  fail(error: unknown): Promise<never> {
    // An error while ending is the ending's own doing: the ground is being taken away from the start.
    if (!this.ending) process.stderr.write(`${failureText(error)}\n`);
    return this.end(1);
  }

  private onSignal(): void {
    const now = performance.now();
    this.signalledAt ??= now;
    if (now - this.signalledAt > SAME_SIGNAL_MS) process.exit(1);
    void this.end(0);
  }

  private async runSteps(exitCode: number): Promise<never> {
    await this.within(this.drainSeconds, Promise.all(this.drains.map((step) => this.attempt(step))));
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
