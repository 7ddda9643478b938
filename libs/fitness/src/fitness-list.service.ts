import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Actor } from '#libs/auth';
import { addDays, type CalendarDate, decodeCursor, encodeCursor, isUuid, likePattern, type Page } from '#libs/common';
import { peopleMatch } from '#libs/users';
import { askedQuestion } from './asked-question';
import type { Fitness } from './engine/answer';
import type { FitnessListQuery, ForecastQuery } from './fitness.dto';
import { Fitnesses, type PersonFitness } from './fitnesses.service';

/** Read and worked out at once; then others have their turn. */
const AT_ONCE = 200;
/** Looked at for one page or count: who wants more asks on. */
const MOST_LOOKED_AT = 2000;
/** Looked at for a forecast. */
const MOST_FORECAST = 5000;

/** What ends in a month, and for how many. */
export interface ForecastCause {
  item: PersonFitness['fitness']['items'][number];
  kinds: PersonFitness['kinds'];
  people: number;
}

export interface Forecast {
  today: CalendarDate;
  /** How many were looked at, and whether that is everybody. */
  people: number;
  isWhole: boolean;
  /** Who is not fit today. */
  notFit: number;
  months: { month: string; people: number; causes: ForecastCause[] }[];
}

interface Member {
  membershipId: string;
  userUuid: string;
}

/** The fitness of everybody who is active in the organisation. */
@Injectable()
export class FitnessList {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly fitnesses: Fitnesses,
  ) {}

  /** In the order in which they came. A page may have fewer than it could while there are more: `hasMore` says so. */
  async list(actor: Actor, query: FitnessListQuery): Promise<Page<PersonFitness>> {
    const { limit, cursor, include_count } = query;
    const after = cursor ? (decodeCursor(cursor, [isUuid])[0] as string) : null;
    const items: PersonFitness[] = [];
    let last = after;
    let looked = 0;
    for await (const { member, answer } of this.each(actor, query, after)) {
      if (items.length === limit || looked === MOST_LOOKED_AT)
        return this.page(actor, query, items, last, include_count);
      looked += 1;
      last = member.membershipId;
      if (isWanted(answer.fitness, query)) items.push(answer);
    }
    return this.page(actor, query, items, null, include_count);
  }

  /** Of those who are fit today, in which month they will be no longer, and by what. */
  async forecast(actor: Actor, { months }: ForecastQuery): Promise<Forecast> {
    const today = this.fitnesses.today(actor);
    const spans = monthsFrom(today, months).map((month) => ({
      month,
      people: 0,
      causes: new Map<string, ForecastCause>(),
    }));
    let people = 0;
    let notFit = 0;
    let isWhole = true;
    for await (const { answer } of this.each(actor, {}, null)) {
      if (people === MOST_FORECAST) {
        isWhole = false;
        break;
      }
      people += 1;
      const { state, validUntil, items } = answer.fitness;
      if (state !== 'fit' && state !== 'fit_with_waiver') notFit += 1;
      if (validUntil === null) continue;
      const span = spans.find(({ month }) => month === addDays(validUntil, 1).slice(0, 7));
      if (!span) continue;
      span.people += 1;
      for (const item of items) {
        if (item.validUntil !== validUntil || item.requirement.level !== 'mandatory') continue;
        const key = `${item.layer.id} ${item.requirement.code}`;
        const cause = span.causes.get(key) ?? { item, kinds: answer.kinds, people: 0 };
        cause.people += 1;
        span.causes.set(key, cause);
      }
    }
    const told = spans.map(({ causes, ...span }) => ({
      ...span,
      causes: [...causes.values()].sort((a, b) => b.people - a.people),
    }));
    return { today, people, isWhole, notFit, months: told };
  }

  private async page(
    actor: Actor,
    query: FitnessListQuery,
    items: PersonFitness[],
    last: string | null,
    isCounted: boolean,
  ): Promise<Page<PersonFitness>> {
    const totalCount = isCounted ? await this.count(actor, query) : null;
    return { items, hasMore: last !== null, nextCursor: last === null ? null : encodeCursor([last]), totalCount };
  }

  /** Null: there are too many to look at each. */
  private async count(actor: Actor, query: FitnessListQuery): Promise<number | null> {
    let count = 0;
    let looked = 0;
    for await (const { answer } of this.each(actor, query, null)) {
      if (looked === MOST_LOOKED_AT) return null;
      looked += 1;
      if (isWanted(answer.fitness, query)) count += 1;
    }
    return count;
  }

  private async *each(
    actor: Actor,
    { on, requirement_set_id: requirementSetId, search }: Partial<FitnessListQuery>,
    after: string | null,
  ): AsyncGenerator<{ member: Member; answer: PersonFitness }> {
    const today = this.fitnesses.today(actor);
    let members = await this.members(actor, after, search);
    while (members.length > 0) {
      const asked = members.map(({ userUuid }) => askedQuestion(userUuid, { on, requirementSetId }, today));
      const answers = await this.fitnesses.answer(actor, asked, null, 'vessel_id');
      for (const [index, member] of members.entries()) {
        const answer = answers[index];
        if (answer) yield { member, answer };
      }
      members = members.length < AT_ONCE ? [] : await this.members(actor, members.at(-1)?.membershipId ?? null, search);
    }
  }

  private members(actor: Actor, after: string | null, search: string | undefined): Promise<Member[]> {
    const values: unknown[] = [actor.organizationId];
    const parts = [`m.organization_id = $1 and m.state = 'active'`];
    if (after) parts.push(`m.membership_id > $${values.push(after)}`);
    if (search) parts.push(peopleMatch('m', `$${values.push(likePattern(search))}`));
    return this.dataSource.query(
      `select m.membership_id as "membershipId", m.user_uuid as "userUuid" from member_directory m
       where ${parts.join(' and ')} order by m.membership_id limit ${AT_ONCE}`,
      values,
    );
  }
}

function isWanted(
  { state, validUntil }: Fitness,
  { state: wanted, expiring_before: before }: FitnessListQuery,
): boolean {
  if (wanted && state !== wanted) return false;
  return before === undefined || (validUntil !== null && validUntil < before);
}

/** `2026-11`, `2026-12`, `2027-01`, ... */
function monthsFrom(today: CalendarDate, count: number): string[] {
  const [year = 0, month = 0] = today.split('-').map(Number);
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(year, month - 1 + index, 1)).toISOString().slice(0, 7),
  );
}
