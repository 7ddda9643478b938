// The servers of the rehearsal: PostgreSQL twice, PgBouncer, HAProxy, an S3 service and the product's own processes, all on
// 127.0.0.1 and free ports. Each is a child of this process and is stopped by its id.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ROOT } from '../../../scripts/prepare.mjs';

const START_MS = 60_000;
const IS_ROOT = userInfo().uid === 0;
/** PostgreSQL and PgBouncer refuse to run as root. */
const AS_POSTGRES = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'];

/** Milliseconds of CPU time of a process and its living children (proc(5): ppid, utime and stime, in ticks of 10 ms). */
export function cpuMs(pid) {
  let ticks = 0;
  for (const folder of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let stat;
    try {
      stat = readFileSync(`/proc/${folder}/stat`, 'utf8');
    } catch {
      continue; // It has ended meanwhile.
    }
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(folder) === pid || Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * 10;
}

/** Where the Debian packages put what is needed. PGBOUNCER and HAPROXY name other files. */
export function findTools() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0] ?? '15';
  const postgres = `/usr/lib/postgresql/${newest}/bin`;
  const tools = {
    postgres,
    pgbouncer: process.env.PGBOUNCER ?? '/usr/sbin/pgbouncer',
    haproxy: process.env.HAPROXY ?? '/usr/sbin/haproxy',
  };
  const missing = [
    [join(postgres, 'pg_basebackup'), 'postgresql'],
    [tools.pgbouncer, 'pgbouncer'],
    [tools.haproxy, 'haproxy'],
  ].filter(([file]) => !existsSync(file));
  if (missing.length > 0) {
    const packages = missing.map(([, name]) => name).join(' ');
    throw new Error(
      `The rehearsal needs Debian's packages ${packages}: apt-get install --no-install-recommends ${packages}`,
    );
  }
  return tools;
}

/** The first line that a program says of itself. */
export function versionOf(file, flag = '--version') {
  return execFileSync(file, [flag], { encoding: 'utf8' }).split('\n')[0];
}

/** A process, with what it has printed. */
export class Process {
  constructor(name, command, { env = {}, cwd } = {}) {
    this.name = name;
    const { PATH = '', HOME = '' } = process.env;
    const [file, ...args] = command;
    this.child = spawn(file, args, {
      cwd,
      env: { PATH, HOME, LC_ALL: 'C', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.output = '';
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (chunk) => (this.output = (this.output + chunk).slice(-200_000)));
    }
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
  }

  get isRunning() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async printed(text) {
    for (let waited = 0; !this.output.includes(text); waited += 50) {
      if (!this.isRunning || waited > START_MS) {
        throw new Error(`${this.name} did not say "${text}", but:\n${this.output.slice(-3000)}`);
      }
      await sleep(50);
    }
  }

  async stop(signal = 'SIGTERM') {
    if (this.isRunning) this.child.kill(signal);
    await this.ended;
  }
}

/** The folder and everything in it that runs. */
export class Stage {
  constructor(tools) {
    this.tools = tools;
    this.processes = [];
    this.path = mkdtempSync(join(tmpdir(), 'credence-topology-'));
    // Started as root, PostgreSQL runs as another user, who has to get in.
    chmodSync(this.path, 0o755);
  }

  folder(name) {
    const path = join(this.path, name);
    mkdirSync(path, { mode: 0o700 });
    if (IS_ROOT) execFileSync('chown', ['postgres:postgres', path]);
    return path;
  }

  start(name, command, options) {
    const started = new Process(name, command, options);
    this.processes.push(started);
    return started;
  }

  /** As the user that PostgreSQL runs as. */
  asPostgres(command) {
    return IS_ROOT ? [...AS_POSTGRES, ...command] : command;
  }

  run(command, options) {
    const [file, ...args] = this.asPostgres(command);
    execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/', ...options });
  }

  /** A script of the product, with its settings; ready when it has said so. */
  async product(name, entry, env, text) {
    const started = this.start(name, [process.execPath, join(ROOT, 'dist', entry)], { env, cwd: this.path });
    await started.printed(text);
    return started;
  }

  /** A script of the product that ends by itself. Answers what it printed. */
  async command(entry, args, env) {
    const started = this.start(entry, [process.execPath, join(ROOT, 'dist', entry), ...args], { env, cwd: this.path });
    const code = await started.ended;
    if (code !== 0) throw new Error(`${entry} ended with ${code}:\n${started.output}`);
    return started.output;
  }

  /** Last started, first stopped. */
  async stop() {
    for (const started of this.processes.toReversed()) {
      if (started.isRunning) started.child.kill(started.stopSignal ?? 'SIGTERM');
      const isLate = await Promise.race([started.ended.then(() => false), sleep(10_000, true, { ref: false })]);
      if (isLate) started.child.kill('SIGKILL');
      await started.ended;
    }
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const SERVER_SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'shared_buffers=64MB',
  'shared_preload_libraries=pg_stat_statements',
  'wal_keep_size=256MB',
];

/** A PostgreSQL of the stage; a primary when it is made, a replica when it is copied. */
export class Postgres {
  constructor(stage, name, port) {
    Object.assign(this, { stage, name, port, directory: join(stage.path, name) });
  }

  static async primary(stage, port) {
    const server = new Postgres(stage, 'primary', port);
    stage.run([
      join(stage.tools.postgres, 'initdb'),
      '-D',
      stage.folder('primary'),
      '-U',
      'postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C',
    ]);
    await server.start();
    return server;
  }

