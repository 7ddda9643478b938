import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, In } from 'typeorm';
import { Audit, changesOf } from '#libs/audit';
import { type Actor, Rights, ScopeRefusals } from '#libs/auth';
import { Clock, fieldProblem, newId } from '#libs/common';
import { Config } from '#libs/config';
import { Batch, RepeatedSelect } from '#libs/database';
import { type Derivative, DERIVATIVES } from '#libs/inspection';
import { Jobs, type Sender } from '#libs/jobs';
import {
  derivativeKey,
  type Disposition,
  incomingKey,
  maybeInline,
  ObjectStorage,
  type PresignedPost,
} from '#libs/storage';
import type { DownloadLink } from './download-link-response.dto';
import { UploadChecks } from './upload-checks.service';
import { closesAt } from './upload-closings.service';
import { CHECK_JOB } from './upload-states.service';
import { UploadQuota } from './upload-quota';
import type { AnnouncedUpload, FileLinks, ReadUpload } from './upload-response.dto';
import { ownerSql, Upload } from './upload.entity';
import {
  fileAltered,
  FileBeingChecked,
  fileNotReady,
  fileTooLarge,
  fileTypeNotSupported,
  uploadNotFound,
  uploadNotReceived,
  uploadNotUsable,
} from './uploads.errors';

const MINUTE_MS = 60_000;

/** A file as its owner announces it. */
export interface AnnouncedFile {
  kind: string;
  mime: string;
  /** In bytes. */
  size: number;
  filename: string;
  /** Lower-case hex, if the client says. */
  sha256?: string;
}

/** Wire names to blame when the announced file cannot be accepted. */
export interface AnnouncedFileFields {
  mime: string;
  size: string;
}

/** For the statements of other libs: a column of the file whose id and organisation the expressions name; null when there is none. */
const columnSql = (column: string) => (uploadId: string, organizationId: string) =>
  `(select f.${column} from uploads f where f.id = ${uploadId} and f.organization_id = ${organizationId})`;

/** How far the file is. */
export const fileStatusSql = columnSql('status');

/** Who sent it in. */
export const uploaderSql = columnSql('uploaded_by_user_uuid');

interface Which {
  id: string;
  organization: number;
  /** Only if it is this person's. */
  owner?: string;
  /** Only if it was announced with this API key. */
  apiKey?: string;
}

const OWNER = ownerSql('upload');

const ONE = new RepeatedSelect(select);
/** Locked against changes, not against others who look. */
const HELD = new RepeatedSelect((tx, given: Which) => select(tx, given).setLock('pessimistic_read'));
/** Of two who give it to different people the second waits here, and then finds that it is no longer free. */
const USABLE = new RepeatedSelect((tx, given: Which & { person: string }) =>
  select(tx, given)
    .andWhere(`upload.status in ('uploaded', 'ready')`)
    .andWhere(`coalesce(${OWNER}, :person) = :person`, { person: given.person })
    .setLock('for_no_key_update'),
);

function select(manager: EntityManager, { id, organization, owner, apiKey }: Which) {
  const query = manager
    .createQueryBuilder(Upload, 'upload')
    .where('upload.id = :id and upload.organization_id = :organization', { id, organization });
  if (owner) query.andWhere(`${OWNER} = :owner`, { owner });
  if (apiKey) query.andWhere('coalesce(upload.api_key_id, upload.uploaded_by_user_uuid) = :apiKey', { apiKey });
  return query;
}

/** Takes files in: announced by a client, sent straight to storage, checked, and then pointed at by credentials. */
@Injectable()
export class Uploads {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly storage: ObjectStorage,
    private readonly quota: UploadQuota,
    private readonly audit: Audit,
    private readonly checks: UploadChecks,
    private readonly rights: Rights,
    private readonly refusals: ScopeRefusals,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** The intent: reserves an upload and answers the request that sends its bytes. */
  async announce(actor: Actor, file: AnnouncedFile): Promise<AnnouncedUpload> {
    // Each statement is a transaction by itself.
    const upload = await this.reserve(this.dataSource.manager, actor, file);
    return { upload, post: await this.presignedPost(upload) };
  }

