import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, type SystemActor } from '#libs/audit';
import type { Actor } from '#libs/auth';
import { Clock, fieldProblem, newId, type ProblemDefinition } from '#libs/common';
import { Config } from '#libs/config';
import { type JobPayload, Jobs } from '#libs/jobs';
import type { DownloadLink } from './download-link-response.dto';
import { type FileFacts, inspect, isDeclaredType } from './file-inspection';
import { checkedPrefix, incomingKey } from './object-key';
import { ObjectNotFound, ObjectStorage, type PresignedPost } from './object-storage';
import { storageUnavailable } from './storage.errors';
import { UploadQuota } from './upload-quota';
import type { AnnouncedUpload, ReadUpload } from './upload-response.dto';
import { Upload } from './upload.entity';
import {
  contentTypeMismatch,
  fileTooLarge,
  fileTypeNotSupported,
  UPLOAD_EXPIRED,
  uploadNotFound,
  uploadNotReceived,
  uploadSizeMismatch,
} from './uploads.errors';

const MINUTE_MS = 60_000;
const CLOSE_JOB = 'uploads.close';
/** An upload is closed this long after its link expired: a transfer that began in time may still be arriving. */
const CLOSE_DELAY_MS = 2 * MINUTE_MS;

/** A file as its owner announces it. */
export interface AnnouncedFile {
  kind: string;
  mime: string;
  /** In bytes. */
  size: number;
  filename: string;
}

/** Wire names to blame when the announced file cannot be accepted. */
export interface AnnouncedFileFields {
  mime: string;
  size: string;
}

type Caller = Actor | SystemActor;

/**
 * Takes files in. A client posts to the incoming key, which it can write to until the link expires; the checks run on a copy
 * that nobody else can write to, and that copy is what is served. Storage is never called inside a transaction: one guarded
 * update decides who wins when several checks run at once, and the losers clean up after themselves.
 */
