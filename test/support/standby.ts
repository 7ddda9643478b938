import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedPostgres } from '#libs/database';
import { TestPostgres } from './test-postgres';

/** A PostgreSQL of its own, besides the run's, and a streaming replica of it: what other tests do must not be what it lags behind. */
export class Standby {
  private stopping: Promise<void> | null = null;

  private constructor(
    private readonly primary: TestPostgres,
    private readonly postgres: EmbeddedPostgres,
    private readonly directory: string,
    private readonly session: Client,
  ) {}

  static async start(): Promise<Standby> {
    const primary = await TestPostgres.start();
    const directory = mkdtempSync(join(tmpdir(), 'credence-standby-'));
    // Started as root, PostgreSQL runs as another user, who has to get in.
    chmodSync(directory, 0o755);
    const cluster = join(directory, 'postgres');
    await copyCluster(primary.url, cluster);
    const { hostname, port, username, password } = new URL(primary.url);
    appendFileSync(
      join(cluster, 'postgresql.auto.conf'),
      `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'\n`,
    );
    const postgres = await EmbeddedPostgres.start({
      directory: cluster,
      password,
      // At least as many as the primary has, or it does not start.
      settings: ['max_connections=300', 'fsync=off'],
    });
    const session = new Client({ connectionString: postgres.url('postgres') });
    await session.connect();
    return new Standby(primary, postgres, directory, session);
  }

  get port(): number {
    return this.postgres.port;
  }

  get primaryUrl(): string {
    return this.primary.url;
  }

  /** Returns once all that the primary has written is seen here too. */
  async catchUp(): Promise<void> {
    const primary = new Client({ connectionString: this.primary.url });
    await primary.connect();
    const { rows } = await primary.query<{ position: string }>('select pg_current_wal_insert_lsn() as position');
    await primary.end();
    const hasAll = async () =>
      (await this.session.query('select pg_last_wal_replay_lsn() >= $1::pg_lsn as has', [rows[0]?.position])).rows[0]
        .has;
    while (!(await hasAll())) await sleep(20);
  }

  /** Nothing new is seen here until `resume`. */
  async pause(): Promise<void> {
    await this.session.query('select pg_wal_replay_pause()');
  }

  async resume(): Promise<void> {
    await this.session.query('select pg_wal_replay_resume()');
  }

  /** The replica alone; the primary goes on. */
  fail(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  async stop(): Promise<void> {
    await this.fail();
    await this.primary.stop();
  }

  private async end(): Promise<void> {
    await this.session.end();
    await this.postgres.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The files of a running server ("Making a Base Backup Using the Low Level API" of the PostgreSQL documentation). */
async function copyCluster(url: string, target: string): Promise<void> {
  const session = new Client({ connectionString: url });
  await session.connect();
  try {
    const [found] = (await session.query<{ folder: string }>(`select current_setting('data_directory') as folder`))
      .rows;
    await session.query(`select pg_backup_start('standby', true)`);
    // A file that goes meanwhile is no failure: the log says so too, and is replayed.
    execFileSync('sh', ['-c', 'cp -a "$0" "$1" 2>/dev/null || true', found?.folder ?? '', target]);
    for (const file of ['postmaster.pid', 'postmaster.opts']) rmSync(join(target, file), { force: true });
    const [label] = (await session.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')).rows;
    const { uid, gid } = statSync(target);
    for (const [name, text] of [
      ['backup_label', label?.labelfile ?? ''],
      ['standby.signal', ''],
    ] as const) {
      writeFileSync(join(target, name), text);
      chownSync(join(target, name), uid, gid);
    }
  } finally {
    await session.end();
  }
}
