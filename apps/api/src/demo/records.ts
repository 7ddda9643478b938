import { isStaffRole } from '#libs/auth';
import { Certificate, CERTIFICATE } from '#libs/certificates';
import type { CalendarDate } from '#libs/common';
import { recordedSubmission } from '#libs/credentials';
import { Diploma, submissionOf as diplomaSubmission, type Title } from '#libs/diplomas';
import { Upload, UPLOAD_EXPIRED } from '#libs/uploads';
import type { User } from '#libs/users';
import { Decision, Submission, type SubmissionContent, type TargetType, Verification } from '#libs/verification';
import type { CastMember } from './cast';
import type {
  PlannedCertificate,
  PlannedCredential,
  PlannedDiploma,
  PlannedScan,
  RecordedFields,
  Revision,
} from './plan';
import { Random } from './random';
import { type Doer, idAt, type Trail } from './trail';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const CLOSE_DELAY_MS = 2 * MINUTE_MS;
const SEED = 4_711;

/** A person of the cast as the database knows them. */
export interface Player extends Doer {
  user: User;
  member: CastMember;
  joinedAt: Date;
}

/** A scan that lies in storage. */
export interface StoredScan {
  objectKey: string;
  uploadId: string;
  sha256: string;
  size: number;
}

export interface Stage {
  organizationId: number;
  players: Player[];
  titles: Title[];
  scans: ReadonlyMap<PlannedScan, StoredScan>;
  uploadUrlMinutes: number;
}

/**
 * Turns the plan into rows, as the services would have written them one by one: the same snapshots, the same states, the same
 * trail. In order of time, so that integer names count up as they do in life.
 */
export class Records {
  readonly uploads: Upload[] = [];
  readonly verifications: Verification[] = [];
  readonly submissions: Submission[] = [];
  readonly decisions: Decision[] = [];
  readonly certificates: Certificate[] = [];
  readonly diplomas: Diploma[] = [];
  private readonly random = new Random(SEED);
  private readonly uploadOf = new Map<PlannedScan, Upload>();

  constructor(
    private readonly stage: Stage,
    private readonly trail: Trail,
  ) {}

  addCertificate(plan: PlannedCertificate): void {
    const [first] = plan.revisions;
    const owner = this.playerOf(plan.owner);
    const sender = this.senderOf(plan, owner, first.at);
    const certificate = Object.assign(new Certificate(), {
      id: idAt(first.at),
      organizationId: this.stage.organizationId,
      userUuid: owner.userUuid,
      certificateType: plan.type,
      uploadedByUserUuid: sender.userUuid,
      notes: plan.notes,
      deletedAt: null,
      createdAt: first.at,
    });
    const target = { targetType: 'certificate', targetId: certificate.id };
    const verification = this.open(owner, 'certificate', certificate.id, plan.type, first.at);
    certificate.verificationId = verification.id;
    for (const revision of plan.revisions) {
      const { at, fields, scan } = revision;
      const upload = scan && this.arrivedFor(scan, sender, owner);
      const values = { ...certificateFields(fields), uploadId: upload?.id ?? null };
      const changed = Object.entries(values).filter(
        ([name, value]) => certificate[name as keyof Certificate] !== value,
      );
      Object.assign(certificate, values, { updatedAt: at });
      this.trail.add(
        at,
        sender,
        revision === first
          ? { action: 'certificate.create', ...target }
          : { action: 'certificate.update', ...target, details: { changed: changed.map(([name]) => name) } },
      );
      const submission = this.submit(
        verification,
        recordedSubmission(CERTIFICATE, certificate, upload, sender.userUuid),
        at,
        sender,
        nameOf(owner),
      );
      this.decide(verification, submission, revision, owner, sender);
    }
    this.certificates.push(certificate);
  }