@Injectable()
export class Uploads {
  private readonly logger = new Logger('Uploads');

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly storage: ObjectStorage,
    private readonly quota: UploadQuota,
    private readonly audit: Audit,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    jobs.handle(CLOSE_JOB, ({ uploadId }: JobPayload) => this.close(String(uploadId)));
  }

  /** The intent: reserves an upload and answers the request that sends its bytes. */
  async announce(actor: Actor, file: AnnouncedFile): Promise<AnnouncedUpload> {
    const upload = await this.dataSource.transaction((tx) => this.reserve(tx, actor, file));
    return { upload, post: await this.presignedPost(upload) };
  }

  /**
   * Makes room for a file inside the caller's transaction.
   * @throws file_type_not_supported, file_too_large, quota_exceeded
   */
  async reserve(
    tx: EntityManager,
    actor: Actor,
    file: AnnouncedFile,
    fields: AnnouncedFileFields = { mime: 'mime', size: 'size' },
  ): Promise<Upload> {
    const { UPLOAD_TYPES, UPLOAD_MAX_BYTES, UPLOAD_URL_MINUTES } = this.config.environment;
    if (!UPLOAD_TYPES.includes(file.mime)) {
      throw fieldProblem(fileTypeNotSupported, fields.mime, `must be one of: ${UPLOAD_TYPES.join(', ')}`);
    }
    if (file.size > UPLOAD_MAX_BYTES) {
      throw fieldProblem(fileTooLarge, fields.size, `must be at most ${UPLOAD_MAX_BYTES}`);
    }
    await this.quota.reserve(tx, actor.organizationId, file.size);
    const now = this.clock.now();
    const upload = tx.create(Upload, {
      id: newId(),
      organizationId: actor.organizationId,
      uploadedByUserUuid: actor.userUuid,
      kind: file.kind,
      status: 'pending',
      mime: file.mime,
      sizeBytes: file.size,
      originalFilename: file.filename,
      objectKey: null,
      sha256: null,
      failureCode: null,
      expiresAt: new Date(now.getTime() + UPLOAD_URL_MINUTES * MINUTE_MS),
      createdAt: now,
      updatedAt: now,
    });
    await tx.insert(Upload, upload);
    await this.audit.record(tx, actor, {
      action: 'upload.create',
      targetType: 'upload',
      targetId: upload.id,
      details: { kind: upload.kind, mime: upload.mime, sizeBytes: upload.sizeBytes },
    });
    const runAt = new Date(upload.expiresAt.getTime() + CLOSE_DELAY_MS);
    await this.jobs.enqueue(tx, CLOSE_JOB, { uploadId: upload.id }, { runAt });
    return upload;
  }

  /** The form post that sends the bytes straight to storage. */
  presignedPost(upload: Upload): Promise<PresignedPost> {
    return this.storage.presignUpload({
      key: incomingKey(upload.id),
      contentType: upload.mime,
      size: upload.sizeBytes,
      expiresAt: upload.expiresAt,
    });
  }

  /**
   * Checks what has arrived. Asking again answers the stored state.
   * @throws upload_not_found, upload_not_received, upload_size_mismatch, content_type_mismatch
   */
  async finalize(actor: Actor, uploadId: string): Promise<Upload> {
    const found = await this.getVisible(actor, uploadId);
    const { upload, refusal } = await this.check(found, actor);
    if (refusal) throw refusal();
    if (upload.status === 'pending') throw uploadNotReceived();
    return upload;
  }

  /** The same checks without a caller. Nothing arrived yet: still pending. @throws upload_not_found */
  async settle(uploadId: string): Promise<Upload> {
    const found = await this.getById(uploadId);
    const { upload } = await this.check(found, { organizationId: found.organizationId, name: 'uploads.settle' });
    return upload;
  }

  /** `finalize`, and a link to the file. */
  async finalizeAndRead(actor: Actor, uploadId: string): Promise<ReadUpload> {
    return this.withLink(actor, await this.finalize(actor, uploadId));
  }

  /** The state, with a link once the file is ready. @throws upload_not_found */
  async read(actor: Actor, uploadId: string): Promise<ReadUpload> {
    return this.withLink(actor, await this.getVisible(actor, uploadId));
  }

  /** An upload that a credential of this caller may point at; null when there is none. */
  async findUsable(tx: EntityManager, actor: Actor, uploadId: string): Promise<Upload | null> {
    return visible(tx, actor, uploadId).andWhere(`upload.status in ('uploaded', 'ready')`).getOne();
  }

  /** The file of a credential that the caller has been allowed to see, whoever sent it. */
  findAttached(manager: EntityManager, organizationId: number, uploadId: string): Promise<Upload | null> {
    return manager.findOneBy(Upload, { id: uploadId, organizationId });
  }

  /** A link to a ready file. Whoever hands it out records `file.read`. */
  async downloadUrl(upload: Upload): Promise<DownloadLink> {
    if (upload.objectKey === null) throw new Error(`Upload ${upload.id} is not ready`);
    const minutes = this.config.environment.DOWNLOAD_URL_MINUTES;
    const expiresAt = new Date(this.clock.now().getTime() + minutes * MINUTE_MS);
    const url = await this.storage.presignDownload({
      key: upload.objectKey,
      filename: upload.originalFilename,
      contentType: upload.mime,
      expiresAt,
    });
    return { url, expiresAt };
  }

  private async withLink(actor: Actor, upload: Upload): Promise<ReadUpload> {
    if (upload.status !== 'ready') return { upload, downloadUrl: null };
    const { url } = await this.downloadUrl(upload);
    await this.audit.record(this.dataSource.manager, actor, {
      action: 'file.read',
      targetType: 'upload',
      targetId: upload.id,
    });
    return { upload, downloadUrl: url };
  }

  /** Any other error leaves the copy where it is: the update that makes it the file may have been carried out. */
  private async check(upload: Upload, caller: Caller): Promise<{ upload: Upload; refusal?: ProblemDefinition }> {
    if (upload.status !== 'pending') return { upload };
    const attempt = checkedPrefix(upload.organizationId, upload.id) + newId();
    try {
      const refusal = await this.examine(upload, attempt, caller);
      return { upload: await this.getById(upload.id), ...refusal };
    } catch (error) {
      // Nothing has arrived, or somebody else's check was done first and has removed what we were reading.
      if (!(error instanceof ObjectNotFound)) throw error;
      await this.discard(attempt);
      return { upload: await this.getById(upload.id) };
    }
  }

  /** Copies what arrived, looks at the copy and decides. @throws ObjectNotFound when another check has removed it meanwhile */
  private async examine(upload: Upload, attempt: string, caller: Caller): Promise<{ refusal?: ProblemDefinition }> {
    const incoming = incomingKey(upload.id);
    const arrived = await this.storage.find(incoming);
    if (!arrived) return {};
    let refusal: ProblemDefinition | null = arrived.size === upload.sizeBytes ? null : uploadSizeMismatch;
    if (!refusal) {
      await this.storage.copy(incoming, attempt);
      const facts = await this.inspectObject(attempt);
      refusal = whyRefused(upload, facts);
      if (!refusal) {
        if (!(await this.accept(upload, attempt, facts.sha256, caller))) await this.discard(attempt);
        await this.discard(incoming);
        return {};
      }
    }
    // Storage first: a failed upload has left nothing behind.
    await this.storage.remove(incoming);
    await this.storage.remove(attempt);
    return (await this.fail(upload, refusal.code, caller)) ? { refusal } : {};
  }

  private async inspectObject(key: string): Promise<FileFacts> {
    const stream = await this.storage.read(key);
    try {
      return await inspect(stream);
    } catch (error) {
      this.logger.error({ message: 'An object could not be read to its end', error: String(error) });
      throw storageUnavailable();
    }
  }

  /** False when another check was first. */
  private async accept(upload: Upload, objectKey: string, sha256: string, caller: Caller): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      if (!(await this.leavePending(tx, upload, { status: 'ready', objectKey, sha256 }))) return false;
      await this.audit.record(tx, caller, { action: 'upload.finalize', targetType: 'upload', targetId: upload.id });
      return true;
    });
  }

  /** False when another check was first. */
  private async fail(upload: Upload, failureCode: string, caller: Caller): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      if (!(await this.leavePending(tx, upload, { status: 'failed', failureCode }))) return false;
      await this.quota.release(tx, upload.organizationId, upload.sizeBytes);
      await this.audit.record(tx, caller, {
        action: 'upload.refuse',
        targetType: 'upload',
        targetId: upload.id,
        details: { code: failureCode },
      });
      return true;
    });
  }

  private async leavePending(tx: EntityManager, { id }: Upload, changes: Partial<Upload>): Promise<boolean> {
    const { affected } = await tx.update(
      Upload,
      { id, status: 'pending' },
      { ...changes, updatedAt: this.clock.now() },
    );
    return affected === 1;
  }

  /** Job: the link has expired, so nothing more can arrive. Ends a pending upload and removes everything but the file. */
  private async close(uploadId: string): Promise<void> {
    const pending = await this.findById(uploadId);
    if (!pending) return;
    if (pending.status === 'pending') {
      // The row first: a check that is running now can no longer win, and clears its own copy away.
      await this.fail(pending, UPLOAD_EXPIRED, { organizationId: pending.organizationId, name: CLOSE_JOB });
    }
    const { organizationId, objectKey } = await this.getById(uploadId);
    await this.storage.remove(incomingKey(uploadId));
    for (const key of await this.storage.list(checkedPrefix(organizationId, uploadId))) {
      if (key !== objectKey) await this.storage.remove(key);
    }
  }

  /** Removes an object whose fate is already decided; what stays behind is found by the job that closes the upload. */
  private async discard(key: string): Promise<void> {
    try {
      await this.storage.remove(key);
    } catch {
      this.logger.warn('An object could not be removed; it goes when the upload is closed');
    }
  }

  private async getVisible(actor: Actor, uploadId: string): Promise<Upload> {
    const upload = await visible(this.dataSource.manager, actor, uploadId).getOne();
    if (!upload) throw uploadNotFound();
    return upload;
  }

  private async getById(uploadId: string): Promise<Upload> {
    const upload = await this.findById(uploadId);
    if (!upload) throw uploadNotFound();
    return upload;
  }

  private findById(uploadId: string): Promise<Upload | null> {
    return this.dataSource.manager.findOneBy(Upload, { id: uploadId });
  }
}

function whyRefused(upload: Upload, facts: FileFacts): ProblemDefinition | null {
  if (facts.size !== upload.sizeBytes) return uploadSizeMismatch;
  return isDeclaredType(upload.mime, facts.detectedType) ? null : contentTypeMismatch;
}

/** Staff see every upload of their organisation, a crew member their own. */
function visible(tx: EntityManager, actor: Actor, uploadId: string) {
  const query = tx
    .createQueryBuilder(Upload, 'upload')
    .where('upload.id = :uploadId and upload.organization_id = :organizationId', {
      uploadId,
      organizationId: actor.organizationId,
    });
  if (!actor.isStaff) query.andWhere('upload.uploaded_by_user_uuid = :userUuid', { userUuid: actor.userUuid });
  return query;
}
