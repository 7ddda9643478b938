import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager, SelectQueryBuilder } from 'typeorm';
import { Audit, type AuditEvent, changesOf } from '#libs/audit';
import type { Actor } from '#libs/auth';
import { Batch, fromReplica, RepeatedSelect } from '#libs/database';
import { Clock, dateIn, fieldProblem, newId, requireMatch } from '#libs/common';
import {
  type Disposition,
  type DownloadLink,
  type ReadUpload,
  type Upload,
  UploadHolders,
  Uploads,
} from '#libs/storage';
import { People, type PersonRef } from '#libs/users';
import { type SubmissionContent, Verifications, type VerificationStatus } from '#libs/verification';
import type { CertificatesQuery, CreateCertificateDto, UpdateCertificateDto } from './certificate.dto';
import { Certificate, type CertificateType } from './certificate.entity';
import { certificateHasNoFile, certificateNotFound, expiryBeforeIssue } from './certificates.errors';
import { expiryRange } from './validity';

/** Fields a reviewer vouches for: changing one sends the certificate back to review. Notes are not among them. */
const REVIEWED_FIELDS = ['certificateNumber', 'issuingAuthority', 'issueDate', 'expiryDate', 'uploadId'] as const;

const UPLOADS_HELD = `
  select upload_id as "uploadId", deleted_at as "releasedAt" from certificates where upload_id = any($1)`;

interface VisibleParameters {
  organization: number;
  /** Whose alone; everybody's when left out. */
  self?: string;
}

interface ListParameters extends VisibleParameters {
  person: string;
  type?: CertificateType;
  review?: VerificationStatus;
  cursor?: string;
}

const ONE = new RepeatedSelect((manager, given: VisibleParameters & { id: string }) =>
  visible(manager, given).andWhere('certificate.id = :id', { id: given.id }),
);

const LOCKED = new RepeatedSelect((manager, given: VisibleParameters & { id: string }) =>
  visible(manager, given)
    .andWhere('certificate.id = :id', { id: given.id })
    .setLock('pessimistic_write', undefined, ['certificate', 'verification']),
);

const LIST = new RepeatedSelect(listed);

const SHOWN = new RepeatedSelect((manager, given: VisibleParameters & { id: string }) =>
  visible(manager, given).select(SHOWN_ALONE).andWhere('certificate.id = :id', { id: given.id }),
);

/** Of these tables a list shows half the columns, and reading columns is most of what it costs in this process (docs/performance.md). */
const LISTED = [
  ...['id', 'certificateType', 'certificateNumber', 'issuingAuthority', 'issueDate', 'expiryDate'].map(
    of('certificate'),
  ),
  ...['uploadId', 'uploadedByUserUuid', 'notes', 'createdAt', 'updatedAt'].map(of('certificate')),
  ...['id', 'targetType', 'targetId', 'status', 'rejectionReason', 'reviewedAt'].map(of('verification')),
  ...['duplicateTargetType', 'duplicateTargetId', 'duplicateUserUuid'].map(of('verification')),
  ...['number', 'status'].map(of('upload')),
];

/** And one by itself, with its entity tag and whose it is. */
const SHOWN_ALONE = [
  ...LISTED,
  ...['organizationId', 'userUuid'].map(of('certificate')),
  ...['submissionNumber', 'revision'].map(of('verification')),
];

function of(alias: string): (property: string) => string {
  return (property) => `${alias}.${property}`;
}

