import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf, type SystemActor } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import { Clock, fieldProblem, newId, type ProblemDefinition, requireMatch } from '#libs/common';
import { Batch, RepeatedSelect } from '#libs/database';
import { UploadHolders, Uploads } from '#libs/uploads';
import { duplicatePolicy } from '#libs/users';
import { Decision } from './decision.entity';
import { Submission } from './submission.entity';
import { duplicateOf } from './duplicate-response.dto';
import { alreadyDecided, duplicateFile, notSubmitted, ownCredential } from './verification.errors';
import { CONTRACT_TARGET_TYPES, isInContract, type TargetType } from './target-types';
import { Verification } from './verification.entity';

/** A credential as the verification lib knows it. */
export interface Target {
  type: TargetType;
  id: string;
  /** What its own lib answers when it does not exist for the caller. */
  notFound: ProblemDefinition;
}

/** What is sent in for review: the reviewable fields as they are now, and the file by its hash. */
export interface SubmissionContent {
  snapshot: Record<string, string | number | null>;
  uploadId: string | null;
  fileSha256: string | null;
  /** Who sent it in. */
  submittedByUserUuid: string;
}

export type Outcome = { outcome: 'verified' } | { outcome: 'rejected'; reason: string };

/** Who sent in or decided, by name. */
export interface Reviewer {
  userUuid: string;
  firstName: string;
  lastName: string;
}

/** A submission with the word that was spoken on it. */
export interface ReviewedSubmission extends SubmissionContent {
  number: number;
  submittedAt: Date;
  /** Null when they are not a member (any more). */
  submittedBy: Reviewer | null;
  decision: {
    outcome: 'verified' | 'rejected';
    reason: string | null;
    decidedByUserUuid: string;
    decidedBy: Reviewer | null;
    decidedAt: Date;
  } | null;
}

/** What was ever sent in belongs to the credential, also a file that another one has replaced. */
const UPLOADS_HELD = `
  select s.upload_id as "uploadId", v.withdrawn_at as "releasedAt"
  from submissions s join verifications v on v.id = s.verification_id where s.upload_id = any($1)`;

type Duplicate = Pick<Verification, 'duplicateTargetType' | 'duplicateTargetId' | 'duplicateUserUuid'>;

/** In the order of the columns in the statements. */
const NO_DUPLICATE: Duplicate = { duplicateTargetType: null, duplicateTargetId: null, duplicateUserUuid: null };

const FIND_DUPLICATE = `
  select v.target_type as "duplicateTargetType", v.target_id as "duplicateTargetId", v.user_uuid as "duplicateUserUuid"
  from submissions s join verifications v on v.id = s.verification_id and v.submission_number = s.number
  where s.organization_id = $1 and s.file_sha256 = $2 and v.id <> $3 and v.withdrawn_at is null
    and v.status <> 'not_submitted' and (v.target_type = any($4::text[])) = $5
  order by v.id limit 1`;

const CHANGE = `
  update verifications set status = $2, subject = $3, rejection_reason = $4, reviewed_at = $5, withdrawn_at = $6, updated_at = $7
  where id = $1 returning revision`;

const SUBMIT = `
  update verifications set status = 'pending', submission_number = $2, submitted_at = $3, rejection_reason = null,
    reviewed_at = null, subject = $4, updated_at = $3, duplicate_target_type = $5, duplicate_target_id = $6,
    duplicate_user_uuid = $7
  where id = $1 returning revision`;

/** Of two who want to change one verification the second waits here, and then finds what the first one did. */
const LOCKED = new RepeatedSelect((tx, given: { id: string; type: TargetType; organization: number }) =>
  tx
    .createQueryBuilder(Verification, 'verification')
    .where('verification.target_id = :id and verification.target_type = :type', given)
    .andWhere('verification.organization_id = :organization and verification.withdrawn_at is null', given)
    .setLock('pessimistic_write'),
);

