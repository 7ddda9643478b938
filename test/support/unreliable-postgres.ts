import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgres } from '#libs/database';
import { TestPostgres } from './test-postgres';

const TRY_AGAIN_MS = 100;
const GIVE_UP_MS = 30_000;

/** A PostgreSQL on one port that comes and goes. What it has acknowledged it keeps, also when it is killed. */
export class UnreliablePostgres {
  private constructor(
    private readonly first: TestPostgres,
    private server: EmbeddedPostgres,
  ) {}

  static async start(): Promise<UnreliablePostgres> {
    const first = await TestPostgres.start();
    const postgres = new UnreliablePostgres(first, first.server);
    // That of the tests answers before anything is written down.
    await postgres.server.stop();
    await postgres.comeBack();
    return postgres;
  }

  get url(): string {
    return this.first.url;
  }

  /** As `systemctl stop`: whoever is connected is told. */
  stop(): Promise<void> {
    return this.server.stop();
  }

  /** As the kernel does when memory is short. */
  async kill(): Promise<void> {
    const file = join(this.first.directory, 'postgres', 'postmaster.pid');
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    while (isThere(pid)) await sleep(1);
  }

  /** Resolves when it takes connections. */
  async comeBack(): Promise<void> {
    const { port } = this.first.server;
    for (const began = performance.now(); ;) {
      try {
        this.server = await EmbeddedPostgres.start({
          directory: join(this.first.directory, 'postgres'),
          password: 'test',
          settings: ['fsync=off', 'full_page_writes=off', `port=${port}`],
        });
        return;
      } catch (error) {
        // The processes of one that was killed are a moment behind it.
        if (performance.now() - began > GIVE_UP_MS) throw error;
        await sleep(TRY_AGAIN_MS);
      }
    }
  }

  remove(): Promise<void> {
    return this.first.stop();
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