/** Professional certificates of contract C. */
@Injectable()
export class Certificates {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly people: People,
    private readonly uploads: Uploads,
    private readonly verifications: Verifications,
    private readonly audit: Audit,
    private readonly clock: Clock,
    holders: UploadHolders,
  ) {
    holders.register(UPLOADS_HELD);
  }

  /**
   * Records a certificate and sends it in for review.
   * @throws person_not_found, upload_not_usable, expiry_before_issue, duplicate_file
   */
  async create(actor: Actor, userUuid: string, dto: CreateCertificateDto): Promise<Certificate> {
    const person = await this.people.getByUuid(actor, userUuid);
    // Without a file there is nothing to lock, and all of it is one statement, which is a transaction by itself.
    if (!dto.uploadId) return this.enter(this.dataSource.manager, actor, person, dto);
    return this.dataSource.transaction((tx) => this.enter(tx, actor, person, dto));
  }

  private async enter(
    tx: EntityManager,
    actor: Actor,
    person: PersonRef,
    dto: CreateCertificateDto,
  ): Promise<Certificate> {
    const now = this.clock.now();
    const { organizationId } = actor;
    const certificate = Object.assign(new Certificate(), {
      id: newId(),
      organizationId,
      userUuid: person.uuid,
      certificateType: dto.certificateType,
      certificateNumber: dto.certificateNumber ?? null,
      issuingAuthority: dto.issuingAuthority ?? null,
      issueDate: dto.issueDate ?? null,
      expiryDate: dto.expiryDate ?? null,
      uploadId: dto.uploadId ?? null,
      uploadedByUserUuid: actor.userUuid,
      notes: dto.notes ?? null,
      deletedAt: null,
      createdAt: now,
      updatedAt: now,
    });
    requireDatesInOrder(certificate);
    const { id, certificateType: subject } = certificate;
    const upload = dto.uploadId ? await this.uploads.requireUsable(tx, actor, dto.uploadId) : null;
    certificate.upload = upload;
    const writes = new Batch(tx);
    this.audit.add(writes, actor, {
      action: 'certificate.create',
      targetType: 'certificate',
      targetId: id,
      subject: person.uuid,
      changes: changesOf(null, recordedFields(certificate)),
    });
    certificate.verification = await this.verifications.open(
      writes,
      actor,
      { organizationId, userUuid: person.uuid, target: { type: 'certificate', id }, subject },
      submissionOf(certificate, upload, actor.userUuid),
    );
    certificate.verificationId = certificate.verification.id;
    if (upload) await this.verifications.requireWelcome(tx, actor, certificate.verification);
    await writes.insert(Certificate, certificate).send();
    return certificate;
  }

  /** A person's certificates, newest first: one statement besides finding the person. @throws person_not_found */
  async list(actor: Actor, userUuid: string, query: CertificatesQuery): Promise<Certificate[]> {
    const person = await this.people.getByUuid(actor, userUuid);
    const wanted: ListParameters = {
      organization: actor.organizationId,
      self: selfOf(actor),
      person: person.uuid,
      type: query.certificate_type,
      review: query.verification_status,
      cursor: query.cursor,
    };
    const { manager } = this.dataSource;
    if (!query.status) {
      return fromReplica(this.dataSource, actor, () => LIST.getMany(manager, wanted, ` limit ${query.limit}`));
    }
    const today = dateIn(actor.timeZone, this.clock.now());
    const { condition, parameters } = expiryRange(query.status, today, actor.expiringSoonDays);
    return listed(manager, wanted).andWhere(condition, parameters).limit(query.limit).getMany();
  }

  /** @throws certificate_not_found */
  async get(actor: Actor, id: string): Promise<Certificate> {
    const { manager } = this.dataSource;
    const certificate = await fromReplica(this.dataSource, actor, () => SHOWN.getOne(manager, oneOf(actor, id)));
    if (!certificate) throw certificateNotFound();
    return certificate;
  }

  /** As it is at this moment, for what follows from it. @throws certificate_not_found */
  async getCurrent(actor: Actor, id: string): Promise<Certificate> {
    const certificate = await ONE.getOne(this.dataSource.manager, oneOf(actor, id));
    if (!certificate) throw certificateNotFound();
    return certificate;
  }

  /**
   * Changes the given fields; a change that a reviewer vouches for goes back to review as a new submission.
   * @throws certificate_not_found, changed_since_read, upload_not_usable, expiry_before_issue, duplicate_file
   */
  update(actor: Actor, id: string, dto: UpdateCertificateDto, ifMatch?: string): Promise<Certificate> {
    return this.dataSource.transaction(async (tx) => {
      const certificate = await this.lock(tx, actor, id);
      requireMatch(ifMatch, certificate.verification.etag);
      const change = changedFields(certificate, dto);
      if (Object.keys(change).length === 0) return certificate;
      const changes = changesOf<UpdateCertificateDto>(certificate, change);
      Object.assign(certificate, change, { updatedAt: this.clock.now() });
      requireDatesInOrder(certificate);
      // A file that is already attached may have been sent by somebody else; only a new one must be the caller's.
      const upload = change.uploadId
        ? await this.uploads.requireUsable(tx, actor, change.uploadId)
        : await this.attachedUpload(tx, certificate);
      certificate.upload = upload;
      const writes = new Batch(tx).update(Certificate, 'id', id, { ...change, updatedAt: certificate.updatedAt });
      this.audit.add(writes, actor, {
        action: 'certificate.update',
        targetType: 'certificate',
        targetId: id,
        subject: certificate.userUuid,
        changes,
      });
      const { verification } = certificate;
      if (REVIEWED_FIELDS.some((field) => field in change)) {
        await this.verifications.submit(writes, actor, verification, submissionOf(certificate, upload, actor.userUuid));
        if (change.uploadId) await this.verifications.requireWelcome(tx, actor, verification);
      } else {
        this.verifications.touch(writes, verification);
      }
      await writes.send();
      return certificate;
    });
  }

  /** Soft: the row, its file and its history stay. @throws certificate_not_found, changed_since_read */
  remove(actor: Actor, id: string, ifMatch?: string): Promise<void> {
    return this.dataSource.transaction(async (tx) => {
      const certificate = await this.lock(tx, actor, id);
      requireMatch(ifMatch, certificate.verification.etag);
      const now = this.clock.now();
      const writes = new Batch(tx).update(Certificate, 'id', id, { deletedAt: now, updatedAt: now });
      this.verifications.withdraw(writes, certificate.verification);
      this.audit.add(writes, actor, {
        action: 'certificate.delete',
        targetType: 'certificate',
        targetId: id,
        subject: certificate.userUuid,
      });
      await writes.send();
    });
  }

  /** A short-lived URL of the file; whoever asks is recorded as its reader. @throws certificate_not_found, certificate_has_no_file, file_being_checked */
  async download(actor: Actor, id: string, wish: Disposition): Promise<DownloadLink> {
    const certificate = await this.getCurrent(actor, id);
    const attached = await this.attachedUpload(this.dataSource.manager, certificate);
    const upload = attached && (await this.uploads.afterChecks(attached));
    if (upload?.status !== 'ready') throw certificateHasNoFile();
    const link = await this.uploads.downloadUrl(upload, wish);
    await this.audit.record(this.dataSource.manager, actor, fileRead(certificate));
    return link;
  }

  /** The file as it is now, whoever sent it; whoever gets its links is recorded. @throws certificate_not_found, certificate_has_no_file */
  async showFile(actor: Actor, id: string, wish: Disposition): Promise<ReadUpload> {
    const certificate = await this.get(actor, id);
    const upload = await this.attachedUpload(this.dataSource.manager, certificate);
    if (!upload) throw certificateHasNoFile();
    const shown = await this.uploads.shown(upload, wish);
    if (shown.links) await this.audit.record(this.dataSource.manager, actor, fileRead(certificate));
    return shown;
  }

  /** Certificate and verification are locked together, so that an edit and a decision happen one after the other. */
  private async lock(tx: EntityManager, actor: Actor, id: string): Promise<Certificate> {
    const certificate = await LOCKED.getOne(tx, oneOf(actor, id));
    if (!certificate) throw certificateNotFound();
    return certificate;
  }

  private attachedUpload(manager: EntityManager, certificate: Certificate): Promise<Upload | null> {
    if (certificate.uploadId === null) return Promise.resolve(null);
    return this.uploads.findAttached(manager, certificate.organizationId, certificate.uploadId);
  }
}

