import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf, type SystemActor } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import { Clock, fieldProblem, newId, type ProblemDefinition, requireMatch } from '#libs/common';
import { Batch, RepeatedSelect } from '#libs/database';
import { UploadHolders, Uploads } from '#libs/uploads';
import { duplicatePolicy, type ReviewRules, reviewRulesSql } from '#libs/users';
import { type Check, checkOf, type GivenCheck } from './check';
import { Confirmation } from './confirmation.entity';
import { Decision } from './decision.entity';
import { hasHandSql, isFirstOfTwo, isFirstWord, refusalOf, type Standing } from './review-right';
import { duplicateOf } from './duplicate-response.dto';
import {
  alreadyDecided,
  duplicateFile,
  fileNotShown,
  notDecided,
  notSubmitted,
  originalNotSeen,
  ownCredential,
  secondReviewerNeeded,
} from './verification.errors';
import { CONTRACT_TARGET_TYPES, isInContract, type TargetType } from './target-types';
import type { Snapshot } from './submission.entity';
import { Verification } from './verification.entity';

/** A credential as the verification lib knows it. */
export interface Target {
  type: TargetType;
  id: string;
  /** What its own lib answers when it does not exist for the caller. */
  notFound: ProblemDefinition;
}

/** What is sent in for review: the reviewable fields as they are now, and the file by its hash. The holder's name is added to each. */
export interface SubmissionContent {
  snapshot: Snapshot;
  uploadId: string | null;
  fileSha256: string | null;
  /** Who sent it in. */
  submittedByUserUuid: string;
}

export type Outcome =
  { outcome: 'verified'; check: GivenCheck } | { outcome: 'rejected'; reason: string; check: GivenCheck };

/** Why a decision was taken back, and by whom. */
interface Reopening {
  reason: string;
  byUserUuid: string;
}

/** What is decided on, and what the organisation wants of whoever decides. */
interface UnderReview extends Omit<Standing, 'userUuid' | 'rules'> {
  id: string;
  uploadId: string | null;
  /** What the person was called when it was sent in; null where that was not recorded. */
  holderName: string | null;
  rules: ReviewRules;
}

const UNDER_REVIEW = `
  select s.id, s.upload_id as "uploadId", s.snapshot ->> 'holderName' as "holderName", ${hasHandSql('$3::uuid')} as "hasHand",
         c.confirmed_by_user_uuid as "confirmedByUserUuid", ${reviewRulesSql('v.organization_id')} as rules
  from verifications v join submissions s on s.verification_id = v.id left join confirmations c on c.submission_id = s.id
  where v.id = $1 and s.number = $2`;

const CONTENT = `
  select snapshot, upload_id as "uploadId", file_sha256 as "fileSha256", submitted_by_user_uuid as "submittedByUserUuid"
  from submissions where verification_id = $1 and number = $2`;

/** What was ever sent in belongs to the credential, also a file that another one has replaced. */
const UPLOADS_HELD = `
  select s.upload_id as "uploadId", v.withdrawn_at as "releasedAt"
  from submissions s join verifications v on v.id = s.verification_id where s.upload_id = any($1)`;

type LastDecision = Pick<Verification, 'rejectionReason' | 'reviewedAt' | 'method' | 'checkedAt'>;

