import { ApiProperty } from '@nestjs/swagger';
import { ROLES } from '#libs/auth';
import {
  BooleanField,
  EmailField,
  EnumField,
  InstantField,
  IntegerField,
  ListField,
  type Reader,
  type ResponseContext,
  TextField,
  UuidField,
  ObjectField,
} from '#libs/common';
import { UPLOAD_STATUSES } from '#libs/uploads';
import { MEMBERSHIP_STATES } from '#libs/users';
import { type Check, CHECK_METHODS } from './check';
import { AnyDuplicateResponse, duplicateOf } from './duplicate-response.dto';
import { OBSTACLES } from './review-right';
import { PROFILE_STATES } from './profile-counts.entity';
import type { QueueClaim } from './queue-claim';
import type { ProfileSummary, QueueEntry, RosterEntry } from './profiles.service';
import type { Snapshot } from './submission.entity';
import { CONTRACT_TARGET_TYPES, targetTypes } from './target-types';
import { type Verification, VERIFICATION_STATUSES } from './verification.entity';
import type { ReviewedSubmission, Reviewer } from './submission-history.service';

const DAY_MS = 86_400_000;
const USER_ID = '01938e7a-5c5e-7d4f-9a51-0c5f3f9f5b11';
const VERIFICATION_ID = '01938e7b-1f11-7f0a-b1ad-5d0e9a7c4e33';
const TARGET_ID = '01938e7b-1f10-7c7e-8d1a-3a1b8f0f7a22';

/** The review state of one credential. */
export class VerificationResponse {
  @EnumField(CONTRACT_TARGET_TYPES, { example: 'certificate' })
  targetType: string;

  @UuidField({ example: TARGET_ID })
  targetId: string;

  @EnumField(VERIFICATION_STATUSES, { example: 'rejected' })
  status: string;

  @TextField({ maxLength: 1000, nullable: true, example: 'The scan is cut off: the expiry date cannot be read.' })
  rejectionReason: string | null;

  @InstantField({ nullable: true })
  reviewedAt: string | null;

  @EnumField(CHECK_METHODS, {
    nullable: true,
    description: 'How it was checked; null: the decision does not say, or there is none',
    example: 'document_only',
  })
  method: string | null;

  @InstantField({
    nullable: true,
    description: 'When it was checked: as stated, else when it was decided; null without a decision',
  })
  checkedAt: string | null;

  @IntegerField({ min: 0, nullable: true, description: 'Whole days since `checkedAt`', example: 12 })
  checkAgeDays: number | null;

  @TextField({
    maxLength: 201,
    nullable: true,
    description:
      'What the person was called in what was verified, whatever they are called now; null unless verified, and where the name was not recorded',
    example: 'Kari Nordmann',
  })
  verifiedName: string | null;

  static from(verification: Verification, { now }: Pick<ResponseContext, 'now'>): VerificationResponse {
    const checkedAt = verification.reviewedAt && (verification.checkedAt ?? verification.reviewedAt);
    return {
      targetType: verification.targetType,
      targetId: verification.targetId,
      status: verification.status,
      rejectionReason: verification.rejectionReason,
      reviewedAt: verification.reviewedAt?.toISOString() ?? null,
      method: verification.method,
      checkedAt: checkedAt?.toISOString() ?? null,
      checkAgeDays: checkedAt && Math.max(0, Math.floor((now.getTime() - checkedAt.getTime()) / DAY_MS)),
      // Of a credential that is in review again nobody vouches for a name.
      verifiedName: verification.status === 'verified' ? verification.verifiedName : null,
    };
  }

  static etag(verification: Verification): string {
    return verification.etag;
  }
}

/** The same of a credential that contract C does not know. */
export class AnyVerificationResponse extends VerificationResponse {}
EnumField(targetTypes, { example: 'certificate' })(AnyVerificationResponse.prototype, 'targetType');

export class ProfileSummaryResponse {
  @EnumField(PROFILE_STATES, { example: 'action_needed' })
  state: string;

  @ListField(() => VerificationResponse)
  items: VerificationResponse[];

  static from({ state, items }: ProfileSummary, context: ResponseContext): ProfileSummaryResponse {
    return { state, items: items.map((item) => VerificationResponse.from(item, context)) };
  }
}

export class RosterEntryResponse {
  @UuidField({ example: USER_ID })
  id: string;

  @EmailField({ maxLength: 250, example: 'kari.nordmann@example.org' })
  email: string;

  @TextField({ maxLength: 100, example: 'Kari' })
  firstName: string;

  @TextField({ maxLength: 100, example: 'Nordmann' })
  lastName: string;

  @EnumField(ROLES, { example: 'crew-member' })
  role: string;

  @EnumField(MEMBERSHIP_STATES, { example: 'active' })
  state: string;

  @InstantField({ nullable: true })
  lastLogin: string | null;

  @InstantField()
  createdAt: string;

  @EnumField(PROFILE_STATES, { example: 'in_review' })
  verificationState: string;