  /**
   * Makes room for a file, with one statement, now and then with a second one; of the papers of `owner`, if that is known by now.
   * @throws file_type_not_supported, file_too_large, quota_exceeded, too_many_open_uploads
   */
  async reserve(
    tx: EntityManager,
    actor: Actor,
    file: AnnouncedFile,
    {
      fields = { mime: 'mime', size: 'size' },
      owner = null,
    }: { fields?: AnnouncedFileFields; owner?: string | null } = {},
  ): Promise<Upload> {
    const { UPLOAD_TYPES, UPLOAD_MAX_BYTES, UPLOAD_URL_MINUTES } = this.config.environment;
    if (!UPLOAD_TYPES.includes(file.mime)) {
      throw fieldProblem(fileTypeNotSupported, fields.mime, `must be one of: ${UPLOAD_TYPES.join(', ')}`);
    }
    if (file.size > UPLOAD_MAX_BYTES) {
      throw fieldProblem(fileTooLarge, fields.size, `must be at most ${UPLOAD_MAX_BYTES}`);
    }
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + UPLOAD_URL_MINUTES * MINUTE_MS);
    const upload = Object.assign(new Upload(), {
      id: newId(),
      organizationId: actor.organizationId,
      uploadedByUserUuid: actor.userUuid,
      ownerUserUuid: owner,
      sentByOffice: actor.isStaff,
      apiKeyId: actor.apiKey?.id ?? null,
      kind: file.kind,
      status: 'pending' as const,
      mime: file.mime,
      sizeBytes: file.size,
      originalFilename: file.filename,
      objectKey: null,
      sha256: null,
      failureCode: null,
      threatName: null,
      width: null,
      height: null,
      pageCount: null,
      warnings: [],
      derivativesPrefix: null,
      declaredSha256: file.sha256 ?? null,
      alteredAt: null,
      expiresAt,
      closesAt: closesAt(expiresAt),
      createdAt: now,
      updatedAt: now,
      revision: 1,
    });
    const writes = new Batch(tx);
    const reservation = this.quota.reserve(writes, actor, file.size);
    writes.insert(Upload, upload);
    this.audit.add(writes, actor, {
      action: 'upload.create',
      targetType: 'upload',
      targetId: upload.id,
      subject: upload.uploadedByUserUuid,
      changes: changesOf(null, { status: upload.status, originalFilename: upload.originalFilename }),
      details: { kind: upload.kind, mime: upload.mime, sizeBytes: upload.sizeBytes },
    });
    try {
      await writes.send();
    } catch (error) {
      throw this.quota.refusal(error)?.() ?? error;
    }
    await this.quota.takeAdvance(tx, reservation);
    return upload;
  }

  /** The form post that sends the bytes straight to storage. */
  presignedPost(upload: Upload): Promise<PresignedPost> {
    return this.storage.presignUpload({
      key: incomingKey(upload.id),
      contentType: upload.mime,
      size: upload.sizeBytes,
      sha256: upload.declaredSha256,
      expiresAt: upload.expiresAt,
    });
  }

  /**
   * Checks what has arrived. Asking again answers the stored state.
   * @throws upload_not_found, scope_missing, upload_not_received, upload_size_mismatch, content_type_mismatch, checksum_mismatch
   */
  async finalize(actor: Actor, uploadId: string): Promise<Upload> {
    const found = await this.getVisible(actor, uploadId);
    const { upload, refusal, isInHand } = await this.checks.check(found, actor);
    if (refusal) throw refusal();
    if (upload.status === 'pending' && !isInHand) throw uploadNotReceived();
    return upload;
  }

  /** The same checks without a caller. Nothing arrived yet: still pending. @throws upload_not_found */
  async settle(uploadId: string): Promise<Upload> {
    const found = await this.getById(uploadId);
    const { upload } = await this.checks.check(found, { organizationId: found.organizationId, name: 'uploads.settle' });
    return upload;
  }

  /** `finalize`, and links to the file if it has passed its checks meanwhile. */
  async finalizeAndRead(actor: Actor, uploadId: string): Promise<ReadUpload> {
    const upload = await this.finalize(actor, uploadId);
    await this.rights.confirm(actor);
    return this.withLink(actor, upload);
  }

  /** The state, with a link once the file is ready. @throws upload_not_found, scope_missing */
  async read(actor: Actor, uploadId: string, wish: Disposition): Promise<ReadUpload> {
    return this.withLink(actor, await this.getVisible(actor, uploadId), wish);
  }

  /**
   * Makes it a file of this person's papers, which it stays: what becomes of the paper or of the sender's role changes nothing. One answer for what
   * is unknown, somebody else's, or not the caller's to see. @throws upload_not_usable, naming `uploadId`
   */
  async attach(tx: EntityManager, actor: Actor, uploadId: string, person: string): Promise<Upload> {
    // The lock also keeps housekeeping from removing the file meanwhile.
    const upload = await USABLE.getOne(tx, { ...visibleTo(actor, uploadId), person });
    await this.rights.confirm(actor, tx);
    if (!upload) throw fieldProblem(uploadNotUsable, 'uploadId');
    if (upload.owner === null) await this.give(tx, actor, upload, person);
    return upload;
  }

  private async give(tx: EntityManager, actor: Actor, upload: Upload, person: string): Promise<void> {
    const change = { ownerUserUuid: person };
    const writes = new Batch(tx).update(Upload, 'id', upload.id, change);
    this.audit.add(writes, actor, {
      action: 'upload.attach',
      targetType: 'upload',
      targetId: upload.id,
      subject: person,
      changes: changesOf<Upload>(upload, change),
    });
    await writes.send();
    Object.assign(upload, change);
  }

  /** The file that a decision rests on; nothing changes it before the caller's transaction ends. @throws file_not_ready */
  async requireReady(tx: EntityManager, organizationId: number, uploadId: string): Promise<Upload> {
    const upload = await HELD.getOne(tx, { id: uploadId, organization: organizationId });
    if (!upload?.isServable) throw fileNotReady({ detail: whyNotReady(upload) });
    return upload;
  }

  /** Has a file checked that came in another way; behind everything that somebody waits for. */
  scheduleChecks(tx: EntityManager, uploadId: string, sender: Sender): Promise<void> {
    return this.jobs.enqueue(tx, CHECK_JOB, { uploadId }, { isPatient: true, sender });
  }

  /** Files of a paper that the caller may see, by their ids. Whoever hands out the links of those that are ready records `file.read`. */
  async readAttached(organizationId: number, uploadIds: string[]): Promise<Map<string, ReadUpload>> {
    if (uploadIds.length === 0) return new Map();
    const uploads = await this.dataSource.manager.findBy(Upload, { organizationId, id: In(uploadIds) });
    const read = await Promise.all(uploads.map((upload) => this.shown(upload, 'inline')));
    return new Map(read.map((file) => [file.upload.id, file]));
  }

  /** What has not been looked into is handed out to nobody. @throws file_being_checked */
  requireChecked(upload: Upload): void {
    if (upload.status === 'uploaded') throw new FileBeingChecked(upload);
  }

  /** The file of a credential that the caller has been allowed to see, whoever sent it. */
  findAttached(manager: EntityManager, organizationId: number, uploadId: string): Promise<Upload | null> {
    return ONE.getOne(manager, { id: uploadId, organization: organizationId });
  }

  /**
   * A link to a ready file. Whoever hands it out records `file.read`. What could run script is an attachment, whatever is wished.
   * @throws file_altered
   */
  async downloadUrl(upload: Upload, wish: Disposition = 'attachment'): Promise<DownloadLink> {
    if (upload.objectKey === null) throw new Error(`Upload ${upload.id} is not ready`);
    if (upload.alteredAt !== null) throw fileAltered();
    const expiresAt = this.linkExpiry();
    const url = await this.storage.presignDownload({
      key: upload.objectKey,
      disposition: maybeInline(upload.mime) ? wish : 'attachment',
      filename: upload.originalFilename,
      contentType: upload.mime,
      expiresAt,
    });
    return { url, expiresAt };
  }

  /** The state of a credential's file, with links once it is ready. Whoever shows it records `file.read` if there are any. */
  async shown(upload: Upload, wish?: Disposition): Promise<ReadUpload> {
    return { upload, links: upload.isServable ? await this.links(upload, wish) : null };
  }

  private async links(upload: Upload, wish?: Disposition): Promise<FileLinks> {
    const { url: downloadUrl } = await this.downloadUrl(upload, wish);
    const prefix = upload.derivativesPrefix;
    if (prefix === null) return { downloadUrl, derivatives: null };
    const expiresAt = this.linkExpiry();
    const urls = await Promise.all(
      DERIVATIVES.map(async (name) => {
        const key = derivativeKey(prefix, name);
        const url = await this.storage.presignDownload({
          key,
          disposition: 'inline',
          filename: `${name}.webp`,
          contentType: 'image/webp',
          expiresAt,
        });
        return [name, url];
      }),
    );
    return { downloadUrl, derivatives: Object.fromEntries(urls) as Record<Derivative, string> };
  }

  private linkExpiry(): Date {
    return new Date(this.clock.now().getTime() + this.config.environment.DOWNLOAD_URL_MINUTES * MINUTE_MS);
  }

  private async withLink(actor: Actor, upload: Upload, wish?: Disposition): Promise<ReadUpload> {
    const shown = await this.shown(upload, wish);
    if (shown.links === null) return shown;
    await this.audit.record(this.dataSource.manager, actor, {
      action: 'file.read',
      targetType: 'upload',
      targetId: upload.id,
      subject: upload.owner ?? upload.uploadedByUserUuid,
    });
    return shown;
  }

  private async getVisible(actor: Actor, uploadId: string): Promise<Upload> {
    const upload = await ONE.getOne(this.dataSource.manager, visibleTo(actor, uploadId));
    if (upload) return upload;
    // A key that reads nothing but its own does not learn either what else there is.
    if (actor.apiKey && !actor.may('upload:read')) return this.refusals.refuse(actor, actor.apiKey, 'upload:read');
    throw uploadNotFound();
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

/** Says to a reviewer what has become of the file. */
function whyNotReady(upload: Upload | null): string {
  return `${whatBecameOf(upload)}, so this cannot be verified; it can be rejected.`;
}

function whatBecameOf(upload: Upload | null): string {
  switch (upload?.status) {
    case 'uploaded':
      return upload.failureCode === null
        ? 'The file is still being checked'
        : 'The checks of the file have failed too often, and an operator has to look into it';
    case 'infected':
      return 'Malware was found in the file';
    case 'ready':
      return 'The stored file is no longer the one that was sent';
    default:
      return 'The file was refused and removed';
  }
}

/** Staff see every upload of their organisation, a crew member their own; an API key without the right to read what was announced with it. */
function visibleTo(actor: Actor, id: string): Which {
  const { organizationId: organization, isStaff, userUuid, apiKey } = actor;
  return {
    id,
    organization,
    owner: isStaff ? undefined : userUuid,
    apiKey: actor.may('upload:read') ? undefined : apiKey?.id,
  };
}