/** A crew member sees their own certificates, staff all of the organisation. */
function selfOf(actor: Actor): string | undefined {
  return actor.isStaff ? undefined : actor.userUuid;
}

/** Parameters are named one by one: what is added to a spread object costs Node 20 a new hidden class each time (ADR 0101). */
function oneOf(actor: Actor, id: string): VisibleParameters & { id: string } {
  return { organization: actor.organizationId, self: selfOf(actor), id };
}

/** Living certificates with their review, and of the file what they are shown with. */
export function visible(
  manager: EntityManager,
  { organization, self }: VisibleParameters,
): SelectQueryBuilder<Certificate> {
  const select = manager
    .createQueryBuilder(Certificate, 'certificate')
    .innerJoinAndSelect('certificate.verification', 'verification')
    .leftJoin('certificate.upload', 'upload')
    .addSelect(['upload.number', 'upload.status'])
    .where('certificate.organization_id = :organization', { organization })
    .andWhere('certificate.deleted_at is null');
  if (self) select.andWhere('certificate.user_uuid = :self', { self });
  return select;
}

/** Those of one person, newest first, with what a list shows. */
function listed(manager: EntityManager, given: ListParameters): SelectQueryBuilder<Certificate> {
  const { person, type, review, cursor } = given;
  const select = visible(manager, given).select(LISTED).andWhere('certificate.user_uuid = :person', { person });
  if (type) select.andWhere('certificate.certificate_type = :type', { type });
  if (review) select.andWhere('verification.status = :review', { review });
  if (cursor) select.andWhere('certificate.id < :cursor', { cursor });
  return select.orderBy('certificate.id', 'DESC');
}

/** What a reviewer is shown and vouches for. */
export function submissionOf(
  certificate: Certificate,
  upload: Upload | null,
  submittedByUserUuid: string,
): SubmissionContent {
  return {
    snapshot: {
      certificateType: certificate.certificateType,
      certificateNumber: certificate.certificateNumber,
      issuingAuthority: certificate.issuingAuthority,
      issueDate: certificate.issueDate,
      expiryDate: certificate.expiryDate,
      uploadId: certificate.uploadId,
    },
    uploadId: certificate.uploadId,
    fileSha256: upload?.sha256 ?? null,
    submittedByUserUuid,
  };
}

/** Handing out a storage URL is what counts as reading. */
function fileRead({ id, userUuid: subject, uploadId }: Certificate): AuditEvent {
  return { action: 'file.read', targetType: 'certificate', targetId: id, subject, details: { uploadId } };
}

/** What a new certificate's audit record tells. */
function recordedFields(certificate: Certificate) {
  const { certificateType, certificateNumber, issuingAuthority, issueDate, expiryDate, uploadId, notes } = certificate;
  return { certificateType, certificateNumber, issuingAuthority, issueDate, expiryDate, uploadId, notes };
}

function changedFields(certificate: Certificate, dto: UpdateCertificateDto): Partial<UpdateCertificateDto> {
  const names = [...REVIEWED_FIELDS, 'notes'] as const;
  return Object.fromEntries(
    names.filter((name) => dto[name] !== undefined && dto[name] !== certificate[name]).map((name) => [name, dto[name]]),
  );
}

function requireDatesInOrder({ issueDate, expiryDate }: Certificate): void {
  if (issueDate !== null && expiryDate !== null && expiryDate < issueDate) {
    throw fieldProblem(expiryBeforeIssue, 'expiryDate');
  }
}