  static from(entry: RosterEntry): RosterEntryResponse {
    return {
      id: entry.userUuid,
      email: entry.email,
      firstName: entry.firstName,
      lastName: entry.lastName,
      role: entry.role,
      state: entry.state,
      lastLogin: entry.lastLogin?.toISOString() ?? null,
      createdAt: entry.createdAt.toISOString(),
      verificationState: entry.verificationState,
    };
  }
}

export class QueuePersonResponse {
  @UuidField({ example: USER_ID })
  id: string;

  @IntegerField({ example: 17 })
  userId: number;

  @TextField({ maxLength: 100, example: 'Kari' })
  firstName: string;

  @TextField({ maxLength: 100, example: 'Nordmann' })
  lastName: string;
}

export class ClaimantResponse {
  @UuidField({ example: USER_ID })
  id: string;

  @TextField({ maxLength: 100, example: 'Ola' })
  firstName: string;

  @TextField({ maxLength: 100, example: 'Hansen' })
  lastName: string;

  @InstantField({ description: 'Until when it counts, unless it is said again' })
  expiresAt: string;

  static from({ userUuid, firstName, lastName, expiresAt }: QueueClaim): ClaimantResponse {
    return { id: userUuid, firstName, lastName, expiresAt: expiresAt.toISOString() };
  }
}

/** Who sent in or decided, for those who may know colleagues by name. */
export class ReviewerResponse {
  @UuidField({ example: USER_ID })
  id: string;

  @TextField({ maxLength: 100, example: 'Kari' })
  firstName: string;

  @TextField({ maxLength: 100, example: 'Nordmann' })
  lastName: string;
}

export class QueueEntryResponse {
  @UuidField({ description: 'Names the entry in the queue', example: VERIFICATION_ID })
  verificationId: string;

  @EnumField(targetTypes, { example: 'certificate' })
  targetType: string;

  @UuidField({ example: TARGET_ID })
  targetId: string;

  @TextField({ maxLength: 200, description: 'Certificate type or diploma title', example: 'medical' })
  subject: string;

  @IntegerField({ description: 'Counts how often it was sent in', example: 2 })
  submissionNumber: number;

  @InstantField()
  submittedAt: string;

  @ObjectField(() => QueuePersonResponse)
  person: QueuePersonResponse;

  @UuidField({
    nullable: true,
    description: 'The file that was sent in',
    example: '01938e7b-0d2c-7b52-9a0e-6d1f0f8c1b33',
  })
  uploadId: string | null;

  @EnumField(UPLOAD_STATUSES, {
    nullable: true,
    description: 'How far that file is: only with `ready` can the credential be verified',
    example: 'ready',
  })
  fileStatus: string | null;

  @ObjectField(() => AnyDuplicateResponse, {
    nullable: true,
    description: 'The credential that had the same file when this one was sent in',
  })
  duplicateOf: AnyDuplicateResponse | null;

  @ObjectField(() => ClaimantResponse, {
    nullable: true,
    description: 'Who says that they are looking at it; it stops nobody from deciding',
  })
  claimedBy: ClaimantResponse | null;

  @ObjectField(() => ReviewerResponse, {
    nullable: true,
    description:
      'Who has confirmed it; it waits for a second, different person. Null where one is enough, or nobody has yet',
  })
  confirmedBy: ReviewerResponse | null;

  @BooleanField({ description: 'The caller may verify it, as far as it depends on who they are', example: true })
  canDecide: boolean;

  @EnumField(OBSTACLES, {
    nullable: true,
    description: 'Why not; the code that the decision would be refused with',
    example: null,
  })
  cannotDecideBecause: string | null;

  static from(entry: QueueEntry, { reader }: Pick<ResponseContext, 'reader'>): QueueEntryResponse {
    return {
      verificationId: entry.verificationId,
      targetType: entry.targetType,
      targetId: entry.targetId,
      subject: entry.subject,
      submissionNumber: entry.submissionNumber,
      submittedAt: entry.submittedAt.toISOString(),
      person: { id: entry.userUuid, userId: entry.userId, firstName: entry.firstName, lastName: entry.lastName },
      uploadId: entry.uploadId,
      fileStatus: entry.fileStatus,
      duplicateOf: duplicateOf(entry, reader),
      claimedBy: entry.claimedBy && ClaimantResponse.from(entry.claimedBy),
      confirmedBy: entry.confirmedBy && toReviewer(entry.confirmedBy),
      canDecide: entry.obstacle === null,
      cannotDecideBecause: entry.obstacle,
    };
  }
}

const NAMED = 'By name: told to staff, to others of themselves only; null also for somebody who is no member any more';

/** A crew member deals with the office, not with the person in it who decided. */
function named(reviewer: Reviewer | null, reader: Reader | null): ReviewerResponse | null {
  if (!reviewer || !reader || !(reader.isStaff || reader.userUuid === reviewer.userUuid)) return null;
  return toReviewer(reviewer);
}

export function toReviewer({ userUuid, firstName, lastName }: Reviewer): ReviewerResponse {
  return { id: userUuid, firstName, lastName };
}

