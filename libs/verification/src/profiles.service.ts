import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { type Actor, type Role, ROLES } from '#libs/auth';
import { Clock, decodeCursor, isInstant, isUuid, likePattern, type Page, toPage } from '#libs/common';
import { Conditions, fromReplica } from '#libs/database';
import { fileStatusSql, type UploadStatus } from '#libs/uploads';
import { MEMBERSHIP_STATES, type MembershipState, People, peopleMatch, reviewRulesSql } from '#libs/users';
import { PROFILE_STATES, type ProfileState } from './profile-counts.entity';
import { claimSql, CLAIMED_BY, type QueueClaim, type StoredClaim, toClaim } from './queue-claim';
import { hasHandSql, type Obstacle, obstacleFor, type Standing } from './review-right';
import type { QueueQuery, RosterQuery } from './verification.dto';
import { CONTRACT_TARGET_TYPES, type TargetType, targetTypes, typesOutsideContract } from './target-types';
import { Verification } from './verification.entity';
import type { Reviewer } from './submission-history.service';

/** Most credentials a summary lists; the state is computed over all of them. */
const SUMMARY_LIMIT = 10_000;

export interface ProfileSummary {
  state: ProfileState;
  items: Verification[];
}

/** One person of the organisation with the state of their papers. */
export interface RosterEntry {
  membershipId: string;
  userUuid: string;
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  state: MembershipState;
  lastLogin: Date | null;
  createdAt: Date;
  verificationState: ProfileState;
}

/** One credential that waits for a reviewer. */
export interface QueueEntry {
  verificationId: string;
  targetType: TargetType;
  targetId: string;
  subject: string;
  submissionNumber: number;
  submittedAt: Date;
  userUuid: string;
  userId: number;
  firstName: string;
  lastName: string;
  /** The file that was sent in, and how far it is. */
  uploadId: string | null;
  fileStatus: UploadStatus | null;
  duplicateTargetType: TargetType | null;
  duplicateTargetId: string | null;
  claimedBy: QueueClaim | null;
  /** Who gave the first word, where two are wanted. */
  confirmedBy: Reviewer | null;
  /** Why the caller may not verify it; null: they may. */
  obstacle: Obstacle | null;
}

type QueueRow = Omit<QueueEntry, 'claimedBy' | 'obstacle'> &
  Pick<Standing, 'hasHand' | 'rules'> & { claimedBy: StoredClaim | null };

const CONFIRMED_BY = `(
  select json_build_object('userUuid', p.user_uuid, 'firstName', p.first_name, 'lastName', p.last_name)
  from confirmations c join member_directory p on p.organization_id = c.organization_id and p.user_uuid = c.confirmed_by_user_uuid
  where c.submission_id = s.id)`;