/** The review of credentials: opened and submitted by their libs, decided by reviewers. */
@Injectable()
export class Verifications {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly uploads: Uploads,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
    holders: UploadHolders,
  ) {
    holders.register(UPLOADS_HELD);
  }

  /**
   * Starts the review record of a new credential: sent in with `content`, without it `not_submitted` until `submit`. What it takes is
   * added to `writes`.
   */
  async open(
    writes: Batch,
    actor: Actor,
    {
      organizationId,
      userUuid,
      target,
      subject,
    }: { organizationId: number; userUuid: string; target: Omit<Target, 'notFound'>; subject: string },
    content: SubmissionContent | null,
  ): Promise<Verification> {
    const now = this.clock.now();
    const verification = Object.assign(new Verification(), {
      id: newId(),
      organizationId,
      userUuid,
      targetType: target.type,
      targetId: target.id,
      subject,
      status: 'not_submitted',
      submissionNumber: 0,
      submittedAt: null,
      rejectionReason: null,
      reviewedAt: null,
      ...NO_DUPLICATE,
      withdrawnAt: null,
      createdAt: now,
      updatedAt: now,
      revision: 1,
    } satisfies Omit<Verification, 'etag'>);
    if (content) await this.enter(writes, actor, verification, content, subject);
    writes.insert(Verification, verification);
    return verification;
  }

  /**
   * Sends the credential, whose verification the caller has locked, in (again): a new immutable snapshot, state `pending`, reason and
   * review date cleared. Adds what it takes to `writes`; once they are sent, `verification` is what is stored.
   */
  async submit(
    writes: Batch,
    actor: Actor | SystemActor,
    verification: Verification,
    content: SubmissionContent,
    subject = verification.subject,
  ): Promise<void> {
    await this.enter(writes, actor, verification, content, subject);
    const { id, submissionNumber, submittedAt, duplicateTargetType, duplicateTargetId, duplicateUserUuid } =
      verification;
    const duplicate = [duplicateTargetType, duplicateTargetId, duplicateUserUuid];
    writes.ask(SUBMIT, [id, submissionNumber, submittedAt, subject, ...duplicate], ({ revision }) => {
      verification.revision = revision as number;
    });
  }

  /** The next submission, its record, and in `verification` what follows from it. */
  private async enter(
    writes: Batch,
    actor: Actor | SystemActor,
    verification: Verification,
    content: SubmissionContent,
    subject: string,
  ): Promise<void> {
    const now = this.clock.now();
    const before = reviewOf(verification);
    const number = verification.submissionNumber + 1;
    Object.assign(verification, {
      status: 'pending',
      submissionNumber: number,
      submittedAt: now,
      rejectionReason: null,
      reviewedAt: null,
      subject,
      ...(await this.findDuplicate(writes.manager, verification, content.fileSha256)),
      updatedAt: now,
    } satisfies Partial<Verification>);
    // Were it not locked, the unique number would refuse the second of two.
    writes.insert(Submission, {
      id: newId(),
      organizationId: verification.organizationId,
      verificationId: verification.id,
      number,
      ...content,
      submittedAt: now,
    });
    this.audit.add(writes, actor, {
      action: 'verification.submit',
      targetType: verification.targetType,
      targetId: verification.targetId,
      subject: verification.userUuid,
      changes: changesOf(before, reviewOf(verification)),
      details: { submission: number },
    });
  }

  /**
   * For a file that was just sent in. @throws duplicate_file when another credential has it and the organisation wants that refused
   */
  async requireWelcome(tx: EntityManager, actor: Actor, verification: Verification): Promise<void> {
    const existing = duplicateOf(verification, actor);
    if (!existing || (await duplicatePolicy(tx, actor.organizationId)) !== 'refuse') return;
    const { targetType, targetId } = existing;
    throw fieldProblem(
      duplicateFile,
      'uploadId',
      targetId ? `The ${targetType} ${targetId} has this file already.` : undefined,
    );
  }

  /**
   * The oldest living credential of the organisation, other than this one, whose current file has these bytes. Of the contract's are told
   * the contract's only, of the others the others: a client of contract C meets no type that it does not know. The lock makes two that
   * send the same file in at once come one after the other.
   */
  private async findDuplicate(
    tx: EntityManager,
    verification: Verification,
    sha256: string | null,
  ): Promise<Duplicate> {
    if (sha256 === null) return NO_DUPLICATE;
    const { id, organizationId, targetType } = verification;
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`file ${organizationId} ${sha256}`]);
    const [found] = await tx.query<Duplicate[]>(FIND_DUPLICATE, [
      organizationId,
      sha256,
      id,
      CONTRACT_TARGET_TYPES,
      isInContract(targetType),
    ]);
    return found ?? NO_DUPLICATE;
  }

  /** Takes back what was sent in, until the file that was announced has arrived: nobody can decide on it meanwhile. */
  reopen(writes: Batch, verification: Verification, subject = verification.subject): void {
    this.change(writes, verification, {
      status: 'not_submitted',
      subject,
      rejectionReason: null,
      reviewedAt: null,
    });
  }

  /** The credential was changed in something that nobody reviews: a new version, and nothing else. */
  touch(writes: Batch, verification: Verification): void {
    this.change(writes, verification, {});
  }

  /** Takes a deleted credential out of queue and profile; its history stays. */
  withdraw(writes: Batch, verification: Verification): void {
    this.change(writes, verification, { withdrawnAt: this.clock.now() });
  }

  /**
   * Decides on the current submission, once.
   * @throws the target's 404; own_credential; changed_since_read when `ifMatch` is stale; already_decided; not_submitted; file_not_ready
   */
  decide(actor: Actor, target: Target, decision: Outcome, ifMatch: string | undefined): Promise<Verification> {
    return this.dataSource.transaction(async (tx) => {
      // Of two reviewers the second waits here, and then finds the first one's decision.
      const { id, type } = target;
      const verification = await LOCKED.getOne(tx, { id, type, organization: actor.organizationId });
      await this.rights.confirm(actor, tx);
      if (!verification) throw target.notFound();
      if (verification.userUuid === actor.userUuid) throw ownCredential();
      if (verification.status === 'not_submitted') throw notSubmitted();
      if (verification.status !== 'pending') throw alreadyDecided();
      const submission = await this.currentSubmission(tx, verification);
      if (decision.outcome === 'verified' && submission.uploadId !== null) {
        await this.uploads.requireReady(tx, actor.organizationId, submission.uploadId);
      }
      // Last: a condition is ignored where the answer would be another failure without it (RFC 9110, 13.2.1).
      requireMatch(ifMatch, verification.etag);
      return this.store(tx, actor, verification, submission.id, decision);
    });
  }

  /** Everything ever sent in for a credential the caller may see, newest first, at most 200. */
  async listSubmissions(actor: Actor, target: Target): Promise<ReviewedSubmission[]> {
    const rows: Record<string, unknown>[] = await this.dataSource.query(
      `select s.number, s.snapshot, s.upload_id, s.file_sha256, s.submitted_by_user_uuid, s.submitted_at,
              d.outcome, d.reason, d.decided_by_user_uuid, d.decided_at,
              sender.first_name as sender_first_name, sender.last_name as sender_last_name,
              decider.first_name as decider_first_name, decider.last_name as decider_last_name
       from verifications v
       join submissions s on s.verification_id = v.id
       left join decisions d on d.submission_id = s.id
       left join member_directory sender
         on sender.organization_id = v.organization_id and sender.user_uuid = s.submitted_by_user_uuid
       left join member_directory decider
         on decider.organization_id = v.organization_id and decider.user_uuid = d.decided_by_user_uuid
       where v.target_id = $1 and v.target_type = $2 and v.organization_id = $3
       order by s.number desc limit 200`,
      [target.id, target.type, actor.organizationId],
    );
    return rows.map(toReviewedSubmission);
  }

  private async currentSubmission(
    tx: EntityManager,
    { id, submissionNumber }: Verification,
  ): Promise<Pick<Submission, 'id' | 'uploadId'>> {
    const [found] = await tx.query<Pick<Submission, 'id' | 'uploadId'>[]>(
      'select id, upload_id as "uploadId" from submissions where verification_id = $1 and number = $2',
      [id, submissionNumber],
    );
    if (!found) throw new Error(`Verification ${id} has no submission ${submissionNumber}`);
    return found;
  }

  private async store(
    tx: EntityManager,
    actor: Actor,
    verification: Verification,
    submissionId: string,
    decision: Outcome,
  ): Promise<Verification> {
    const now = this.clock.now();
    const before = reviewOf(verification);
    const reason = decision.outcome === 'rejected' ? decision.reason : null;
    const writes = new Batch(tx).insert(Decision, {
      id: newId(),
      organizationId: actor.organizationId,
      submissionId,
      outcome: decision.outcome,
      reason,
      decidedByUserUuid: actor.userUuid,
      decidedAt: now,
    });
    this.change(writes, verification, { status: decision.outcome, rejectionReason: reason, reviewedAt: now });
    this.audit.add(writes, actor, {
      action: decision.outcome === 'verified' ? 'verification.verify' : 'verification.reject',
      targetType: verification.targetType,
      targetId: verification.targetId,
      subject: verification.userUuid,
      changes: changesOf(before, reviewOf(verification)),
      details: { submission: verification.submissionNumber },
    });
    await writes.send();
    return verification;
  }

  /** Makes `verification`, which the caller has locked, what will be stored. */
  private change(
    writes: Batch,
    verification: Verification,
    change: Partial<Pick<Verification, 'status' | 'subject' | 'rejectionReason' | 'reviewedAt' | 'withdrawnAt'>>,
  ): void {
    Object.assign(verification, change, { updatedAt: this.clock.now() });
    const { id, status, subject, rejectionReason, reviewedAt, withdrawnAt, updatedAt } = verification;
    const values = [id, status, subject, rejectionReason, reviewedAt, withdrawnAt, updatedAt];
    writes.ask(CHANGE, values, ({ revision }) => {
      verification.revision = revision as number;
    });
  }
}

