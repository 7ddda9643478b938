import { Client } from 'pg';

/** A host that is gone without a word is noticed by PostgreSQL in half a minute, not after the hours that are its default. */
const KEEPALIVES = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4';
const CONNECT_MS = 10_000;
/** Locks are asked for without waiting, or are free within moments. */
const ANSWER_MS = 15_000;
const KEEPALIVE_MS = 10_000;
/** Whoever waited behind a connection that did not come about does not wait for the next one too. */
const SAME_FAILURE_MS = 1000;

/**
 * A session of PostgreSQL of one's own, for advisory locks, which live as long as it does. Opened with the first use; lost or doubtful, anew
 * with the next. Uses come one after the other: pg's client takes one statement at a time.
 */
export class LockingSession {
  private session: { client: Client; opened: Promise<unknown> } | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private failure: { error: unknown; at: number } | null = null;

  /** `prepare` is what each new session begins with. */
  constructor(
    private readonly databaseUrl: string,
    private readonly prepare: (session: Client) => Promise<unknown> = () => Promise.resolve(),
  ) {}

  /** @throws Error of the work, or of the connection; the session, and with it all of its locks, is given up then. */
  use<T>(work: (session: Client) => Promise<T>): Promise<T> {
    const outcome = this.last.then(() => this.run(work));
    this.last = outcome.catch(() => undefined);
    return outcome;
  }

  /** Opens it if it is not. @throws Error when that fails */
  async requireOpen(): Promise<void> {
    if (this.session) await this.session.opened;
    else await this.use(() => Promise.resolve());
  }

  async end(): Promise<void> {
    await this.last;
    await this.giveUp();
  }

  private async run<T>(work: (session: Client) => Promise<T>): Promise<T> {
    const client = await this.opened();
    try {
      return await work(client);
    } catch (error) {
      // Of one on which something went wrong nobody knows what it still holds, or is waiting for.
      void this.giveUp();
      throw error;
    }
  }

  private async opened(): Promise<Client> {
    if (this.failure && performance.now() - this.failure.at < SAME_FAILURE_MS) throw this.failure.error;
    this.session ??= this.open();
    const { client, opened } = this.session;
    try {
      await opened;
    } catch (error) {
      this.failure = { error, at: performance.now() };
      void this.giveUp();
      throw error;
    }
    return client;
  }

  private async giveUp(): Promise<void> {
    const { session } = this;
    this.session = null;
    await session?.client.end().catch(() => undefined);
  }

  private open(): { client: Client; opened: Promise<unknown> } {
    const client = new Client({
      connectionString: this.databaseUrl,
      options: KEEPALIVES,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE_MS,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
    });
    const forget = () => {
      if (this.session?.client === client) this.session = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    return { client, opened: client.connect().then(() => this.prepare(client)) };
  }
}