/** Reads across people: summary of one, roster of all, queue of what waits. */
@Injectable()
export class Profiles {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly people: People,
    private readonly clock: Clock,
  ) {}

  /** @throws person_not_found */
  async getSummary(actor: Actor, userUuid: string): Promise<ProfileSummary> {
    const person = await this.people.getByUuid(actor, userUuid);
    const [row]: { state: ProfileState }[] = await this.dataSource.query(
      'select state from profile_counts where organization_id = $1 and user_uuid = $2',
      [actor.organizationId, person.uuid],
    );
    const items = await this.dataSource.manager
      .createQueryBuilder(Verification, 'verification')
      .where({ organizationId: actor.organizationId, userUuid: person.uuid })
      .andWhere('verification.withdrawn_at is null and verification.target_type in (:...types)', {
        types: CONTRACT_TARGET_TYPES,
      })
      .orderBy('verification.id', 'DESC')
      .limit(SUMMARY_LIMIT)
      .getMany();
    return { state: row?.state ?? 'incomplete', items };
  }

  /** Everybody of the organisation, newest membership first. */
  listRoster(actor: Actor, query: RosterQuery): Promise<Page<RosterEntry>> {
    return fromReplica(this.dataSource, actor, () => this.readRoster(actor, query));
  }

  private async readRoster(actor: Actor, query: RosterQuery): Promise<Page<RosterEntry>> {
    const from = 'member_directory m join profile_counts p on p.membership_id = m.membership_id';
    const where = new Conditions('m.organization_id = ?', actor.organizationId);
    if (query.role) where.addWord('m.role', ROLES, query.role);
    if (query.state) where.addWord('m.state', MEMBERSHIP_STATES, query.state);
    if (query.search) where.add(peopleMatch('m', '?'), likePattern(query.search));
    if (query.verification_state) {
      where.add('p.organization_id = ?', actor.organizationId);
      where.addWord('p.state', PROFILE_STATES, query.verification_state);
    }
    const totalCount = query.include_count ? await this.count(from, where) : null;
    if (query.cursor) {
      // Of both tables, so that whichever is read in order is read from here on.
      const [after] = decodeCursor(query.cursor, [isUuid]);
      where.add('m.membership_id < ? and p.membership_id < ?', after, after);
    }
    const rows: RosterEntry[] = await this.dataSource.query(
      `select m.membership_id as "membershipId", m.user_uuid as "userUuid", m.email, m.first_name as "firstName",
              m.last_name as "lastName", m.role, m.state, m.last_login as "lastLogin", m.created_at as "createdAt",
              p.state as "verificationState"
       from ${from} where ${where.sql}
       order by m.membership_id desc limit ${query.limit + 1}`,
      where.values,
    );
    return toPage(rows, query.limit, (row) => [row.membershipId], totalCount);
  }

  /** What waits for a decision, oldest submission first. */
  listQueue(actor: Actor, query: QueueQuery): Promise<Page<QueueEntry>> {
    return fromReplica(this.dataSource, actor, () => this.readQueue(actor, query));
  }

  private async readQueue(actor: Actor, query: QueueQuery): Promise<Page<QueueEntry>> {
    const from = `verifications v join member_directory m on m.organization_id = v.organization_id and m.user_uuid = v.user_uuid`;
    const where = new Conditions(
      `v.status = 'pending' and v.withdrawn_at is null and v.organization_id = ?`,
      actor.organizationId,
    );
    const now = this.clock.now();
    const claims = [actor.organizationId, now];
    if (query.target_type) where.addWord('v.target_type', targetTypes(), query.target_type);
    else if (!query.all_kinds)
      for (const type of typesOutsideContract()) where.addOtherWord('v.target_type', targetTypes(), type);
    // Whatever it is, it is read along one index. Seeing that few have it, PostgreSQL would plan the statement again for each request.
    if (query.subject) where.add('v.subject = (select ?::text)', query.subject);
    if (query.user_id) where.add('v.user_uuid = ?', query.user_id);
    if (query.submitted_after) where.add('v.submitted_at >= ?::timestamptz', query.submitted_after);
    if (query.submitted_before) where.add('v.submitted_at < ?::timestamptz', query.submitted_before);
    // Arrays that are found once: the few claims there are must not decide in which order the queue is read.
    if (query.claimed === 'me')
      where.add(`v.id = any (array(${CLAIMED_BY} and c.user_uuid = ?))`, ...claims, actor.userUuid);
    if (query.claimed === 'nobody')
      where.add(`v.id <> all (array(${CLAIMED_BY} and c.user_uuid <> ?))`, ...claims, actor.userUuid);
    if (query.search) where.add(peopleMatch('m', '?'), likePattern(query.search));
    const totalCount = query.include_count ? await this.count(from, where) : null;
    if (query.cursor)
      where.add(
        '(v.submitted_at, v.id) > (?::timestamptz, ?::uuid)',
        ...decodeCursor(query.cursor, [isInstant, isUuid]),
      );
    const submitted = (column: string) =>
      `(select ${column} from submissions s where s.verification_id = v.id and s.number = v.submission_number)`;
    const organization = `${where.parameter(actor.organizationId)}::bigint`;
    const rows: QueueRow[] = await this.dataSource.query(
      `select v.id as "verificationId", v.target_type as "targetType", v.target_id as "targetId", v.subject,
              v.submission_number as "submissionNumber", v.submitted_at as "submittedAt", m.user_uuid as "userUuid",
              m.user_id as "userId", m.first_name as "firstName", m.last_name as "lastName",
              v.duplicate_target_type as "duplicateTargetType", v.duplicate_target_id as "duplicateTargetId",
              ${submitted('s.upload_id')} as "uploadId",
              ${submitted(fileStatusSql('s.upload_id', 'v.organization_id'))} as "fileStatus",
              ${claimSql(`${where.parameter(now)}::timestamptz`)} as "claimedBy",
              ${submitted(CONFIRMED_BY)} as "confirmedBy",
              ${hasHandSql(`${where.parameter(actor.userUuid)}::uuid`)} as "hasHand", ${reviewRulesSql(organization)} as rules
       from ${from} where ${where.sql}
       order by v.submitted_at, v.id limit ${query.limit + 1}`,
      where.values,
    );
    const entries = rows.map((row): QueueEntry => {
      const confirmedBy = row.rules.reviewPolicy === 'two_people' ? row.confirmedBy : null;
      const obstacle = obstacleFor(actor, { ...row, confirmedByUserUuid: confirmedBy?.userUuid ?? null });
      return Object.assign(row, { claimedBy: toClaim(row.claimedBy), confirmedBy, obstacle });
    });
    return toPage(entries, query.limit, (row) => [row.submittedAt.toISOString(), row.verificationId], totalCount);
  }

  private async count(from: string, where: Conditions): Promise<number> {
    const [row]: { count: number }[] = await this.dataSource.query(
      `select count(*) as count from ${from} where ${where.sql}`,
      where.values,
    );
    return row?.count ?? 0;
  }
}