/** What a review changes, by the names that the trail uses. */
function reviewOf({ status: verificationStatus, rejectionReason }: Verification) {
  return { verificationStatus, rejectionReason };
}

function toReviewedSubmission(row: Record<string, unknown>): ReviewedSubmission {
  return {
    number: row['number'] as number,
    snapshot: row['snapshot'] as SubmissionContent['snapshot'],
    uploadId: row['upload_id'] as string | null,
    fileSha256: row['file_sha256'] as string | null,
    submittedByUserUuid: row['submitted_by_user_uuid'] as string,
    submittedAt: row['submitted_at'] as Date,
    submittedBy: reviewerIn(row, 'submitted_by_user_uuid', 'sender'),
    decision: row['outcome']
      ? {
          outcome: row['outcome'] as 'verified' | 'rejected',
          reason: row['reason'] as string | null,
          decidedByUserUuid: row['decided_by_user_uuid'] as string,
          decidedBy: reviewerIn(row, 'decided_by_user_uuid', 'decider'),
          decidedAt: row['decided_at'] as Date,
        }
      : null,
  };
}

function reviewerIn(row: Record<string, unknown>, id: string, name: 'sender' | 'decider'): Reviewer | null {
  const firstName = row[`${name}_first_name`] as string | null;
  if (firstName === null) return null;
  return { userUuid: row[id] as string, firstName, lastName: row[`${name}_last_name`] as string };
}
