import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Actor } from '#libs/auth';
import type { Check } from './check';
import type { SubmissionContent, Target } from './verifications.service';

/** Who sent in or decided, by name. */
export interface Reviewer {
  userUuid: string;
  firstName: string;
  lastName: string;
}

/** A submission with the words that were spoken on it. */
export interface ReviewedSubmission extends SubmissionContent {
  number: number;
  submittedAt: Date;
  /** Null when they are not a member (any more). */
  submittedBy: Reviewer | null;
  /** It repeats the one before, whose decision was taken back. */
  reopening: { reason: string; reopenedByUserUuid: string; reopenedBy: Reviewer | null } | null;
  /** The first word of two. */
  confirmation: (Check & { confirmedByUserUuid: string; confirmedBy: Reviewer | null; confirmedAt: Date }) | null;
  decision:
    | (Check & {
        outcome: 'verified' | 'rejected';
        reason: string | null;
        decidedByUserUuid: string;
        decidedBy: Reviewer | null;
        decidedAt: Date;
      })
    | null;
}

/** What was ever sent in for a credential, and what was said of it. */
@Injectable()
export class SubmissionHistory {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Everything ever sent in for a credential the caller may see, newest first, at most 200. */
  async list(actor: Actor, target: Target): Promise<ReviewedSubmission[]> {
    const rows: Record<string, unknown>[] = await this.dataSource.query(
      `select s.number, s.snapshot, s.upload_id, s.file_sha256, s.submitted_by_user_uuid, s.submitted_at,
              s.reopened_by_user_uuid, s.reopen_reason, ${nameSql('s.reopened_by_user_uuid')} as reopener,
              c.confirmed_by_user_uuid, c.confirmed_at, ${nameSql('c.confirmed_by_user_uuid')} as confirmer,
              c.method as confirmed_method, c.reference as confirmed_reference, c.checked_at as confirmed_checked_at,
              c.pages_shown as confirmed_pages_shown,
              d.outcome, d.reason, d.decided_by_user_uuid, d.decided_at, d.method, d.reference, d.checked_at, d.pages_shown,
              ${nameSql('s.submitted_by_user_uuid')} as sender, ${nameSql('d.decided_by_user_uuid')} as decider
       from verifications v
       join submissions s on s.verification_id = v.id
       left join confirmations c on c.submission_id = s.id
       left join decisions d on d.submission_id = s.id
       where v.target_id = $1 and v.target_type = $2 and v.organization_id = $3
       order by s.number desc limit 200`,
      [target.id, target.type, actor.organizationId],
    );
    return rows.map(toReviewedSubmission);
  }
}

/** A member of the verification's organisation, as JSON. */
function nameSql(userUuid: string): string {
  return `(
    select json_build_object('userUuid', m.user_uuid, 'firstName', m.first_name, 'lastName', m.last_name)
    from member_directory m where m.organization_id = v.organization_id and m.user_uuid = ${userUuid})`;
}

function toReviewedSubmission(row: Record<string, unknown>): ReviewedSubmission {
  return {
    number: row['number'] as number,
    snapshot: row['snapshot'] as SubmissionContent['snapshot'],
    uploadId: row['upload_id'] as string | null,
    fileSha256: row['file_sha256'] as string | null,
    submittedByUserUuid: row['submitted_by_user_uuid'] as string,
    submittedAt: row['submitted_at'] as Date,
    submittedBy: row['sender'] as Reviewer | null,
    reopening: row['reopened_by_user_uuid']
      ? {
          reason: row['reopen_reason'] as string,
          reopenedByUserUuid: row['reopened_by_user_uuid'] as string,
          reopenedBy: row['reopener'] as Reviewer | null,
        }
      : null,
    confirmation: row['confirmed_by_user_uuid']
      ? {
          confirmedByUserUuid: row['confirmed_by_user_uuid'] as string,
          confirmedBy: row['confirmer'] as Reviewer | null,
          confirmedAt: row['confirmed_at'] as Date,
          ...checkIn(row, 'confirmed_'),
        }
      : null,
    decision: row['outcome']
      ? {
          outcome: row['outcome'] as 'verified' | 'rejected',
          reason: row['reason'] as string | null,
          decidedByUserUuid: row['decided_by_user_uuid'] as string,
          decidedBy: row['decider'] as Reviewer | null,
          decidedAt: row['decided_at'] as Date,
          ...checkIn(row, ''),
        }
      : null,
  };
}

function checkIn(row: Record<string, unknown>, prefix: '' | 'confirmed_'): Check {
  return {
    method: row[`${prefix}method`] as Check['method'],
    reference: row[`${prefix}reference`] as string | null,
    checkedAt: row[`${prefix}checked_at`] as Date | null,
    pagesShown: row[`${prefix}pages_shown`] as number | null,
  };
}
