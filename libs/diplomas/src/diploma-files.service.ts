import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit } from '#libs/audit';
import type { Actor } from '#libs/auth';
import { Clock } from '#libs/common';
import { fileRead } from '#libs/credentials';
import { Batch } from '#libs/database';
import { type JobPayload, Jobs } from '#libs/jobs';
import { fileNotFound } from '#libs/storage';
import { hasArrived, type Upload, Uploads } from '#libs/uploads';
import { Verifications } from '#libs/verification';
import { DiplomaLinks } from './diploma-links';
import { Diploma } from './diploma.entity';
import { submissionOf } from './diploma-submission';

const COLLECT = 'diplomas.collect-file';
const FIRST_LOOK_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Contract D has no "finalize": the client sends the file and that is all. So somebody has to notice that it came: whoever opens
 * the diploma's link first, or a job that looks again and again until the upload is closed.
 */
@Injectable()
export class DiplomaFiles {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly uploads: Uploads,
    private readonly verifications: Verifications,
    private readonly links: DiplomaLinks,
    private readonly audit: Audit,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {
    jobs.handle(COLLECT, (payload) => this.lookAgain(payload));
  }

  /** Where a diploma's link leads: a presigned URL of the checked file. @throws link_expired, link_invalid, file_not_found, file_being_checked */
  async open(token: string, requestId: string): Promise<string> {
    const { diplomaUuid: uuid, reader } = this.links.read(token);
    const diploma = await this.find(uuid);
    if (!diploma?.upload || diploma.deletedAt) throw fileNotFound();
    const upload = diploma.upload.status === 'pending' ? await this.collect(uuid, diploma.upload) : diploma.upload;
    const checked = await this.uploads.afterChecks(upload);
    if (checked.status !== 'ready') throw fileNotFound();
    const { url } = await this.uploads.downloadUrl(checked);
    await this.audit.record(this.dataSource.manager, { ...reader, requestId }, fileRead(diploma));
    return url;
  }

  /** Reserves the place of a file and sees to it that its arrival is noticed. */
  async expect(
    tx: EntityManager,
    actor: Actor,
    diplomaUuid: string,
    attachment: { name: string; mimeType: string; size: number; sha256?: string },
  ): Promise<Upload> {
    const { name: filename, mimeType: mime, size, sha256 } = attachment;
    const file = { kind: 'diploma', filename, mime, size, sha256 };
    const upload = await this.uploads.reserve(tx, actor, file, ATTACHMENT_FIELDS);
    await this.scheduleLook(tx, diplomaUuid, FIRST_LOOK_MS);
    return upload;
  }

  private async lookAgain({ diploma: uuid, waitedMs }: JobPayload): Promise<void> {
    const diploma = await this.find(String(uuid));
    if (!diploma?.upload || diploma.deletedAt) return;
    const upload = await this.collect(diploma.uuid, diploma.upload);
    // Also when the link has expired: a transfer that began in time may still be arriving. The upload's closing ends it.
    if (upload.status !== 'pending') return;
    const wait = Math.min(Number(waitedMs) * 2, LONGEST_WAIT_MS);
    await this.dataSource.transaction((tx) => this.scheduleLook(tx, diploma.uuid, wait));
  }

  private scheduleLook(tx: EntityManager, diploma: string, waitedMs: number): Promise<void> {
    const runAt = new Date(this.clock.now().getTime() + waitedMs);
    return this.jobs.enqueue(tx, COLLECT, { diploma, waitedMs }, { runAt });
  }

  /** Checks the file if it has come, and then sends the diploma in for review. Harmless to repeat. */
  private async collect(uuid: string, expected: Upload): Promise<Upload> {
    const upload = await this.uploads.settle(expected.id);
    if (!hasArrived(upload)) return upload;
    await this.dataSource.transaction(async (tx) => {
      const diploma = await tx
        .createQueryBuilder(Diploma, 'diploma')
        .innerJoinAndSelect('diploma.title', 'title')
        .innerJoinAndSelect('diploma.verification', 'verification')
        .where('diploma.uuid = :uuid and diploma.deleted_at is null', { uuid })
        .setLock('pessimistic_write', undefined, ['diploma', 'verification'])
        .getOne();
      const stillExpected = diploma?.uploadId === upload.id && diploma.verification.status === 'not_submitted';
      if (!diploma || !stillExpected) return;
      const system = { organizationId: diploma.organizationId, name: COLLECT };
      const content = submissionOf(diploma, upload, upload.uploadedByUserUuid);
      const writes = new Batch(tx);
      await this.verifications.submit(writes, system, diploma.verification, content);
      await writes.send();
    });
    return upload;
  }

  private find(uuid: string): Promise<Diploma | null> {
    return this.dataSource.manager
      .createQueryBuilder(Diploma, 'diploma')
      .innerJoinAndSelect('diploma.verification', 'verification')
      .leftJoinAndSelect('diploma.upload', 'upload')
      .where({ uuid })
      .getOne();
  }
}

/** Where contract D names what an upload is made of; for error answers. */
const ATTACHMENT_FIELDS = { mime: 'attachment.mimeType', size: 'attachment.size' };