/** How a decision was come to, as far as it says. */
export class CheckResponse {
  @EnumField(CHECK_METHODS, { nullable: true, description: 'null: not stated', example: 'original_seen' })
  method: string | null;

  @TextField({
    maxLength: 200,
    nullable: true,
    description: 'Of a call, a letter, an entry in a register',
    example: null,
  })
  reference: string | null;

  @InstantField({ nullable: true, description: 'When it was checked; null: when it was decided', example: null })
  checkedAt: string | null;

  @IntegerField({
    min: 0,
    nullable: true,
    description: 'Pages of the file that a review desk has shown; null: it was decided elsewhere',
    example: 2,
  })
  pagesShown: number | null;
}

export function toCheck({ method, reference, checkedAt, pagesShown }: Check): CheckResponse {
  return { method, reference, checkedAt: checkedAt?.toISOString() ?? null, pagesShown };
}

/** The first word, where two are wanted. */
export class ConfirmationResponse extends CheckResponse {
  @UuidField({ example: USER_ID })
  confirmedByUserId: string;

  @ObjectField(() => ReviewerResponse, { nullable: true, description: NAMED })
  confirmedBy: ReviewerResponse | null;

  @InstantField()
  confirmedAt: string;
}

/** That the decision on the submission before was taken back. */
export class ReopeningResponse {
  @TextField({ maxLength: 1000, example: 'The issuer has withdrawn the certificate.' })
  reason: string;

  @UuidField({ example: USER_ID })
  reopenedByUserId: string;

  @ObjectField(() => ReviewerResponse, { nullable: true, description: NAMED })
  reopenedBy: ReviewerResponse | null;

  @InstantField()
  reopenedAt: string;
}

export class DecisionResponse extends CheckResponse {
  @EnumField(['verified', 'rejected'], { example: 'rejected' })
  outcome: string;

  @TextField({ maxLength: 1000, nullable: true, example: 'The scan is cut off: the expiry date cannot be read.' })
  reason: string | null;

  @UuidField({ example: USER_ID })
  decidedByUserId: string;

  @ObjectField(() => ReviewerResponse, { nullable: true, description: NAMED })
  decidedBy: ReviewerResponse | null;

  @InstantField()
  decidedAt: string;
}

/** The reviewable fields, whatever they are for the credential's kind. */
export function SnapshotField(): PropertyDecorator {
  return ApiProperty({
    type: 'object',
    additionalProperties: {
      oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'array', items: { type: 'object' } }],
      nullable: true,
    },
    description: 'The reviewable fields as they were sent in',
    example: { certificateType: 'medical', certificateNumber: 'ENG1-2024-0917', expiryDate: '2026-11-30' },
  });
}

/** One submission of a credential with the decision on it. */
export class SubmissionResponse {
  @IntegerField({ example: 1 })
  number: number;

  @SnapshotField()
  snapshot: Snapshot;

  @UuidField({ nullable: true })
  uploadId: string | null;

  @TextField({ maxLength: 64, nullable: true, description: 'SHA-256 of the file, hexadecimal' })
  fileSha256: string | null;

  @UuidField({ example: USER_ID })
  submittedByUserId: string;

  @ObjectField(() => ReviewerResponse, { nullable: true, description: NAMED })
  submittedBy: ReviewerResponse | null;

  @InstantField()
  submittedAt: string;

  @ObjectField(() => ReopeningResponse, {
    nullable: true,
    description: 'It repeats the one before, whose decision was taken back; null: it was sent in',
  })
  reopening: ReopeningResponse | null;

  @ObjectField(() => ConfirmationResponse, { nullable: true, description: 'The first word, where two are wanted' })
  confirmation: ConfirmationResponse | null;

  @ObjectField(() => DecisionResponse, { nullable: true })
  decision: DecisionResponse | null;

  static from(submission: ReviewedSubmission, { reader }: ResponseContext): SubmissionResponse {
    const { reopening, confirmation, decision } = submission;
    return {
      number: submission.number,
      snapshot: submission.snapshot,
      uploadId: submission.uploadId,
      fileSha256: submission.fileSha256,
      submittedByUserId: submission.submittedByUserUuid,
      submittedBy: named(submission.submittedBy, reader),
      submittedAt: submission.submittedAt.toISOString(),
      reopening: reopening && {
        reason: reopening.reason,
        reopenedByUserId: reopening.reopenedByUserUuid,
        reopenedBy: named(reopening.reopenedBy, reader),
        reopenedAt: submission.submittedAt.toISOString(),
      },
      confirmation: confirmation && {
        confirmedByUserId: confirmation.confirmedByUserUuid,
        confirmedBy: named(confirmation.confirmedBy, reader),
        confirmedAt: confirmation.confirmedAt.toISOString(),
        ...toCheck(confirmation),
      },
      decision: decision && {
        outcome: decision.outcome,
        reason: decision.reason,
        decidedByUserId: decision.decidedByUserUuid,
        decidedBy: named(decision.decidedBy, reader),
        decidedAt: decision.decidedAt.toISOString(),
        ...toCheck(decision),
      },
    };
  }
}
