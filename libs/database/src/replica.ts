import { Logger } from '@nestjs/common';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { KEPT } from './database-options';

/** A replica that is this far behind is not read from; far less than writes are noted for. */
const MOST_LAG_MS = 10_000;
const WATCH_MS = 1000;
/** How long to believe what a connection has said of its server. */
const BELIEVE_MS = 500;
/** For somebody who has just written: asking again at once is of no use. */
const ASK_AGAIN_MS = 20;
const CONNECT_MS = 1000;
const CHECK_MS = 1000;
/** What takes longer is asked of the primary instead. The server gives up by itself; the other one is for a network that says nothing. */
const READ_MS = 5000;
const SILENCE_MS = 6000;

/** Whose reads they are: all that they have written must be seen. */
export interface Reader {
  /** The newest transaction in which they wrote; null: none lately, undefined: nobody knows. */
  lastWrite?: number | null;
}

/** How far the server behind a connection had come. It never goes back, and a connection never changes its server. */
interface Progress {
  askedAt: number;
  /** Every transaction below this one has ended there. */
  horizon: number;
  /** Everything that was written before this moment is there; null: older than what is remembered. */
  freshAt: number | null;
}

/** The primary's position in its log at a moment. */
interface Mark {
  at: number;
  position: number;
  timeline: string;
}

interface Seen {
  isReplica: boolean;
  horizon: number;
  position: number;
  timeline: string;
}

type State = 'ok' | 'away' | 'behind' | 'not a replica';

export interface ReplicaOptions {
  url: string;
  poolSize: number;
  /** Of the connections. */
  Client: PoolConfig['Client'];
}

/** A file of the log is named after its timeline first, in eight hexadecimal digits. */
const MARK = `
  select (pg_current_wal_lsn() - '0/0')::bigint as position, left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline`;
/**
 * The timeline is that of the last restartpoint: some minutes late after a failover, never early. On a server that is no replica the
 * position is where its recovery ended, or nothing.
 */
const LOOK = {
  text: `select pg_is_in_recovery() as "isReplica", pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon,
                coalesce(pg_last_wal_replay_lsn() - '0/0', 0)::bigint as position,
                lpad(upper(to_hex((select timeline_id from pg_control_checkpoint()))), 8, '0') as timeline`,
  query_timeout: CHECK_MS,
};

/**
 * Reads that may be a moment behind, from a replica (docs/adr/0087). A read is given to it only over a connection whose server has been
 * seen to have replayed every transaction in which the reader wrote, and to lag little. Whatever speaks against it, an error
 * included, sends the read to the primary.
 */
export class Replica {
  private readonly logger = new Logger('Replica');
  readonly pool: Pool;
  private readonly progress = new WeakMap<PoolClient, Progress>();
  private marks: Mark[] = [];
  private state: State | null = null;
  private timer: NodeJS.Timeout | undefined;
  private watching: Promise<void> = Promise.resolve();

  constructor(
    { url, poolSize, Client }: ReplicaOptions,
    private readonly askPrimary: (statement: string) => Promise<Omit<Mark, 'at'>[]>,
  ) {
    this.pool = new Pool({
      connectionString: url,
      max: poolSize,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: READ_MS,
      query_timeout: SILENCE_MS,
      application_name: 'credence',
      ...KEPT,
      Client,
    });
    this.pool.on('error', () => undefined);
  }

  /** Looks at both servers from now on, once a second. */
  start(): void {
    const watch = () => {
      this.watching = this.watch();
      void this.watching.then(() => {
        if (this.timer) this.timer = setTimeout(watch, WATCH_MS).unref();
      });
    };
    this.timer = setTimeout(watch, 0).unref();
  }

  async end(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.watching;
    await this.pool.end();
  }

  /** Whether reads go there. */
  get isUsed(): boolean {
    return this.state === 'ok';
  }

  /** The rows; null when the primary has to answer. Never throws. */
  async read<T>({ lastWrite }: Reader, statement: string, parameters: unknown[] = []): Promise<T | null> {
    if (!this.isUsed || lastWrite === undefined) return null;
    let client: PoolClient | undefined;
    let error: unknown;
    try {
      client = await this.pool.connect();
      if (!(await this.hasSeen(client, lastWrite))) return null;
      const { rows } = await client.query(statement, parameters);
      return rows as T;
    } catch (caught) {
      error = caught;
      if (!isAnswer(caught)) this.become('away', caught);
      return null;
    } finally {
      // Of a connection on which something went wrong without an answer nobody knows what it is waiting for.
      client?.release(error !== undefined && !isAnswer(error));
    }
  }

  private async hasSeen(client: PoolClient, lastWrite: number | null): Promise<boolean> {
    const now = performance.now();
    let known = this.progress.get(client);
    const isOld = !known || now - known.askedAt > BELIEVE_MS;
    const isMissing = known && lastWrite !== null && lastWrite >= known.horizon && now - known.askedAt > ASK_AGAIN_MS;
    if (isOld || isMissing) known = await this.look(client);
    if (!known || known.freshAt === null || now - known.freshAt > MOST_LAG_MS) return false;
    return lastWrite === null || lastWrite < known.horizon;
  }

  /** Undefined when it is no replica: one that was promoted may be on a way of its own. */
  private async look(client: PoolClient): Promise<Progress | undefined> {
    const askedAt = performance.now();
    const { rows } = await client.query<Seen>(LOOK);
    const { isReplica, horizon, position, timeline } = rows[0] as Seen;
    if (!isReplica) {
      this.progress.delete(client);
      this.become('not a replica');
      return undefined;
    }
    const freshAt = this.marks.findLast((mark) => mark.position <= position && mark.timeline === timeline)?.at ?? null;
    const progress = { askedAt, horizon, freshAt };
    this.progress.set(client, progress);
    return progress;
  }

  private async watch(): Promise<void> {
    try {
      const at = performance.now();
      const [mark] = (await this.askPrimary(MARK)) as [Omit<Mark, 'at'>];
      const isSame = (other: Mark) => at - other.at <= MOST_LAG_MS && other.timeline === mark.timeline;
      this.marks = [...this.marks.filter(isSame), { at, ...mark }];
    } catch {
      // There is nothing to compare with, and the next primary may be another server.
      this.marks = [];
    }
    let client: PoolClient | undefined;
    let error: Error | undefined;
    try {
      client = await this.pool.connect();
      const progress = await this.look(client);
      if (!progress) return;
      const isFresh = progress.freshAt !== null && performance.now() - progress.freshAt <= MOST_LAG_MS;
      // The first mark is younger than what a replica that lags a little has replayed.
      const isToldSoon = this.state === null && this.marks.length < MOST_LAG_MS / WATCH_MS;
      if (isFresh) this.become('ok');
      else if (!isToldSoon) this.become('behind');
    } catch (caught) {
      error = caught as Error;
      this.become('away', caught);
    } finally {
      client?.release(error);
    }
  }

  private become(state: State, error?: unknown): void {
    if (state === this.state) return;
    this.state = state;
    if (state === 'ok') this.logger.log('Reads go to the replica');
    else {
      const reason = error instanceof Error ? { error: error.message } : {};
      this.logger.warn({ message: 'Reads go to the primary: the replica cannot be used', state, ...reason });
    }
  }
}

/** PostgreSQL has refused the statement, and the connection is as good as before (class 08 and 57P.. end it). */
function isAnswer(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P)/.test(code) && code !== 'EPIPE';
}
