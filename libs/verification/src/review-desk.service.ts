import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Audit } from '#libs/audit';
import type { Actor } from '#libs/auth';
import { Clock } from '#libs/common';
import { Jobs } from '#libs/jobs';
import { type ReadUpload, Uploads } from '#libs/uploads';
import { type ReviewRules, reviewRulesSql } from '#libs/users';
import type { CheckMethod } from './check';
import { claimSql, type QueueClaim, type StoredClaim, toClaim } from './queue-claim';
import { hasHandSql, type Obstacle, obstacleFor } from './review-right';
import { queueEntryNotFound } from './verification.errors';
import type { TargetType } from './target-types';
import type { VerificationStatus } from './verification.entity';
import type { SubmissionContent } from './verifications.service';

/** How long a claim counts after the last word of its owner. */
const CLAIM_MS = 10 * 60_000;

/** Somebody by name. */
export interface NamedPerson {
  userUuid: string;
  userId: number;
  firstName: string;
  lastName: string;
}

/** A submission as a reviewer compares it: with its file, and who decided what on it. */
export interface ComparedSubmission {
  number: number;
  snapshot: SubmissionContent['snapshot'];
  fileSha256: string | null;
  submittedAt: string;
  /** Null for a system with an API key. */
  submittedBy: NamedPerson | null;
  file: ReadUpload | null;
  /** It repeats the one before, whose decision was taken back. */
  reopening: { reason: string; reopenedBy: NamedPerson | null } | null;
  /** The first word of two. */
  confirmation: (StoredCheck & { confirmedAt: string; confirmedBy: NamedPerson | null }) | null;
  decision: StoredDecision | null;
}

/** `Check` as JSON has it. */
export interface StoredCheck {
  method: CheckMethod | null;
  reference: string | null;
  checkedAt: string | null;
  pagesShown: number | null;
}

interface StoredDecision extends StoredCheck {
  outcome: 'verified' | 'rejected';
  reason: string | null;
  decidedAt: string;
  decidedBy: NamedPerson | null;
}

/** Everything that a reviewer needs to decide on one credential. */
export interface DeskEntry {
  verificationId: string;
  targetType: TargetType;
  targetId: string;
  subject: string;
  status: VerificationStatus;
  isWithdrawn: boolean;
  etag: string;
  person: NamedPerson;
  duplicateTargetType: TargetType | null;
  duplicateTargetId: string | null;
  claimedBy: QueueClaim | null;
  rules: ReviewRules;
  /** Why the caller may not verify it; null: they may. */
  obstacle: Obstacle | null;
  /** Null until its file has arrived. */
  current: ComparedSubmission | null;
  previous: ComparedSubmission | null;
}

type StoredSubmission = Omit<ComparedSubmission, 'file'> & { uploadId: string | null };

interface Row extends Omit<DeskEntry, 'etag' | 'claimedBy' | 'obstacle' | 'current' | 'previous'> {
  hasHand: boolean;
  submissionNumber: number;
  revision: number;
  claimedBy: StoredClaim | null;
  /** The current one and the one before, newest first. */
  submissions: StoredSubmission[];
}

/** A member of the verification's organisation, as JSON. */
const named = (uuid: string) => `(
  select json_build_object('userUuid', p.user_uuid, 'userId', p.user_id, 'firstName', p.first_name, 'lastName', p.last_name)
  from member_directory p where p.organization_id = v.organization_id and p.user_uuid = ${uuid})`;

const check = (table: string) =>
  `'method', ${table}.method, 'reference', ${table}.reference, 'checkedAt', ${table}.checked_at, 'pagesShown', ${table}.pages_shown`;

const ENTRY = `
  select v.id as "verificationId", v.target_type as "targetType", v.target_id as "targetId", v.subject, v.status,
         v.withdrawn_at is not null as "isWithdrawn", v.submission_number as "submissionNumber", v.revision,
         v.duplicate_target_type as "duplicateTargetType", v.duplicate_target_id as "duplicateTargetId",
         ${named('v.user_uuid')} as person, ${claimSql('$3::timestamptz')} as "claimedBy",
         ${hasHandSql('$4::uuid')} as "hasHand", ${reviewRulesSql('v.organization_id')} as rules,
         (select coalesce(json_agg(json_build_object(
            'number', s.number, 'snapshot', s.snapshot, 'uploadId', s.upload_id, 'fileSha256', s.file_sha256,
            'submittedAt', s.submitted_at, 'submittedBy', ${named('s.submitted_by_user_uuid')},
            'reopening', case when s.reopened_by_user_uuid is not null then json_build_object(
              'reason', s.reopen_reason, 'reopenedBy', ${named('s.reopened_by_user_uuid')}) end,
            'confirmation', case when c.submission_id is not null then json_build_object(
              'confirmedAt', c.confirmed_at, 'confirmedBy', ${named('c.confirmed_by_user_uuid')}, ${check('c')}) end,
            'decision', case when d.id is not null then json_build_object(
              'outcome', d.outcome, 'reason', d.reason, 'decidedAt', d.decided_at, 'decidedBy', ${named('d.decided_by_user_uuid')},
              ${check('d')}) end
          ) order by s.number desc), '[]')
          from submissions s left join decisions d on d.submission_id = s.id left join confirmations c on c.submission_id = s.id
          where s.verification_id = v.id and s.number >= v.submission_number - 1) as submissions
  from verifications v
  where v.id = $1 and v.organization_id = $2`;

