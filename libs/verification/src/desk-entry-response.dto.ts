import {
  EnumField,
  InstantField,
  IntegerField,
  ObjectField,
  type ResponseContext,
  TextField,
  UuidField,
  BooleanField,
} from '#libs/common';
import { UploadResponse } from '#libs/uploads';
import { REVIEW_POLICIES, REVIEW_SETTINGS } from '#libs/users';
import { AnyDuplicateResponse, duplicateOf } from './duplicate-response.dto';
import type { ComparedSubmission, DeskEntry, NamedPerson, StoredCheck } from './review-desk.service';
import { OBSTACLES } from './review-right';
import { CheckResponse, ClaimantResponse, QueuePersonResponse, SnapshotField } from './verification-response.dto';
import type { Snapshot } from './submission.entity';
import { targetTypes } from './target-types';
import { VERIFICATION_STATUSES } from './verification.entity';

/** A decision with the name of who took it. */
export class NamedDecisionResponse extends CheckResponse {
  @EnumField(['verified', 'rejected'], { example: 'rejected' })
  outcome: string;

  @TextField({ maxLength: 1000, nullable: true, example: 'The scan is cut off: the expiry date cannot be read.' })
  reason: string | null;

  @InstantField()
  decidedAt: string;

  @ObjectField(() => QueuePersonResponse, { nullable: true })
  decidedBy: QueuePersonResponse | null;
}

/** The first word of two, with the name of who spoke it. */
export class NamedConfirmationResponse extends CheckResponse {
  @InstantField()
  confirmedAt: string;

  @ObjectField(() => QueuePersonResponse, { nullable: true })
  confirmedBy: QueuePersonResponse | null;
}

/** That the decision before was taken back, with the name of who did. */
export class NamedReopeningResponse {
  @TextField({ maxLength: 1000, example: 'The issuer has withdrawn the certificate.' })
  reason: string;

  @ObjectField(() => QueuePersonResponse, { nullable: true })
  reopenedBy: QueuePersonResponse | null;
}

/** One submission as a reviewer compares it with another. */
export class ComparedSubmissionResponse {
  @IntegerField({ example: 2 })
  number: number;

  @SnapshotField()
  snapshot: Snapshot;

  @TextField({ maxLength: 64, nullable: true, description: 'SHA-256 of the file, hexadecimal' })
  fileSha256: string | null;

  @InstantField()
  submittedAt: string;

  @ObjectField(() => QueuePersonResponse, { nullable: true, description: 'null for a system with an API key' })
  submittedBy: QueuePersonResponse | null;

  @ObjectField(() => UploadResponse, { nullable: true, description: 'The file as it is now; null when there is none' })
  file: UploadResponse | null;

  @ObjectField(() => NamedReopeningResponse, {
    nullable: true,
    description: 'It repeats the one before, whose decision was taken back; null: it was sent in',
  })
  reopening: NamedReopeningResponse | null;

  @ObjectField(() => NamedConfirmationResponse, { nullable: true, description: 'The first word, where two are wanted' })
  confirmation: NamedConfirmationResponse | null;

  @ObjectField(() => NamedDecisionResponse, { nullable: true })
  decision: NamedDecisionResponse | null;

  static from({
    file,
    reopening,
    confirmation,
    decision,
    ...submission
  }: ComparedSubmission): ComparedSubmissionResponse {
    return {
      number: submission.number,
      snapshot: submission.snapshot,
      fileSha256: submission.fileSha256,
      submittedAt: new Date(submission.submittedAt).toISOString(),
      submittedBy: submission.submittedBy && toPerson(submission.submittedBy),
      file: file && UploadResponse.from(file),
      reopening: reopening && {
        reason: reopening.reason,
        reopenedBy: reopening.reopenedBy && toPerson(reopening.reopenedBy),
      },
      confirmation: confirmation && {
        confirmedAt: new Date(confirmation.confirmedAt).toISOString(),
        confirmedBy: confirmation.confirmedBy && toPerson(confirmation.confirmedBy),
        ...toStoredCheck(confirmation),
      },
      decision: decision && {
        outcome: decision.outcome,
        reason: decision.reason,
        decidedAt: new Date(decision.decidedAt).toISOString(),
        decidedBy: decision.decidedBy && toPerson(decision.decidedBy),
        ...toStoredCheck(decision),
      },
    };
  }
}

/** Everything that a decision needs. */
export class DeskEntryResponse {
  @UuidField()
  verificationId: string;

  @EnumField(targetTypes, { example: 'certificate' })
  targetType: string;

  @UuidField()
  targetId: string;

  @TextField({ maxLength: 200, description: 'Certificate type or diploma title', example: 'medical' })
  subject: string;

  @EnumField(VERIFICATION_STATUSES, { example: 'pending' })
  status: string;

  @BooleanField({ description: 'The credential has been deleted', example: false })
  isWithdrawn: boolean;

  @ObjectField(() => QueuePersonResponse)
  person: QueuePersonResponse;

  @ObjectField(() => AnyDuplicateResponse, {
    nullable: true,
    description: 'The credential that had the same file when this one was sent in',
  })
  duplicateOf: AnyDuplicateResponse | null;

  @ObjectField(() => ClaimantResponse, { nullable: true, description: 'Who says that they are looking at it' })
  claimedBy: ClaimantResponse | null;

  @BooleanField({ description: 'The caller may verify it, as far as it depends on who they are', example: true })
  canDecide: boolean;

  @EnumField(OBSTACLES, {
    nullable: true,
    description: 'Why not; the code that the decision would be refused with',
    example: null,
  })
  cannotDecideBecause: string | null;

  @EnumField(REVIEW_POLICIES, { description: REVIEW_SETTINGS.reviewPolicy, example: 'submitter' })
  reviewPolicy: string;

  @BooleanField({ description: REVIEW_SETTINGS.requiresFileOrOriginal, example: true })
  requiresFileOrOriginal: boolean;

  @BooleanField({ description: REVIEW_SETTINGS.requiresShownFile, example: true })
  requiresShownFile: boolean;

  @ObjectField(() => ComparedSubmissionResponse, {
    nullable: true,
    description: 'What was sent in last; null until a file that was announced has arrived',
  })
  current: ComparedSubmissionResponse | null;

  @ObjectField(() => ComparedSubmissionResponse, { nullable: true, description: 'What was sent in the time before' })
  previous: ComparedSubmissionResponse | null;

  static from(entry: DeskEntry, { reader }: Pick<ResponseContext, 'reader'>): DeskEntryResponse {
    return {
      verificationId: entry.verificationId,
      targetType: entry.targetType,
      targetId: entry.targetId,
      subject: entry.subject,
      status: entry.status,
      isWithdrawn: entry.isWithdrawn,
      person: toPerson(entry.person),
      duplicateOf: duplicateOf(entry, reader),
      claimedBy: entry.claimedBy && ClaimantResponse.from(entry.claimedBy),
      canDecide: entry.obstacle === null,
      cannotDecideBecause: entry.obstacle,
      ...entry.rules,
      current: entry.current && ComparedSubmissionResponse.from(entry.current),
      previous: entry.previous && ComparedSubmissionResponse.from(entry.previous),
    };
  }

  static etag({ etag }: DeskEntry): string {
    return etag;
  }
}

function toPerson({ userUuid, userId, firstName, lastName }: NamedPerson): QueuePersonResponse {
  return { id: userUuid, userId, firstName, lastName };
}

function toStoredCheck({ method, reference, checkedAt, pagesShown }: StoredCheck): CheckResponse {
  return { method, reference, checkedAt: checkedAt && new Date(checkedAt).toISOString(), pagesShown };
}
