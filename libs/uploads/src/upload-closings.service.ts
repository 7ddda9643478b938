import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Clock } from '#libs/common';
import { type JobPayload, Jobs } from '#libs/jobs';
import { UploadObjects } from './upload-objects.service';
import { UploadStates } from './upload-states.service';
import { UploadTurns } from './upload-turns';
import { Upload } from './upload.entity';
import { UPLOAD_EXPIRED } from './uploads.errors';

/** Of one upload. Only the version before puts these into the queue; with its last uploads this name goes. */
const CLOSE_JOB = 'uploads.close';
const CLOSE_EXPIRED_JOB = 'uploads-close-expired';
const EVERY_MINUTE = '* * * * *';
/** A transfer that began before the link expired may still be arriving. */
const CLOSE_DELAY_MS = 2 * 60_000;
/** Until an upload is tried again that could not be closed, as when the storage did not answer. */
const AGAIN_MS = 10 * 60_000;
const BATCH = 200;
/** Of a batch, at the same time: most of it is waiting for the storage. */
const AT_ONCE = 4;

const DUE = `
  select id from uploads where closes_at <= $1 order by closes_at limit ${BATCH}`;

const CLOSES_AT = `
  update uploads set closes_at = $2 where id = any($1)`;

/** When everything goes that is left of an upload but its file, if its link is good until then. */
export function closesAt(expiresAt: Date): Date {
  return new Date(expiresAt.getTime() + CLOSE_DELAY_MS);
}

/**
 * Ends what has been announced and never came, and removes what is left of all others, once nothing more can arrive. Not by a job for each:
 * whoever puts a job into the queue waits at its commit for everybody else who does (ADR 0117).
 */
@Injectable()
export class UploadClosings {
  private readonly logger = new Logger('UploadClosings');
  private isAtWork = false;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly states: UploadStates,
    private readonly objects: UploadObjects,
    private readonly turns: UploadTurns,
    private readonly clock: Clock,
    jobs: Jobs,
  ) {
    jobs.handle(CLOSE_JOB, ({ uploadId }: JobPayload) => this.close(String(uploadId)), { lane: 'upkeep' });
    jobs.handleScheduled(CLOSE_EXPIRED_JOB, EVERY_MINUTE, () => this.closeAlone());
  }

  /** One process at a time; the next minute takes up what it leaves. */
  private async closeAlone(): Promise<void> {
    if (this.isAtWork) return;
    this.isAtWork = true;
    try {
      await this.turns.take(CLOSE_EXPIRED_JOB, () => this.closeExpired());
    } finally {
      this.isAtWork = false;
    }
  }

  private async closeExpired(): Promise<void> {
    for (let count = BATCH; count === BATCH;) {
      const due = await this.dataSource.query<{ id: string }[]>(DUE, [this.clock.now()]);
      count = due.length;
      const [closed, failed] = await this.closeEach(due.map(({ id }) => id));
      if (closed.length > 0) await this.dataSource.query(CLOSES_AT, [closed, null]);
      if (failed.length === 0) continue;
      await this.dataSource.query(CLOSES_AT, [failed, new Date(this.clock.now().getTime() + AGAIN_MS)]);
      this.logger.warn({ message: 'Uploads could not be closed; they are tried again later', uploads: failed.length });
    }
  }

  private async closeEach(ids: string[]): Promise<[closed: string[], failed: string[]]> {
    const [closed, failed]: [string[], string[]] = [[], []];
    const left = [...ids];
    const work = async () => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        const isClosed = await this.close(id).then(
          () => true,
          () => false,
        );
        (isClosed ? closed : failed).push(id);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return [closed, failed];
  }

  private async close(uploadId: string): Promise<void> {
    const pending = await this.dataSource.manager.findOneBy(Upload, { id: uploadId });
    if (pending?.status === 'pending') {
      // The row first: a check that is running now can no longer win, and clears its own copy away.
      await this.states.refuse(pending, UPLOAD_EXPIRED, { organizationId: pending.organizationId, name: CLOSE_JOB });
    }
    await this.objects.tidy(uploadId);
  }
}
