import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Actor } from '#libs/auth';
import { addDays, type CalendarDate, Clock, dateIn } from '#libs/common';
import { type TargetType, targetTypes } from './target-types';

const DAY_MS = 86_400_000;
/** What waits is counted by its age in days: under one, to three, to seven, longer. */
const AGES = [0, 1, 3, 7];
const REVIEWED_DAYS = 30;

/** What waits for this long: sent in at or after one instant and before the other; null: without end. */
export interface WaitingAge {
  submittedAfter: Date | null;
  submittedBefore: Date | null;
  count: number;
}

export interface ReviewOverview {
  oldestSubmittedAt: Date | null;
  waiting: WaitingAge[];
  /** Rejected and not sent in again. */
  rejected: { targetType: TargetType; count: number }[];
  /** Decisions of the last thirty days, in the organisation's time zone. */
  reviewed: { date: CalendarDate; verified: number; rejected: number }[];
}

const OLDEST = `
  select submitted_at as "submittedAt" from verifications
  where organization_id = $1 and status = 'pending' and withdrawn_at is null
  order by submitted_at limit 1`;

const WAITING = `
  select counted.count
  from unnest($2::timestamptz[], $3::timestamptz[]) with ordinality as age (after, before, number)
  cross join lateral (
    select count(*)::integer as count from (
      select 1 from verifications v
      where v.organization_id = $1 and v.status = 'pending' and v.withdrawn_at is null
        and v.submitted_at >= age.after and v.submitted_at < age.before
      limit $4) found) counted
  order by age.number`;

const REJECTED = `
  select kind.target_type as "targetType", counted.count
  from unnest($2::varchar[]) as kind (target_type)
  cross join lateral (
    select count(*)::integer as count from (
      select 1 from verifications v
      where v.organization_id = $1 and v.target_type = kind.target_type
        and v.status = 'rejected' and v.withdrawn_at is null
      limit $3) found) counted`;

const REVIEWED = `
  select to_char(day, 'YYYY-MM-DD') as date,
         count(*) filter (where outcome = 'verified')::integer as verified,
         count(*) filter (where outcome = 'rejected')::integer as rejected
  from (
    select (decided_at at time zone $2)::date as day, outcome from decisions
    where organization_id = $1 and decided_at >= $3::date::timestamp at time zone $2) decided
  group by day`;

/** How much there is to review and how much was. Each figure comes from an index, and counting stops at a bound. */
@Injectable()
export class ReviewFigures {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** @param bound no count goes further: it then means "at least" */
  async read({ organizationId, timeZone }: Actor, bound: number): Promise<ReviewOverview> {
    const now = this.clock.now();
    const firstDay = addDays(dateIn(timeZone, now), 1 - REVIEWED_DAYS);
    const ages = AGES.map((days, index) => {
      const until = AGES[index + 1];
      return {
        submittedAfter: until === undefined ? null : new Date(now.getTime() - until * DAY_MS),
        submittedBefore: days === 0 ? null : new Date(now.getTime() - days * DAY_MS),
      };
    });
    const [oldest]: { submittedAt: Date }[] = await this.dataSource.query(OLDEST, [organizationId]);
    const counts: { count: number }[] = await this.dataSource.query(WAITING, [
      organizationId,
      ages.map(({ submittedAfter }) => submittedAfter ?? '-infinity'),
      ages.map(({ submittedBefore }) => submittedBefore ?? 'infinity'),
      bound,
    ]);
    const rejected: ReviewOverview['rejected'] = await this.dataSource.query(REJECTED, [
      organizationId,
      targetTypes(),
      bound,
    ]);
    const reviewed: ReviewOverview['reviewed'] = await this.dataSource.query(REVIEWED, [
      organizationId,
      timeZone,
      firstDay,
    ]);
    const byDay = new Map(reviewed.map((day) => [day.date, day]));
    return {
      oldestSubmittedAt: oldest?.submittedAt ?? null,
      waiting: ages.map((age, index) => ({ ...age, count: counts[index]?.count ?? 0 })),
      rejected,
      reviewed: Array.from({ length: REVIEWED_DAYS }, (_, index) => {
        const date = addDays(firstDay, index);
        return byDay.get(date) ?? { date, verified: 0, rejected: 0 };
      }),
    };
  }
}
