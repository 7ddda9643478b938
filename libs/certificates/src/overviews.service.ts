import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Actor } from '#libs/auth';
import { addDays, type CalendarDate, Clock, dateIn } from '#libs/common';
import { CERTIFICATE_TYPES, type CertificateType } from '#libs/kinds';
import { ReviewFigures, type ReviewOverview } from '#libs/verification';
import { replacedSql } from './replaced';

/** Nothing is counted further: who has this many knows enough, and the answer stays quick however many there are. */
export const COUNT_BOUND = 10_000;
const WINDOW_DAYS = 30;
const WINDOWS = 3;
const MONTHS = 12;
const FIRST_DAY = '0001-01-01';

/** The current certificates that expire between two days, by type. */
export interface ExpirySpan {
  /** Null: however long ago. */
  expiresFrom: CalendarDate | null;
  expiresTo: CalendarDate;
  counts: { certificateType: CertificateType; count: number }[];
}

export interface Overview extends ReviewOverview {
  today: CalendarDate;
  /** What has expired, then what does within 30, 31 to 60 and 61 to 90 days. */
  expiry: ExpirySpan[];
  /** The rest of this month, and the eleven after it. */
  months: ExpirySpan[];
}

const EXPIRING = `
  select kind.certificate_type as "certificateType", counted.count
  from unnest($2::date[], $3::date[]) with ordinality as span (first, last, number)
  cross join unnest($4::varchar[]) with ordinality as kind (certificate_type, number)
  cross join lateral (
    select count(*)::integer as count from (
      select 1 from certificates c
      where c.organization_id = $1 and c.certificate_type = kind.certificate_type and c.deleted_at is null
        and c.expiry_date between span.first and span.last and not ${replacedSql('c')}
      limit $5) found) counted
  order by span.number, kind.number`;

/** What needs doing today, in figures. Each belongs to a list that its reader can open. */
@Injectable()
export class Overviews {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly reviews: ReviewFigures,
    private readonly clock: Clock,
  ) {}

  async get(actor: Actor): Promise<Overview> {
    const today = dateIn(actor.timeZone, this.clock.now());
    const spans = [expired(today), ...windows(today), ...months(today)];
    const rows: ExpirySpan['counts'] = await this.dataSource.query(EXPIRING, [
      actor.organizationId,
      spans.map(({ expiresFrom }) => expiresFrom ?? FIRST_DAY),
      spans.map(({ expiresTo }) => expiresTo),
      CERTIFICATE_TYPES,
      COUNT_BOUND,
    ]);
    const types = CERTIFICATE_TYPES.length;
    const counted = spans.map((span, index) => ({ ...span, counts: rows.slice(index * types, (index + 1) * types) }));
    const review = await this.reviews.read(actor, COUNT_BOUND);
    return { ...review, today, expiry: counted.slice(0, 1 + WINDOWS), months: counted.slice(1 + WINDOWS) };
  }
}

type Days = Pick<ExpirySpan, 'expiresFrom' | 'expiresTo'>;

function expired(today: CalendarDate): Days {
  return { expiresFrom: null, expiresTo: addDays(today, -1) };
}

/** The day of expiry still counts as in date, so the first begins today. */
function windows(today: CalendarDate): Days[] {
  return Array.from({ length: WINDOWS }, (_, index) => ({
    expiresFrom: addDays(today, index === 0 ? 0 : index * WINDOW_DAYS + 1),
    expiresTo: addDays(today, (index + 1) * WINDOW_DAYS),
  }));
}

function months(today: CalendarDate): Days[] {
  const [year = 0, month = 0] = today.split('-').map(Number);
  const day = (offset: number, date: number) =>
    new Date(Date.UTC(year, month - 1 + offset, date)).toISOString().slice(0, 10);
  return Array.from({ length: MONTHS }, (_, index) => ({
    expiresFrom: index === 0 ? today : day(index, 1),
    expiresTo: day(index + 1, 0),
  }));
}
