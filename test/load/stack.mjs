// What a measurement runs on: PostgreSQL and the product as `npm start` starts them, and the reference server on the same database.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { ROOT } from '../../scripts/prepare.mjs';
import { keepAwake } from './awake.mjs';
import { cpuNsOf } from './cpu.mjs';

/** From the build: it exists only once `prepare` has run. */
const { embeddedSecrets } = await import(pathToFileURL(join(ROOT, 'dist/libs/config/src/index.js')).href);

/** Set so high that the limiter counts every request and refuses none. Open uploads are not counted: nobody has as many as a bench announces. */
const UNREACHABLE_LIMITS = {
  RATE_LIMIT_PERSON: '10000000',
  RATE_LIMIT_ADDRESS: '10000000',
  NEW_RECORDS_PERSON: '10000000',
  NEW_RECORDS_ORGANIZATION: '10000000',
  OPEN_UPLOADS_PERSON: '0',
  OPEN_UPLOADS_ORGANIZATION: '0',
};
const START_MS = 60_000;
/** A schema of before is brought up to date when the product starts: on millions of rows that takes its time. */
const START_KEPT_MS = 30 * 60_000;
/** The measured server has the first core for itself; what loads it runs on the others. */
const SERVER_CORES = '0';
export const LOAD_CORES = `1-${Math.max(1, availableParallelism() - 1)}`;

/** A server process, with what it has used so far. */
export class Server {
  #child;
  #output = '';

  constructor(name, args, settings, cwd, cores = SERVER_CORES) {
    this.name = name;
    const { PATH = '', HOME = '' } = process.env;
    const [command, ...rest] = pinned(cores, [process.execPath, ...args]);
    this.#child = spawn(command, rest, {
      cwd,
      env: { PATH, HOME, NODE_ENV: 'production', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      // The log of a long run would fill the memory of this process; only its beginning is needed.
      stream.on('data', (chunk) => (this.#output = (this.#output + chunk).slice(0, 20_000)));
    }
    this.url = `http://127.0.0.1:${settings.PORT}`;
  }

  /** `taskset` replaces itself, so this is the process of the server. */
  get pid() {
    return this.#child.pid;
  }

  async printed(text, within = START_MS) {
    for (let waited = 0; !this.#output.includes(text); waited += 20) {
      if (this.#child.exitCode !== null || waited > within) {
        throw new Error(`${this.name} did not print "${text}", but:\n${this.#output}`);
      }
      await sleep(20);
    }
  }

  /** Milliseconds of CPU time since it started, user and system (proc(5): utime and stime, in ticks of 10 ms). */
  cpuMs() {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Resident memory in MB. */
  memoryMb() {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))[1];
    return Number(kilobytes) / 1024;
  }

  async stop(signal = 'SIGTERM') {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    await ended;
  }
}

/** Both servers on one database, and a connection to it as its owner. */
export class Stack {
  beside = [];