  addDiploma(plan: PlannedDiploma): void {
    const [revision] = plan.revisions;
    const { at, fields, scan } = revision;
    const owner = this.playerOf(plan.owner);
    const sender = this.senderOf(plan, owner, at);
    const title = this.stage.titles.find(({ name }) => name === plan.title) as Title;
    const upload = scan && this.announce(scan, sender, owner, 'diploma', at);
    const diploma = Object.assign(new Diploma(), {
      uuid: idAt(at),
      organizationId: this.stage.organizationId,
      userUuid: owner.userUuid,
      titleId: title.id,
      uploadId: upload?.id ?? null,
      obtainedAt: fields.issued === null ? null : midnight(fields.issued),
      deletedAt: null,
      createdAt: at,
      updatedAt: at,
    });
    const verification = this.open(owner, 'diploma', diploma.uuid, title.name, at);
    diploma.verificationId = verification.id;
    this.trail.add(at, sender, { action: 'diploma.create', targetType: 'diploma', targetId: diploma.uuid });
    this.diplomas.push(diploma);
    // Contract D: a file that was announced comes later, and the diploma goes to review when it is there.
    if (upload && scan?.isMissing) return this.neverCame(upload);
    const arrivedAt = upload ? later(at, 4 * SECOND_MS) : at;
    if (upload && scan) this.arrive(upload, scan, arrivedAt, { system: 'uploads.settle' });
    const content = diplomaSubmission(Object.assign(new Diploma(), diploma, { title }), upload, sender.userUuid);
    const submission = this.submit(
      verification,
      content,
      arrivedAt,
      upload ? { system: 'diplomas.collect-file' } : sender,
      nameOf(owner),
    );
    this.decide(verification, submission, revision, owner, sender);
  }

  private open(owner: Player, targetType: TargetType, targetId: string, subject: string, at: Date): Verification {
    const verification = Object.assign(new Verification(), {
      id: idAt(at),
      organizationId: this.stage.organizationId,
      userUuid: owner.userUuid,
      targetType,
      targetId,
      subject,
      status: 'not_submitted' as const,
      submissionNumber: 0,
      submittedAt: null,
      rejectionReason: null,
      reviewedAt: null,
      verifiedName: null,
      withdrawnAt: null,
      createdAt: at,
      updatedAt: at,
    });
    this.verifications.push(verification);
    return verification;
  }

  private submit(
    verification: Verification,
    content: SubmissionContent,
    at: Date,
    by: Doer | { system: string },
    holderName: string,
  ): Submission {
    const number = verification.submissionNumber + 1;
    Object.assign(verification, {
      status: 'pending',
      submissionNumber: number,
      submittedAt: at,
      rejectionReason: null,
      reviewedAt: null,
      updatedAt: at,
    } satisfies Partial<Verification>);
    const submission = Object.assign(new Submission(), {
      id: idAt(at),
      organizationId: this.stage.organizationId,
      verificationId: verification.id,
      number,
      ...content,
      snapshot: { ...content.snapshot, holderName },
      submittedAt: at,
    });
    this.submissions.push(submission);
    this.trail.add(at, by, {
      action: 'verification.submit',
      targetType: verification.targetType,
      targetId: verification.targetId,
      details: { submission: number },
    });
    return submission;
  }

  private decide(
    verification: Verification,
    submission: Submission,
    { decision }: Revision,
    owner: Player,
    sender: Player,
  ): void {
    if (!decision) return;
    const { outcome, reason, at } = decision;
    const reviewer = this.reviewerAt(at, [owner, sender]);
    const target = { targetType: verification.targetType, targetId: verification.targetId };
    const method = submission.uploadId ? 'document_only' : outcome === 'verified' ? 'original_seen' : null;
    if (submission.uploadId) {
      // Nobody decides without having opened the scan.
      const sinceSubmitted = at.getTime() - submission.submittedAt.getTime();
      const readAt = later(at, -Math.min(3 * MINUTE_MS, sinceSubmitted / 2));
      this.trail.add(readAt, reviewer, { action: 'file.read', ...target, details: { uploadId: submission.uploadId } });
    }
    this.decisions.push(
      Object.assign(new Decision(), {
        id: idAt(at),
        organizationId: this.stage.organizationId,
        submissionId: submission.id,
        outcome,
        reason,
        decidedByUserUuid: reviewer.userUuid,
        decidedAt: at,
        method,
      }),
    );
    const verifiedName = outcome === 'verified' ? nameOf(owner) : verification.verifiedName;
    Object.assign(verification, {
      status: outcome,
      rejectionReason: reason,
      reviewedAt: at,
      method,
      verifiedName,
      updatedAt: at,
    } satisfies Partial<Verification>);
    this.trail.add(at, reviewer, {
      action: outcome === 'verified' ? 'verification.verify' : 'verification.reject',
      ...target,
      details: { submission: submission.number },
    });
  }