/** Before there is one, and once it no longer counts. */
const NO_DECISION: LastDecision = { rejectionReason: null, reviewedAt: null, method: null, checkedAt: null };

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
  update verifications set status = $2, subject = $3, rejection_reason = $4, reviewed_at = $5, withdrawn_at = $6, updated_at = $7,
    method = $8, checked_at = $9, also_edited_by = $10, verified_name = $11
  where id = $1 returning revision`;

/** What the person is called at this moment is sent in with every kind of credential: no kind's lib can forget it. */
const ENTER = `
  insert into submissions (id, organization_id, verification_id, number, upload_id, file_sha256, submitted_by_user_uuid, submitted_at,
    snapshot, reopened_by_user_uuid, reopen_reason)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb || jsonb_build_object('holderName', (
    select first_name || ' ' || last_name from member_directory where organization_id = $2 and user_uuid = $10)), $11, $12)`;

const SUBMIT = `
  update verifications set status = 'pending', submission_number = $2, submitted_at = $3, rejection_reason = null,
    reviewed_at = null, method = null, checked_at = null, subject = $4, updated_at = $3, duplicate_target_type = $5, duplicate_target_id = $6,
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
      ...NO_DECISION,
      // With content the submission says whose hand it was.
      alsoEditedBy: content ? [] : [actor.userUuid],
      verifiedName: null,
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
    reopening: Reopening | null = null,
  ): Promise<void> {
    await this.enter(writes, actor, verification, content, subject, reopening);
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
    reopening: Reopening | null = null,
  ): Promise<void> {
    const now = this.clock.now();
    const before = reviewOf(verification);
    const number = verification.submissionNumber + 1;
    Object.assign(verification, {
      status: 'pending',
      submissionNumber: number,
      submittedAt: now,
      ...NO_DECISION,
      subject,
      ...(await this.findDuplicate(writes.manager, verification, content.fileSha256)),
      updatedAt: now,
    } satisfies Partial<Verification>);
    // Were it not locked, the unique number would refuse the second of two.
    const { id, organizationId, userUuid } = verification;
    const { snapshot, uploadId, fileSha256, submittedByUserUuid } = content;
    const sent = [uploadId, fileSha256, submittedByUserUuid, now, JSON.stringify(snapshot), userUuid];
    const again = [reopening?.byUserUuid ?? null, reopening?.reason ?? null];
    writes.add(ENTER, [newId(), organizationId, id, number, ...sent, ...again]);
    this.audit.add(writes, actor, {
      action: reopening ? 'verification.reopen' : 'verification.submit',
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
  takeBack(writes: Batch, actor: Actor, verification: Verification, subject = verification.subject): void {
    this.change(writes, verification, {
      status: 'not_submitted',
      subject,
      ...NO_DECISION,
      alsoEditedBy: [...new Set([...verification.alsoEditedBy, actor.userUuid])],
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
   * Decides on the current submission, once; where two have to verify it, the first one's word leaves it `pending`.
   * @throws the target's 404; own_credential; own_entry; second_reviewer_needed; changed_since_read when `ifMatch` is stale;
   * already_decided; not_submitted; file_not_ready; original_not_seen; file_not_shown; checked_in_future; year_out_of_range
   */
  decide(actor: Actor, target: Target, decision: Outcome, ifMatch: string | undefined): Promise<Verification> {
    const check = checkOf(decision.check, this.clock.now());
    return this.dataSource.transaction(async (tx) => {
      // Of two reviewers the second waits here, and then finds the first one's decision.
      const verification = await this.lock(tx, actor, target);
      if (verification.userUuid === actor.userUuid) throw ownCredential();
      if (verification.status === 'not_submitted') throw notSubmitted();
      if (verification.status !== 'pending') throw alreadyDecided();
      const submission = await this.underReview(tx, actor, verification);
      const standing = { ...submission, userUuid: verification.userUuid };
      const refused = refusalOf(actor, standing);
      if (refused) throw refused();
      if (decision.outcome === 'verified') {
        if (isFirstOfTwo(actor, standing)) throw secondReviewerNeeded();
        await this.requireEvidence(tx, actor, submission, check);
      }
      // Last: a condition is ignored where the answer would be another failure without it (RFC 9110, 13.2.1).
      requireMatch(ifMatch, verification.etag);
      return decision.outcome === 'verified' && isFirstWord(standing)
        ? this.confirm(tx, actor, verification, submission.id, check)
        : this.store(tx, actor, verification, submission, decision, check);
    });
  }

  /**
   * Takes a decision back: what was decided on is sent in once more, and waits for a new decision; the former one stays in the history.
   * @throws the target's 404; own_credential; not_decided; changed_since_read
   */
  reopen(actor: Actor, target: Target, reason: string, ifMatch: string | undefined): Promise<Verification> {
    return this.dataSource.transaction(async (tx) => {
      const verification = await this.lock(tx, actor, target);
      if (verification.userUuid === actor.userUuid) throw ownCredential();
      if (verification.status !== 'verified' && verification.status !== 'rejected') throw notDecided();
      requireMatch(ifMatch, verification.etag);
      const { id, submissionNumber, subject } = verification;
      const [content] = await tx.query<SubmissionContent[]>(CONTENT, [id, submissionNumber]);
      if (!content) throw new Error(`Verification ${id} has no submission ${submissionNumber}`);
      const writes = new Batch(tx);
      await this.submit(writes, actor, verification, content, subject, { reason, byUserUuid: actor.userUuid });
      await writes.send();
      return verification;
    });
  }

  private async lock(tx: EntityManager, actor: Actor, { id, type, notFound }: Target): Promise<Verification> {
    const verification = await LOCKED.getOne(tx, { id, type, organization: actor.organizationId });
    await this.rights.confirm(actor, tx);
    if (!verification) throw notFound();
    return verification;
  }

  private async underReview(
    tx: EntityManager,
    actor: Actor,
    { id, submissionNumber }: Verification,
  ): Promise<UnderReview> {
    const [found] = await tx.query<UnderReview[]>(UNDER_REVIEW, [id, submissionNumber, actor.userUuid]);
    if (!found) throw new Error(`Verification ${id} has no submission ${submissionNumber}`);
    return found;
  }

  /** What a reviewer has to have seen. @throws file_not_ready, original_not_seen, file_not_shown */
  private async requireEvidence(
    tx: EntityManager,
    { organizationId }: Actor,
    { uploadId, rules }: UnderReview,
    { method, pagesShown }: Check,
  ): Promise<void> {
    if (uploadId === null) {
      if (rules.requiresFileOrOriginal && method !== 'original_seen') throw fieldProblem(originalNotSeen, 'method');
      return;
    }
    const { pageCount } = await this.uploads.requireReady(tx, organizationId, uploadId);
    const isShown = pagesShown === null || pagesShown >= (pageCount ?? 1);
    if (rules.requiresShownFile && !isShown) throw fieldProblem(fileNotShown, 'pagesShown');
  }

  private async confirm(
    tx: EntityManager,
    actor: Actor,
    verification: Verification,
    submissionId: string,
    check: Check,
  ): Promise<Verification> {
    const writes = new Batch(tx).insert(Confirmation, {
      submissionId,
      organizationId: actor.organizationId,
      confirmedByUserUuid: actor.userUuid,
      confirmedAt: this.clock.now(),
      ...check,
    });
    this.touch(writes, verification);
    this.audit.add(writes, actor, {
      action: 'verification.confirm',
      targetType: verification.targetType,
      targetId: verification.targetId,
      subject: verification.userUuid,
      details: { submission: verification.submissionNumber },
    });
    await writes.send();
    return verification;
  }

  private async store(
    tx: EntityManager,
    actor: Actor,
    verification: Verification,
    { id: submissionId, holderName }: UnderReview,
    decision: Outcome,
    check: Check,
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
      ...check,
    });
    const { method, checkedAt } = check;
    this.change(writes, verification, {
      status: decision.outcome,
      rejectionReason: reason,
      reviewedAt: now,
      method,
      checkedAt,
      ...(decision.outcome === 'verified' ? { verifiedName: holderName } : {}),
    });
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
  private change(writes: Batch, verification: Verification, change: Partial<Verification>): void {
    Object.assign(verification, change, { updatedAt: this.clock.now() });
    const { id, status, subject, rejectionReason, reviewedAt, withdrawnAt, updatedAt } = verification;
    const { method, checkedAt, alsoEditedBy, verifiedName } = verification;
    const review = [status, subject, rejectionReason, reviewedAt, withdrawnAt, updatedAt, method, checkedAt];
    writes.ask(CHANGE, [id, ...review, alsoEditedBy, verifiedName], ({ revision }) => {
      verification.revision = revision as number;
    });
  }
}

/** What a review changes, by the names that the trail uses. */
function reviewOf({ status: verificationStatus, rejectionReason }: Verification) {
  return { verificationStatus, rejectionReason };
}
