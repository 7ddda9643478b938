import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Audit, type AuditEvent } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import type { Disposition } from '#libs/storage';
import { type DownloadLink, type ReadUpload, type Upload, UploadHolders, Uploads } from '#libs/uploads';
import type { Verification } from '#libs/verification';
import { type CredentialKind, credentialKinds } from './credential-kind';

/** A credential as far as its review and its file need it, whatever its kind. */
export interface ReviewedCredential {
  uploadId: string | null;
  verification: Verification;
}

/** Finds the credentials of one kind; its lib fills it in. */
export interface CredentialReader {
  /** As it is at this moment, if the caller may see it. @throws the kind's 404 */
  getCurrent(actor: Actor, id: string): Promise<ReviewedCredential>;
}

/** The files of credentials of every kind. */
@Injectable()
export class CredentialFiles {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly uploads: Uploads,
    private readonly audit: Audit,
    private readonly rights: Rights,
    holders: UploadHolders,
  ) {
    for (const { plural: table } of credentialKinds()) {
      holders.register(
        `select upload_id as "uploadId", deleted_at as "releasedAt" from ${table} where upload_id = any($1)`,
      );
    }
  }

  /**
   * A short-lived URL of the file; whoever asks is recorded as its reader.
   * @throws the kind's "has no file", file_being_checked, not_signed_in or not_permitted when the right to it has gone while it was waited for
   */
  async download(
    actor: Actor,
    kind: CredentialKind,
    credential: ReviewedCredential,
    wish: Disposition,
  ): Promise<DownloadLink> {
    const upload = await this.attached(credential);
    if (upload) this.uploads.requireChecked(upload);
    if (upload?.status !== 'ready') throw kind.errors.hasNoFile();
    // Whoever has waited for the check comes here a second time.
    await this.rights.confirm(actor);
    const link = await this.uploads.downloadUrl(upload, wish);
    await this.audit.record(this.dataSource.manager, actor, fileRead(credential));
    return link;
  }

  /** The file as it is now, whoever sent it; whoever gets its links is recorded. @throws the kind's "has no file" */
  async show(
    actor: Actor,
    kind: CredentialKind,
    credential: ReviewedCredential,
    wish: Disposition,
  ): Promise<ReadUpload> {
    const upload = await this.attached(credential);
    if (!upload) throw kind.errors.hasNoFile();
    const shown = await this.uploads.shown(upload, wish);
    if (shown.links) await this.audit.record(this.dataSource.manager, actor, fileRead(credential));
    return shown;
  }

  private attached({ uploadId, verification }: ReviewedCredential): Promise<Upload | null> {
    if (uploadId === null) return Promise.resolve(null);
    return this.uploads.findAttached(this.dataSource.manager, verification.organizationId, uploadId);
  }
}

/** Handing out a storage URL is what counts as reading; whoever asked for it is the reader. */
export function fileRead({ uploadId, verification }: ReviewedCredential): AuditEvent {
  const { targetType, targetId, userUuid: subject } = verification;
  return { action: 'file.read', targetType, targetId, subject, details: { uploadId } };
}
