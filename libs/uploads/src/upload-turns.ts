import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { LockingSession } from '#libs/common';
import { Config } from '#libs/config';

/** Of `pg_try_advisory_lock(int, int)`. */
const LOCK_SPACE = 0x75706c64;
const LOCK = 'select pg_try_advisory_lock($1, hashtext($2)) as free';
const UNLOCK = 'select pg_advisory_unlock($1, hashtext($2))';

/**
 * One piece of work for an upload at a time, in all processes. The lock is one of a session of its own, which ends with the process
 * whatever way that goes. It saves work and decides nothing: without it (the session is lost) two may work, and one wins.
 */
@Injectable()
export class UploadTurns implements OnApplicationShutdown {
  private readonly logger = new Logger('UploadTurns');
  private readonly inHand = new Map<string, Promise<unknown>>();
  private readonly session: LockingSession;

  constructor(config: Config) {
    this.session = new LockingSession(config.databaseDirectUrl);
  }

  /** Whoever comes while this process is at it gets the same outcome. Null: another process is at it. */
  take<T>(uploadId: string, work: () => Promise<T>): Promise<T | null> {
    const known = this.inHand.get(uploadId);
    if (known) return known as Promise<T | null>;
    const outcome = this.alone(uploadId, work).finally(() => this.inHand.delete(uploadId));
    this.inHand.set(uploadId, outcome);
    return outcome;
  }

  onApplicationShutdown(): Promise<void> {
    return this.session.end();
  }

  private async alone<T>(uploadId: string, work: () => Promise<T>): Promise<T | null> {
    if (!(await this.isFree(uploadId))) return null;
    try {
      return await work();
    } finally {
      await this.ask(UNLOCK, uploadId);
    }
  }

  private async isFree(uploadId: string): Promise<boolean> {
    return (await this.ask<{ free: boolean }>(LOCK, uploadId))?.free ?? true;
  }

  private async ask<T extends object>(sql: string, uploadId: string): Promise<T | undefined> {
    try {
      const { rows } = await this.session.use((session) => session.query<T>(sql, [LOCK_SPACE, uploadId]));
      return rows[0];
    } catch (error) {
      this.logger.warn({ message: 'Who is at an upload could not be asked', error });
      return undefined;
    }
  }
}
