import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import { Clock } from '#libs/common';
import { fileRead } from '#libs/credentials';
import { Batch } from '#libs/database';
import { type JobPayload, Jobs, type Sender } from '#libs/jobs';
import { fileNotFound, linkExpired } from '#libs/storage';
import { hasArrived, type Upload, Uploads } from '#libs/uploads';
import { Verifications } from '#libs/verification';
import { DIPLOMA } from './diploma-kind';
import { type DiplomaLink, DiplomaLinks } from './diploma-links';
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
    private readonly rights: Rights,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {
    jobs.handle(COLLECT, (payload) => this.lookAgain(payload), { lane: 'upkeep' });
  }

  /** Where a diploma's link leads: a presigned URL of the checked file. @throws link_expired, link_invalid, file_not_found, file_being_checked */
  async open(token: string, requestId: string): Promise<string> {
    const link = this.links.read(token);
    let found = await this.behind(link, requestId);
    if (found.upload.status === 'pending') {
      await this.collect(link.diplomaUuid, found.upload);
      // It takes its time, in which the right to it may have gone.
      found = await this.behind(link, requestId);
    }
    const { reader, diploma, upload } = found;
    this.uploads.requireChecked(upload);
    if (upload.status !== 'ready') throw fileNotFound();
    const { url } = await this.uploads.downloadUrl(upload);
    await this.audit.record(this.dataSource.manager, reader, fileRead(diploma));
    return url;
  }

  /** What a link leads to at this moment, and its owner with what they may by now. @throws link_expired, file_not_found */
  private async behind(
    { diplomaUuid, uploadId, owner, isOfWriter }: DiplomaLink,
    requestId: string,
  ): Promise<{ reader: Actor; diploma: Diploma; upload: Upload }> {
    const reader = await this.rights.ofLink(owner, requestId);
    if (!reader) throw linkExpired();
    const { read, create } = DIPLOMA.permissions;
    if (!reader.may(read) && !(isOfWriter && reader.may(create))) throw fileNotFound();
    const { organizationId, isStaff, userUuid } = reader;
    const diploma = await this.find(diplomaUuid, { organizationId, ...(isStaff ? {} : { userUuid }) });
    if (!diploma?.upload || diploma.deletedAt || diploma.upload.id !== uploadId) throw fileNotFound();
    return { reader, diploma, upload: diploma.upload };
  }

  /** Reserves the place of a file and sees to it that its arrival is noticed. */
  async expect(
    tx: EntityManager,
    actor: Actor,
    { uuid: diplomaUuid, userUuid: owner }: Pick<Diploma, 'uuid' | 'userUuid'>,
    attachment: { name: string; mimeType: string; size: number; sha256?: string },
  ): Promise<Upload> {
    const { name: filename, mimeType: mime, size, sha256 } = attachment;
    const file = { kind: 'diploma', filename, mime, size, sha256 };
    const upload = await this.uploads.reserve(tx, actor, file, { fields: ATTACHMENT_FIELDS, owner });
    await this.scheduleLook(tx, diplomaUuid, upload.sender, FIRST_LOOK_MS);
    return upload;
  }

  private async lookAgain({ diploma: uuid, waitedMs }: JobPayload): Promise<void> {
    const diploma = await this.find(String(uuid));
    if (!diploma?.upload || diploma.deletedAt) return;
    const upload = await this.collect(diploma.uuid, diploma.upload);
    // Also when the link has expired: a transfer that began in time may still be arriving. The upload's closing ends it.
    if (upload.status !== 'pending') return;
    const wait = Math.min(Number(waitedMs) * 2, LONGEST_WAIT_MS);
    await this.dataSource.transaction((tx) => this.scheduleLook(tx, diploma.uuid, upload.sender, wait));
  }

  private scheduleLook(tx: EntityManager, diploma: string, sender: Sender, waitedMs: number): Promise<void> {
    const runAt = new Date(this.clock.now().getTime() + waitedMs);
    return this.jobs.enqueue(tx, COLLECT, { diploma, waitedMs }, { runAt, sender });
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
      await this.verifications.submit(writes, system, diploma.verification, content, diploma.title.name);
      await writes.send();
    });
    return upload;
  }

  private find(
    uuid: string,
    scope: Partial<Pick<Diploma, 'organizationId' | 'userUuid'>> = {},
  ): Promise<Diploma | null> {
    return this.dataSource.manager
      .createQueryBuilder(Diploma, 'diploma')
      .innerJoinAndSelect('diploma.verification', 'verification')
      .leftJoinAndSelect('diploma.upload', 'upload')
      .where({ uuid, ...scope })
      .getOne();
  }
}

/** Where contract D names what an upload is made of; for error answers. */
const ATTACHMENT_FIELDS = { mime: 'attachment.mimeType', size: 'attachment.size' };
