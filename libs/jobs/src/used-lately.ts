const HALF_LIFE_MS = 5 * 60_000;
/** Beyond so many, those whose time is as good as forgotten are dropped. */
const SWEEP_AT = 10_000;
const FORGOTTEN_MS = 1;

/** How long jobs have taken, by whom they were done for; what is five minutes old counts half. */
export class UsedLatelyTimes {
  private readonly times = new Map<string, { ms: number; at: number }>();

  add(name: string, ms: number): void {
    if (this.times.size >= SWEEP_AT) this.sweep();
    this.times.set(name, { ms: this.of(name) + ms, at: performance.now() });
  }

  /** In milliseconds. */
  of(name: string): number {
    const known = this.times.get(name);
    return known ? known.ms * 0.5 ** ((performance.now() - known.at) / HALF_LIFE_MS) : 0;
  }

  private sweep(): void {
    for (const name of this.times.keys()) if (this.of(name) < FORGOTTEN_MS) this.times.delete(name);
  }
}