/** One statement whoever comes first: somebody else's living claim stays, anything else becomes the caller's. */
const CLAIM = `
  with claim as (
    insert into review_claims as held (verification_id, organization_id, user_uuid, expires_at)
    select v.id, v.organization_id, $3::uuid, $5::timestamptz
    from verifications v where v.id = $1 and v.organization_id = $2 and v.submitted_at is not null and v.withdrawn_at is null
    on conflict (verification_id) do update set
      user_uuid = case when held.expires_at > $4 then held.user_uuid else excluded.user_uuid end,
      expires_at = case when held.expires_at > $4 and held.user_uuid <> excluded.user_uuid then held.expires_at else excluded.expires_at end
    returning organization_id, user_uuid, expires_at
  )
  select c.user_uuid as "userUuid", p.first_name as "firstName", p.last_name as "lastName", c.expires_at as "expiresAt"
  from claim c join member_directory p on p.organization_id = c.organization_id and p.user_uuid = c.user_uuid`;

const RELEASE = `
  with released as (
    delete from review_claims where verification_id = $1 and organization_id = $2 and user_uuid = $3
  )
  select from verifications where id = $1 and organization_id = $2`;

/** What a reviewer has before them, and that they have it. */
@Injectable()
export class ReviewDesk {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly uploads: Uploads,
    private readonly audit: Audit,
    private readonly clock: Clock,
    jobs: Jobs,
  ) {
    jobs.handleScheduled('review-claims-remove-expired', '47 * * * *', () => this.removeExpired());
  }

  /** Links to the files are in it, so who asks is recorded as their reader. @throws queue_entry_not_found */
  async get(actor: Actor, verificationId: string): Promise<DeskEntry> {
    const { organizationId, userUuid } = actor;
    const [row] = await this.dataSource.query<Row[]>(ENTRY, [
      verificationId,
      organizationId,
      this.clock.now(),
      userUuid,
    ]);
    if (!row) throw queueEntryNotFound();
    const { submissionNumber, revision, submissions, hasHand, ...entry } = row;
    const files = await this.uploads.readAttached(
      actor.organizationId,
      submissions.flatMap(({ uploadId }) => uploadId ?? []),
    );
    // Of what is deleted the desk tells what there was; its files are nobody's to open.
    if (entry.isWithdrawn) for (const file of files.values()) file.links = null;
    const shown = [...files.values()].filter(({ links }) => links !== null);
    await this.audit.record(
      this.dataSource.manager,
      actor,
      ...shown.map(({ upload }) => ({
        action: 'file.read',
        targetType: entry.targetType,
        targetId: entry.targetId,
        subject: entry.person.userUuid,
        details: { uploadId: upload.id },
      })),
    );
    const [newest, before] = submissions.map(({ uploadId, ...submission }): ComparedSubmission => ({
      ...submission,
      file: files.get(uploadId ?? '') ?? null,
    }));
    const standing = {
      userUuid: entry.person.userUuid,
      hasHand,
      confirmedByUserUuid: newest?.confirmation?.confirmedBy?.userUuid ?? null,
      rules: entry.rules,
    };
    return {
      ...entry,
      obstacle: obstacleFor(actor, standing),
      etag: `${verificationId}.${submissionNumber}.${revision}`,
      claimedBy: toClaim(entry.claimedBy),
      current: newest ?? null,
      previous: before ?? null,
    };
  }

  /** "I am looking at this": answers whose claim it is now. It stops nobody from deciding. @throws queue_entry_not_found */
  async claim(actor: Actor, verificationId: string): Promise<QueueClaim> {
    const now = this.clock.now();
    const [claim] = await this.dataSource.query<QueueClaim[]>(CLAIM, [
      verificationId,
      actor.organizationId,
      actor.userUuid,
      now,
      new Date(now.getTime() + CLAIM_MS),
    ]);
    if (!claim) throw queueEntryNotFound();
    return claim;
  }

  /** Gives back the caller's claim, if there is one. @throws queue_entry_not_found */
  async release(actor: Actor, verificationId: string): Promise<void> {
    const { organizationId, userUuid } = actor;
    const found = await this.dataSource.query<object[]>(RELEASE, [verificationId, organizationId, userUuid]);
    if (found.length === 0) throw queueEntryNotFound();
  }

  /** Claims count by their time; this only keeps the table small. */
  async removeExpired(): Promise<void> {
    await this.dataSource.query('delete from review_claims where expires_at < $1', [this.clock.now()]);
  }
}