  /** A streaming replica of the primary, as `pg_basebackup` makes it. */
  static async replica(stage, primary, port) {
    const server = new Postgres(stage, 'replica', port);
    const from = `host=127.0.0.1 port=${primary.port} user=postgres application_name=replica`;
    stage.run([
      join(stage.tools.postgres, 'pg_basebackup'),
      '-D',
      stage.folder('replica'),
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
      '-d',
      from,
    ]);
    await server.start();
    return server;
  }

  async start() {
    const settings = [`port=${this.port}`, ...SERVER_SETTINGS].flatMap((setting) => ['-c', setting]);
    const command = [join(this.stage.tools.postgres, 'postgres'), '-D', this.directory, ...settings];
    this.process = this.stage.start(this.name, this.stage.asPostgres(command), { cwd: '/' });
    // Fast shutdown: it does not wait for clients.
    this.process.stopSignal = 'SIGINT';
    await this.process.printed('database system is ready to accept');
  }

  async stop(signal = 'SIGINT') {
    await this.process.stop(signal);
  }

  /** One statement, as the superuser. */
  async query(text, values, database = 'credence') {
    const client = new pg.Client({ connectionString: `postgresql://postgres@127.0.0.1:${this.port}/${database}` });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async set(name, value) {
    await this.query(`alter system set ${name} = '${value}'`);
    await this.query('select pg_reload_conf()');
  }
}

/** In transaction mode, in front of one server at a time. */
export class PgBouncer {
  constructor(stage, { port, role, password, poolSize }) {
    Object.assign(this, { stage, port, role, password, poolSize });
    this.directory = stage.folder('pgbouncer');
    const version = /PgBouncer (\d+)\.(\d+)/i.exec(versionOf(stage.tools.pgbouncer));
    this.canPrepare = Number(version[1]) > 1 || Number(version[2]) >= 21;
  }

  async start(server) {
    this.write('users.txt', `"${this.role}" "${this.password}"\n`);
    this.configure(server);
    const command = [this.stage.tools.pgbouncer, join(this.directory, 'pgbouncer.ini')];
    this.process = this.stage.start('pgbouncer', this.stage.asPostgres(command), { cwd: '/' });
    this.process.stopSignal = 'SIGINT';
    await this.process.printed('process up');
  }

  /** Sends everybody to another server, at once. */
  repoint(server) {
    this.configure(server);
    this.process.child.kill('SIGHUP');
  }

  configure({ port }) {
    this.write(
      'pgbouncer.ini',
      `[databases]
credence = host=127.0.0.1 port=${port} dbname=credence
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${this.port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(this.directory, 'users.txt')}
pool_mode = transaction
default_pool_size = ${this.poolSize}
max_client_conn = 200
${this.canPrepare ? 'max_prepared_statements = 500' : ''}
ignore_startup_parameters = statement_timeout,idle_in_transaction_session_timeout
query_wait_timeout = 3
server_connect_timeout = 2
server_login_retry = 1
`,
    );
  }

  write(name, text) {
    const path = join(this.directory, name);
    writeFileSync(path, text, { mode: 0o644 });
  }

  get url() {
    return `postgresql://${this.role}:${this.password}@127.0.0.1:${this.port}/credence`;
  }

  /** Names that the connections behind it have prepared. */
  async prepared() {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      // Those with which a process tries at its start what the pooler can carry stay on whatever connection they came to.
      const statement = `select count(*)::int as prepared from pg_prepared_statements where name not like 'passage\\_%'`;
      return (await client.query(statement)).rows[0].prepared;
    } finally {
      await client.end();
    }
  }
}

/** In front of the API processes, and of PostgreSQL for whoever needs a session of their own. */
export async function startHaproxy(stage, { httpPort, directPort, apiPorts, primary, replica }) {
  const file = join(stage.path, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  maxconn 2000
defaults
  timeout connect 2s
  timeout client 60s
  timeout server 60s
frontend http
  mode http
  bind 127.0.0.1:${httpPort}
  default_backend api
backend api
  mode http
  option httpchk GET /health/serving
  http-check expect status 200
  # Of what has been sent nothing is sent twice: only who could not be reached is left for another one.
  option redispatch 1
  retries 2
  retry-on conn-failure
  timeout check 3s
  default-server check inter 400ms fall 2 rise 1
${apiPorts.map((port, i) => `  server api${i + 1} 127.0.0.1:${port}`).join('\n')}
listen direct
  mode tcp
  bind 127.0.0.1:${directPort}
  timeout client 1h
  timeout server 1h
  default-server check inter 400ms fall 1 rise 2 on-marked-down shutdown-sessions
  server primary 127.0.0.1:${primary.port}
  server replica 127.0.0.1:${replica.port} backup
`,
  );
  const started = stage.start('haproxy', [stage.tools.haproxy, '-db', '-f', file]);
  started.stopSignal = 'SIGUSR1';
  await sleep(500);
  if (!started.isRunning) throw new Error(`HAProxy did not start:\n${started.output}`);
  return started;
}

/** Every message that a process has written into a folder of mails, by its receiver. */
export function mailsIn(directory) {
  const folder = join(directory, 'mail');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => /^To: (.+)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1].trim());
}

/** The mails themselves, as they were written. */
export function mailTextsIn(directory) {
  const folder = join(directory, 'mail');
  return existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')) : [];
}
