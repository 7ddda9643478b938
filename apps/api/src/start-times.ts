/** How long each step of the start takes; the first begins with the process. */
export class StartTimes {
  private readonly steps: Record<string, number> = {};
  private since = 0;

  /** The step that ends now. */
  mark(step: string): void {
    const now = Math.round(performance.now());
    this.steps[step] = now - this.since;
    this.since = now;
  }

  /** For the log, in milliseconds. */
  get summary(): Record<string, number> {
    return { ...this.steps, all: this.since };
  }
}