  /** The upload of a certificate's scan: announced, sent and checked before the certificate names it. */
  private arrivedFor(scan: PlannedScan, sender: Player, owner: Player): Upload {
    const known = this.uploadOf.get(scan);
    if (known) return known;
    const upload = this.announce(scan, sender, owner, 'certificate', scan.sentAt);
    this.arrive(upload, scan, later(scan.sentAt, 20 * SECOND_MS), sender);
    return upload;
  }

  private announce(scan: PlannedScan, sender: Player, owner: Player, kind: string, at: Date): Upload {
    const { uploadId, size } = this.stored(scan);
    const upload = Object.assign(new Upload(), {
      id: uploadId,
      organizationId: this.stage.organizationId,
      uploadedByUserUuid: sender.userUuid,
      ownerUserUuid: owner.userUuid,
      sentByOffice: isStaffRole(sender.member.role),
      apiKeyId: null,
      kind,
      status: 'pending' as const,
      mime: scan.format === 'pdf' ? 'application/pdf' : 'image/jpeg',
      sizeBytes: size,
      originalFilename: scan.filename,
      objectKey: null,
      sha256: null,
      failureCode: null,
      threatName: null,
      width: null,
      height: null,
      pageCount: null,
      warnings: [],
      derivativesPrefix: null,
      declaredSha256: null,
      alteredAt: null,
      expiresAt: later(at, this.stage.uploadUrlMinutes * MINUTE_MS),
      closesAt: null,
      createdAt: at,
      updatedAt: at,
    });
    this.uploads.push(upload);
    this.uploadOf.set(scan, upload);
    this.trail.add(at, sender, {
      action: 'upload.create',
      targetType: 'upload',
      targetId: upload.id,
      details: { kind, mime: upload.mime, sizeBytes: size },
    });
    return upload;
  }

  private arrive(upload: Upload, scan: PlannedScan, at: Date, by: Doer | { system: string }): void {
    const { objectKey, sha256 } = this.stored(scan);
    Object.assign(upload, { status: 'ready', objectKey, sha256, updatedAt: at });
    this.trail.add(at, by, { action: 'upload.finalize', targetType: 'upload', targetId: upload.id });
  }

  private neverCame(upload: Upload): void {
    const at = later(upload.expiresAt, CLOSE_DELAY_MS);
    Object.assign(upload, { status: 'failed', failureCode: UPLOAD_EXPIRED, updatedAt: at });
    const details = { code: UPLOAD_EXPIRED };
    const event = { action: 'upload.refuse', targetType: 'upload', targetId: upload.id, details };
    this.trail.add(at, { system: 'uploads.close' }, event);
  }

  private stored(scan: PlannedScan): StoredScan {
    return this.stage.scans.get(scan) as StoredScan;
  }

  private playerOf(member: CastMember): Player {
    return this.stage.players.find((player) => player.member === member) as Player;
  }

  private senderOf({ isByOffice }: PlannedCredential, owner: Player, at: Date): Player {
    return isByOffice && owner.member.role === 'crew-member' ? this.reviewerAt(at, [owner]) : owner;
  }

  /** Somebody of the office who was there at the time; nobody decides on their own papers or on what they sent in. */
  private reviewerAt(at: Date, others: Player[]): Player {
    const present = this.stage.players.filter(
      (player) => player.member.role !== 'crew-member' && player.joinedAt < at && !others.includes(player),
    );
    const employees = present.filter(({ member }) => member.role === 'office-employee');
    return this.random.pick(employees.length > 0 ? employees : present);
  }
}

function nameOf({ member }: Player): string {
  return `${member.firstName} ${member.lastName}`;
}

function certificateFields({ number, authority, issued, expires }: RecordedFields) {
  return { certificateNumber: number, issuingAuthority: authority, issueDate: issued, expiryDate: expires };
}

function midnight(date: CalendarDate): Date {
  return new Date(`${date}T00:00:00.000Z`);
}

function later(at: Date, milliseconds: number): Date {
  return new Date(at.getTime() + milliseconds);
}