  /** In a folder of its own that is removed at the end, or in `directory`, which stays and can be started again. */
  static async start({ settings = {}, profileDirectory, directory, cores = SERVER_CORES } = {}) {
    const stack = new Stack();
    stack.letSleep = keepAwake();
    stack.isKept = directory !== undefined;
    stack.cores = cores;
    stack.profiling = profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${resolve(profileDirectory)}`] : [];
    if (directory) mkdirSync(directory, { recursive: true });
    stack.directory = directory ?? mkdtempSync(join(tmpdir(), 'credence-bench-'));
    // Started as root, PostgreSQL runs as another user, who has to get in.
    chmodSync(stack.directory, 0o755);
    stack.dataDir = join(stack.directory, 'data');
    // Whatever is being measured fails then; the end is the same.
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => void stack.stop().finally(() => process.exit(1)));
    }
    try {
      stack.product = await stack.startProduct(settings);
      stack.database = new pg.Pool({
        connectionString: stack.databaseUrl,
        max: 4,
      });
      // Unheard, it would end this process in the middle of clearing away: PostgreSQL stops with the product.
      stack.database.on('error', () => undefined);
      stack.database.on('connect', (client) => client.on('error', () => undefined));
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** Production build, everything on. Only background work is left to a process of its own, as where load matters. */
  async startProduct(settings = {}, { name = 'Credence', root = ROOT, flags = this.profiling } = {}) {
    const port = String(await freePort());
    const own = {
      PORT: port,
      DATA_DIR: this.dataDir,
      DEMO_DATA: 'false',
      RUN_WORKER: 'false',
      LOG_LEVEL: 'info',
    };
    const entry = join(root, 'dist/apps/api/src/main.js');
    const product = new Server(
      name,
      [...flags, entry],
      { ...own, ...UNREACHABLE_LIMITS, ...settings },
      this.directory,
      this.cores,
    );
    await product.printed('Credence is running', this.isKept ? START_KEPT_MS : START_MS);
    return product;
  }

  /** Another build, the one before; after the product, whose migrations it has to be able to run with. */
  async startBefore(root) {
    if (!existsSync(join(root, 'dist/apps/api/src/main.js'))) throw new Error(`${root} is not built: npm run setup`);
    this.before = await this.startBeside('Before', {}, root);
  }

  /**
   * One more on the same data directory. What keeps that to one process is a lock, and this one finds the lock free: a function of ours in
   * front of PostgreSQL's.
   */
  async startBeside(name, settings, root = ROOT) {
    const client = new pg.Client({
      connectionString: this.#url('postgres', this.#secrets().databasePassword, 'postgres'),
    });
    await client.connect();
    await client.query(`
      create or replace function public.pg_try_advisory_lock(bigint) returns boolean language sql as 'select true';
      alter role postgres in database postgres set search_path = public, pg_catalog`);
    await client.end();
    const server = await this.startProduct(settings, { name, root, flags: [] });
    this.beside.push(server);
    return server;
  }

  /** Those that are measured, the product first. */
  get servers() {
    const { product, before, reference } = this;
    return { product, ...(before && { before }), reference };
  }

  /** From the core of the server that started it to those of the load: what PostgreSQL does would slow the server down, and not by its fault. */
  movePostgres() {
    const [postmaster] = this.#postmaster();
    for (const pid of [postmaster, ...childrenOf(postmaster)]) pin(pid, LOAD_CORES);
  }

  async startReference() {
    const { secretKey, runtimePassword } = this.#secrets();
    this.reference = new Server(
      'Reference',
      [join(ROOT, 'test/load/reference/server.mjs')],
      {
        PORT: String(await freePort()),
        DATABASE_URL: this.#url('credence_runtime', runtimePassword),
        JWKS_URL: `${this.product.url}/.well-known/jwks.json`,
        SIGNED_URL_KEY: secretKey,
      },
      this.directory,
    );
    await this.reference.printed('ready');
  }

  get databaseUrl() {
    return this.#url('postgres', this.#secrets().databasePassword);
  }

  stop() {
    this.stopped ??= this.#stop();
    return this.stopped;
  }

  async #stop() {
    this.letSleep();
    // Killed: it would stop the database as its own.
    await Promise.all(this.beside.map((server) => server.stop('SIGKILL')));
    await Promise.all([this.reference?.stop(), this.product?.stop()]);
    // Not before: it would wait for the statements in hand.
    await this.database?.end();
    const pidFile = join(this.dataDir, 'postgres', 'postmaster.pid');
    if (existsSync(pidFile)) {
      process.kill(Number(this.#postmaster()[0]), this.isKept ? 'SIGINT' : 'SIGQUIT');
      while (this.isKept && existsSync(pidFile)) await sleep(200);
    }
    if (!this.isKept)
      rmSync(this.directory, {
        recursive: true,
        force: true,
        maxRetries: 5,
        retryDelay: 200,
      });
  }

  /** As the product reads them; it has made them. */
  #secrets() {
    return embeddedSecrets(this.dataDir);
  }

  /** What the product and each process of its PostgreSQL have used of the CPU, in nanoseconds; to be given to `cpuMsSince`. */
  cpuNow() {
    const [postmaster] = this.#postmaster();
    return new Map([this.product.pid, ...childrenOf(postmaster)].map((pid) => [String(pid), cpuNsOf(pid)]));
  }

  /** Milliseconds of CPU time since then, of all that still live. */
  cpuMsSince(before) {
    return [...this.cpuNow()].reduce((sum, [pid, ns]) => sum + Math.max(0, ns - (before.get(pid) ?? 0)) / 1e6, 0);
  }

  /** The lines of PostgreSQL's own note: first its process, fourth its port. */
  #postmaster() {
    return readFileSync(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  }

  #url(role, password, database = 'credence') {
    const port = this.#postmaster()[3];
    return `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  }
}

const canPin = existsSync('/usr/bin/taskset') && availableParallelism() > 1;

/** The command bound to cores, where that is possible (Linux) and there is more than one; null: to none. */
export function pinned(cores, command) {
  return cores === null || !canPin ? command : ['taskset', '-c', cores, ...command];
}

/** The same for a process that runs. */
function pin(pid, cores) {
  if (canPin) spawnSync('taskset', ['-cp', cores, String(pid)], { stdio: 'ignore' });
}

const childrenOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
