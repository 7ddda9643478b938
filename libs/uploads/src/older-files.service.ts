import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { type JobPayload, Jobs, type Sender } from '#libs/jobs';
import { CHECK_JOB } from './upload-states.service';

/** Enqueued once, by the migration that came with it. */
const OLDER_FILES_JOB = 'uploads.check-older';
const BATCH = 200;

const OLDER_FILES = `
  select number, id, organization_id as "organizationId", uploaded_by_user_uuid as "userUuid" from uploads
  where number > $1 and status = 'ready' and derivatives_prefix is null order by number limit ${BATCH}`;

/** Files that were ready before there were checks are looked into once, behind all other work, and get their pictures. */
@Injectable()
export class OlderFiles {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
  ) {
    jobs.handle(OLDER_FILES_JOB, (payload) => this.enqueueBatch(payload), { lane: 'upkeep' });
  }

  /** One batch, and the job for the next one behind it. */
  private enqueueBatch({ after }: JobPayload): Promise<void> {
    return this.dataSource.transaction(async (tx) => {
      const files = await tx.query<({ number: number; id: string } & Sender)[]>(OLDER_FILES, [after ?? 0]);
      for (const { id, organizationId, userUuid } of files) {
        const sender = { organizationId, userUuid };
        await this.jobs.enqueue(tx, CHECK_JOB, { uploadId: id }, { isPatient: true, sender });
      }
      const last = files.at(-1);
      if (!last || files.length < BATCH) return;
      await this.jobs.enqueue(tx, OLDER_FILES_JOB, { after: last.number }, { isPatient: true, sender: null });
    });
  }
}
