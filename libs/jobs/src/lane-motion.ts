/** What has a worker: an idle one looks every two seconds. */
interface Named {
  workerId: string;
}

interface State {
  does: 'look' | 'work' | 'give back';
  since: number;
  hasFailed: boolean;
}

const STOPPED_AFTER_MS = 60_000;
/** Looks fail one after the other while the database is away: that is told at once, and is no reason to begin anew. */
const FRESH_MS = 15_000;

/** Whether the workers of a lane still move. A job may take as long as it likes; looking for one, or giving it back, may not. */
export class LaneMotion {
  private readonly states = new Map<string, State>();
  private hasLost = false;

  looks(worker: Named): void {
    this.set(worker, 'look');
  }

  works(worker: Named): void {
    this.set(worker, 'work');
  }

  givesBack(worker: Named): void {
    this.set(worker, 'give back');
  }

  /** It could not look, and tries again. */
  fails(worker: Named): void {
    this.states.set(worker.workerId, { does: 'look', since: performance.now(), hasFailed: true });
  }

  /** After a time in which nobody was to look. */
  goesOn(): void {
    for (const state of this.states.values()) state.since = performance.now();
  }

  ends({ workerId }: Named): void {
    this.states.delete(workerId);
    this.hasLost = true;
  }

  /** Every worker lives, and has looked without a failure or is at work. */
  get isGood(): boolean {
    return !this.hasLost && [...this.states.values()].every((state) => !state.hasFailed && isFresh(state, FRESH_MS));
  }

  /** One has hung in something that takes moments. */
  get hasStopped(): boolean {
    return [...this.states.values()].some((state) => !isFresh(state, STOPPED_AFTER_MS));
  }

  private set({ workerId }: Named, does: State['does']): void {
    this.states.set(workerId, { does, since: performance.now(), hasFailed: false });
  }
}

function isFresh({ does, since }: State, mostMs: number): boolean {
  return does === 'work' || performance.now() - since < mostMs;
}
