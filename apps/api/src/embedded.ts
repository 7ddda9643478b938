import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { embeddedSecrets } from '#libs/config';
import { EmbeddedPostgres, type EmbeddedPostgresOptions } from '#libs/database';
import { StartRefused } from './start-refused';

const DATABASE = 'credence';
/** What the application signs in to the database as; the migrations come as the owner. */
const RUNTIME_ROLE = 'credence_runtime';
/** Any constant; whoever holds this lock is the one process on the data directory. */
const INSTANCE_LOCK = 4_703_111;
const CONNECT_TRIES = 150;
const LOCK_TRIES = 5;
const PAUSE_MS = 200;

/** Another process has the data directory. */
export class DataDirectoryInUse extends StartRefused {
  constructor(
    dataDir: string,
    holder: Holder,
    /** For a command that may work beside the running service. */
    readonly settings: EmbeddedSettings,
  ) {
    super(
      `Credence is already running on this data directory (${[dataDir, ...holder].join(', ')}). ` +
        'Stop it first or choose another DATA_DIR.',
    );
  }
}

/** The embedded database, as the application and as the migrations reach it, and the installation's secret. */
export interface EmbeddedSettings {
  databaseUrl: string;
  databaseOwnerUrl: string;
  secretKey: string;
}

/** What is known of the process that holds the lock: its id and its address. */
type Holder = string[];

/**
 * What the embedded default brings along: a data directory with secrets, and a PostgreSQL in it. Exactly one process has
 * it at a time; the proof is a session lock in that PostgreSQL, which ends with the process, however that ends.
 */
export class EmbeddedServices {
  private isStopping = false;

  private constructor(
    readonly dataDir: string,
    readonly settings: EmbeddedSettings,
    private readonly postgres: EmbeddedPostgres,
    private readonly session: Client,
  ) {}

  /**
   * Starts what is not running. A PostgreSQL that a killed process left behind is taken over.
   * @throws DataDirectoryInUse when another process has it; its PostgreSQL is left alone
   */
  static async start(directory: string, purpose = 'starting', meanwhile?: () => void): Promise<EmbeddedServices> {
    const dataDir = resolve(directory);
    const { secretKey, databasePassword, runtimePassword } = embeddedSecrets(dataDir);
    const server = { directory: join(dataDir, 'postgres'), password: databasePassword, meanwhile };
    const { postgres, session, isOurs } = await connect(server, purpose);
    const settings = {
      databaseUrl: postgres.url(DATABASE, { name: RUNTIME_ROLE, password: runtimePassword }),
      databaseOwnerUrl: postgres.url(DATABASE),
      secretKey,
    };
    if (!isOurs) {
      const holder = await findHolder(session);
      await session.end();
      throw new DataDirectoryInUse(dataDir, holder, settings);
    }
    const { rowCount } = await session.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await session.query(`create database ${DATABASE}`);
    return new EmbeddedServices(dataDir, settings, postgres, session);
  }

  /** Calls back when PostgreSQL, and with it the lock, is gone though nobody asked for it. */
  onLost(callback: () => void): void {
    this.session.once('end', () => {
      if (!this.isStopping) callback();
    });
  }

  /** Tells a second start where this one answers. */
  async announce(address: string): Promise<void> {
    await say(this.session, address);
  }

  /** Stops PostgreSQL; the lock goes with it, so that nobody can start in between. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.postgres.stop();
    await this.session.end();
  }
}

/** A server that another process is just starting or stopping refuses connections for a moment. */
async function connect(server: EmbeddedPostgresOptions, purpose: string) {
  for (let left = CONNECT_TRIES; ; left -= 1) {
    const postgres = await EmbeddedPostgres.start(server);
    const session = new Client({ connectionString: postgres.url('postgres'), keepAlive: true });
    // What ends the session is told by its 'end'; unheard, an 'error' would end the process.
    session.on('error', () => undefined);
    try {
      await session.connect();
      await say(session, purpose);
      return { postgres, session, isOurs: await takeLock(session) };
    } catch (error) {
      if (left === 0 || !isPassing(error)) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

function isPassing(error: unknown): boolean {
  // 57P01 and 57P03: shutting down, starting up (PostgreSQL documentation, "Error Codes").
  return ['57P01', '57P03', 'ECONNREFUSED', 'ECONNRESET'].includes((error as { code?: string }).code ?? '');
}

/** A few tries: PostgreSQL needs a moment to see that a killed process is gone. */
async function takeLock(session: Client): Promise<boolean> {
  for (let left = LOCK_TRIES; left > 0; left -= 1) {
    const { rows } = await session.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [INSTANCE_LOCK]);
    if (rows[0]?.held) return true;
    await sleep(PAUSE_MS);
  }
  return false;
}

/** The session's name is where a second start reads who we are; PostgreSQL cuts it at 63 bytes. */
async function say(session: Client, what: string): Promise<void> {
  await session.query(`select set_config('application_name', $1, false)`, [`process ${process.pid}, ${what}`]);
}

async function findHolder(session: Client): Promise<Holder> {
  const { rows } = await session.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = $1 and a.datname = current_database()`,
    [INSTANCE_LOCK],
  );
  return rows.map(({ name }) => name);
}
