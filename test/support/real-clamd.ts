import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eicar } from './clamd-server';

const START_MS = 90_000;
const LOOK_AGAIN_MS = 50;

/** As clamd tells it: by that it says that the signature is a local one. */
export const THREAT = 'Credence.Eicar-Test.UNOFFICIAL';

/** ClamAV's own daemon, with one signature, no network and a folder of its own. */
export class RealClamd {
  private readonly directory = mkdtempSync(join(tmpdir(), 'credence-clamd-'));
  private daemon: ChildProcess | undefined;
  private output = '';
  readonly socket = join(this.directory, 'clamd.sock');

  constructor() {
    const database = join(this.directory, 'database');
    mkdirSync(database);
    const [name] = THREAT.split('.UNOFFICIAL');
    // Any type of file, anywhere in it.
    writeFileSync(join(database, 'test.ndb'), `${name}:0:*:${eicar().toString('hex')}\n`);
    const settings = {
      Foreground: 'yes',
      LocalSocket: this.socket,
      DatabaseDirectory: database,
      TemporaryDirectory: this.directory,
      StreamMaxLength: '25M',
      AlertExceedsMax: 'yes',
      SelfCheck: '0',
    };
    const lines = Object.entries(settings).map(([setting, value]) => `${setting} ${value}\n`);
    writeFileSync(join(this.directory, 'clamd.conf'), lines.join(''));
  }

  /** @throws Error unless it answers within half a minute */
  async start(): Promise<void> {
    const daemon = spawn('clamd', [`--config-file=${join(this.directory, 'clamd.conf')}`]);
    this.daemon = daemon;
    for (const stream of [daemon.stdout, daemon.stderr]) stream.on('data', (text) => (this.output += String(text)));
    daemon.on('error', (error) => (this.output += error.message));
    for (let waited = 0; !existsSync(this.socket); waited += LOOK_AGAIN_MS) {
      if (waited > START_MS || daemon.exitCode !== null || daemon.pid === undefined) {
        throw new Error(`clamd did not start:\n${this.output}`);
      }
      await sleep(LOOK_AGAIN_MS);
    }
  }

  async stop(): Promise<void> {
    const { daemon } = this;
    if (daemon?.pid !== undefined && daemon.exitCode === null) {
      const ended = once(daemon, 'exit');
      daemon.kill();
      await ended;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
