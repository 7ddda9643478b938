import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#libs/database';
import { tokenIn } from './mails';
import { NO_LIMITS, TEST_SECRET } from './template';

const ROOT = join(__dirname, '../..');
const START_MS = 90_000;
const LOOK_AGAIN_MS = 50;

export const API = 'apps/api/src/main.js';
export const WORKER = 'apps/worker/src/main.js';
const CREATE_ORGANIZATION = 'apps/api/src/commands/create-organization.js';

/** One run of a built entry point, with exactly the settings it is given. */
export class Run {
  output = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(entry: string, directory: string, settings: Record<string, string>, args: string[] = []) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(process.execPath, [join(ROOT, 'dist', entry), ...args], {
      // Away from the project: a developer's .env there is none of the tests' business.
      cwd: directory,
      env: { PATH, HOME, LOG_LEVEL: 'error', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.ended = new Promise((ended) => this.child.once('close', (code) => ended(code)));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until the run has printed the text. */
  async printed(text: string): Promise<void> {
    for (let waited = 0; !this.output.includes(text); waited += LOOK_AGAIN_MS) {
      if (!this.isRunning || waited > START_MS) throw new Error(`It did not print "${text}", but:\n${this.output}`);
      await sleep(LOOK_AGAIN_MS);
    }
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** A data directory and the runs on it. `remove` ends all of them, whatever state the test left them in. */
export class ProductDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'credence-product-'));
  readonly dataDir = join(this.path, 'data');
  private readonly runs: Run[] = [];

  constructor() {
    // Started as root, PostgreSQL runs as another user, who has to get in.
    chmodSync(this.path, 0o755);
  }

  run(entry: string, settings: Record<string, string> = {}, args: string[] = []): Run {
    const run = new Run(entry, this.path, settings, args);
    this.runs.push(run);
    return run;
  }

  /** Founds an organisation on the embedded database, and answers the token of its admin's link. @throws Error when it fails */
  async found(names: string[], settings = this.embedded(0)): Promise<string> {
    const run = this.run(CREATE_ORGANIZATION, settings, names);
    if ((await run.ended) !== 0) throw new Error(run.output);
    return tokenIn(run.output);
  }

  /** The embedded product, without demo data. Ready when the promise is kept. */
  async start(port?: number): Promise<{ run: Run; url: string; port: number }> {
    const chosen = port ?? (await freePort());
    const run = this.run(API, this.embedded(chosen));
    await run.printed('Credence is running');
    return { run, port: chosen, url: `http://127.0.0.1:${chosen}` };
  }

  /** On a database of one's own. Ready when the promise is kept. */
  async startOn(databaseUrl: string, settings: Record<string, string> = {}): Promise<{ run: Run; url: string }> {
    const port = await freePort();
    const run = this.run(API, { ...this.ownServices(databaseUrl, port), ...settings });
    await run.printed('Credence is running');
    return { run, url: `http://127.0.0.1:${port}` };
  }

  embedded(port: number): Record<string, string> {
    return { PORT: String(port), DATA_DIR: this.dataDir, DEMO_DATA: 'false', ...NO_LIMITS };
  }

  /** On a database of one's own. The storage is named and not there: nothing asks it for anything until a file comes. */
  ownServices(databaseUrl: string, port = 0): Record<string, string> {
    return {
      PORT: String(port),
      DATA_DIR: this.dataDir,
      DATABASE_URL: databaseUrl,
      S3_BUCKET: 'credence-files',
      S3_REGION: 'eu-north-1',
      S3_ENDPOINT: 'http://127.0.0.1:9',
      S3_ACCESS_KEY_ID: 'none',
      S3_SECRET_ACCESS_KEY: 'none',
      SECRET_KEY: TEST_SECRET,
      PUBLIC_URL: 'https://credence.example.org',
      ...NO_LIMITS,
    };
  }

  /** The process id of the embedded PostgreSQL, or null when none is left. */
  get postgresPid(): number | null {
    const file = join(this.dataDir, 'postgres', 'postmaster.pid');
    if (!existsSync(file)) return null;
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    return isAlive(pid) ? pid : null;
  }

  /** The embedded database as its owner, by the means of the folder itself. */
  get ownerUrl(): string {
    const { databasePassword } = JSON.parse(readFileSync(join(this.dataDir, 'secrets.json'), 'utf8'));
    const port = readFileSync(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
    return `postgresql://postgres:${encodeURIComponent(databasePassword)}@127.0.0.1:${port}/credence`;
  }

  /** Ends all runs by their ids, and the PostgreSQL that one of them may have left. */
  async stop(): Promise<void> {
    await Promise.all(this.runs.filter((run) => run.isRunning).map((run) => run.kill('SIGKILL')));
    const postgres = this.postgresPid;
    if (postgres === null) return;
    // Immediate shutdown: the postmaster takes its children along.
    process.kill(postgres, 'SIGQUIT');
    while (isAlive(postgres)) await sleep(LOOK_AGAIN_MS);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
