import type { Actor } from '#libs/auth';
import {
  addDays,
  type CalendarDate,
  dateIn,
  decodeCursor,
  isCalendarDate,
  isUuid,
  likePattern,
  type Page,
  toPage,
} from '#libs/common';
import { statusSql } from '#libs/verification';
import type { RegisterQuery } from './credential-query.dto';
import type { CredentialTools } from './credential-tools';
import type { RecordedCredentials } from './recorded-credentials';
import type { RecordedCredential, RecordedKind } from './recorded-kind';

const FIRST_DAY = '0001-01-01';
const LAST_DAY = '9999-12-31';
/** In a cursor: among those that never expire, which come last. */
const NEVER = 'never';

/** A credential with whose it is. */
export interface RegisteredCredential<T> {
  credential: T;
  person: { id: string; userId: number; firstName: string; lastName: string };
}

interface Found {
  id: string;
  expiryDate: CalendarDate | null;
  userUuid: string;
  userId: number;
  firstName: string;
  lastName: string;
}

/** Everybody's credentials of one kind, for staff. Its lib extends it with the kind. */
export abstract class CredentialRegister<T extends RecordedCredential> {
  protected constructor(
    private readonly kind: RecordedKind<T>,
    private readonly tools: CredentialTools,
    private readonly credentials: RecordedCredentials<T>,
  ) {}

  /** The first to expire first; what never expires comes last. */
  async list(actor: Actor, query: RegisterQuery, type?: string): Promise<Page<RegisteredCredential<T>>> {
    const { typeColumn, types } = this.kind;
    const today = dateIn(actor.timeZone, this.tools.clock.now());
    const wanted = new Wanted(actor, query, today, {
      column: typeColumn,
      types: type ? [type] : types,
      replaced: query.current === undefined ? undefined : this.kind.replacedSql?.('c'),
    });
    const [date = FIRST_DAY, id = null] = query.cursor
      ? decodeCursor(query.cursor, [(value) => value === NEVER || isCalendarDate(value), isUuid])
      : [];
    const most = query.limit + 1;
    const rows: Found[] = [];
    if (date !== NEVER) rows.push(...(await this.find(wanted.expiring(id === null ? null : { date, id }), most)));
    if (rows.length < most && wanted.includesUndated) {
      rows.push(...(await this.find(wanted.undated(date === NEVER ? id : null), most - rows.length)));
    }
    const totalCount = query.include_count ? await this.count(wanted) : null;
    const page = toPage(rows, query.limit, (row) => [row.expiryDate ?? NEVER, row.id], totalCount);
    return { ...page, items: await this.load(actor, page.items) };
  }

  /** Each type by itself in the order of its index, of which the first few together are the page. */
  private find({ condition, values }: Selection, most: number): Promise<Found[]> {
    const { typeColumn, plural } = this.kind;
    return this.tools.dataSource.query(
      `select c.id, c.expiry_date as "expiryDate", m.user_uuid as "userUuid", m.user_id as "userId",
              m.first_name as "firstName", m.last_name as "lastName"
       from (
         select c.id, c.expiry_date, c.user_uuid
         from unnest($2::varchar[]) as kind (${typeColumn})
         cross join lateral (
           select c.id, c.expiry_date, c.user_uuid from ${plural} c
           where ${condition} order by c.expiry_date, c.id limit ${most}) c
         order by c.expiry_date, c.id limit ${most}) c
       join member_directory m on m.organization_id = $1 and m.user_uuid = c.user_uuid
       order by c.expiry_date, c.id`,
      values,
    );
  }

  private async count(wanted: Wanted): Promise<number> {
    const { typeColumn, plural } = this.kind;
    const selections = [wanted.expiring(null), ...(wanted.includesUndated ? [wanted.undated(null)] : [])];
    let sum = 0;
    for (const { condition, values } of selections) {
      const [row]: { count: number }[] = await this.tools.dataSource.query(
        `select count(*) as count from unnest($2::varchar[]) as kind (${typeColumn})
         join ${plural} c on ${condition}`,
        values,
      );
      sum += row?.count ?? 0;
    }
    return sum;
  }

  private async load({ organizationId }: Actor, rows: Found[]): Promise<RegisteredCredential<T>[]> {
    if (rows.length === 0) return [];
    const credentials = await this.credentials.findByIds(
      organizationId,
      rows.map(({ id }) => id),
    );
    const byId = new Map(credentials.map((credential) => [credential.id, credential]));
    return rows.flatMap(({ id, userUuid, userId, firstName, lastName }) => {
      // Deleted between the two statements: then it is not there.
      const credential = byId.get(id);
      return credential ? [{ credential, person: { id: userUuid, userId, firstName, lastName } }] : [];
    });
  }
}

interface Selection {
  condition: string;
  /** $1 the organisation, $2 the types; the rest as the condition counts them. */
  values: unknown[];
}

/** What the query asks for, as the conditions of two statements: with an expiry date and without. */
class Wanted {
  private readonly from: CalendarDate;
  private readonly to: CalendarDate;
  readonly includesUndated: boolean;

  constructor(
    private readonly actor: Actor,
    private readonly query: RegisterQuery,
    today: CalendarDate,
    private readonly kind: { column: string; types: readonly string[]; replaced: string | undefined },
  ) {
    const { status, expires_from, expires_to } = query;
    const soon = addDays(today, actor.expiringSoonDays);
    const [first, last] = {
      expired: [FIRST_DAY, addDays(today, -1)] as const,
      expiring_soon: [today, soon] as const,
      valid: [addDays(soon, 1), LAST_DAY] as const,
      any: [FIRST_DAY, LAST_DAY] as const,
    }[status ?? 'any'];
    this.from = expires_from && expires_from > first ? expires_from : first;
    this.to = expires_to && expires_to < last ? expires_to : last;
    this.includesUndated = !expires_from && !expires_to && (status === undefined || status === 'valid');
  }

  expiring(after: { date: CalendarDate; id: string } | null): Selection {
    const { condition, values } = this.common();
    const text = `${condition} and c.expiry_date between $${values.push(this.from)}::date and $${values.push(this.to)}::date`;
    if (!after) return { condition: text, values };
    const cursor = `(c.expiry_date, c.id) > ($${values.push(after.date)}::date, $${values.push(after.id)}::uuid)`;
    return { condition: `${text} and ${cursor}`, values };
  }

  undated(after: string | null): Selection {
    const { condition, values } = this.common();
    const text = `${condition} and c.expiry_date is null`;
    return { condition: after ? `${text} and c.id > $${values.push(after)}::uuid` : text, values };
  }

  private common(): Selection {
    const { verification_status: review, search, current } = this.query;
    const { column, types, replaced } = this.kind;
    const values: unknown[] = [this.actor.organizationId, types];
    const parts = [`c.organization_id = $1 and c.${column} = kind.${column} and c.deleted_at is null`];
    if (review) {
      parts.push(`${statusSql('c.verification_id')} = $${values.push(review)}`);
    }
    if (replaced) parts.push(current ? `not ${replaced}` : replaced);
    if (search) {
      const pattern = `$${values.push(likePattern(search))}`;
      parts.push(`exists (select 1 from member_directory m where m.organization_id = $1 and m.user_uuid = c.user_uuid
        and (m.first_name || ' ' || m.last_name ilike ${pattern} or m.email ilike ${pattern}))`);
    }
    return { condition: parts.join(' and '), values };
  }
}
