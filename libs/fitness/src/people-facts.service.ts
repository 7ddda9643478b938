import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { dateIn } from '#libs/common';
import { type Paper, papersOf, papersSql } from '#libs/credentials';
import { type Kind, kindChangesSql } from '#libs/kinds';
import { personFactsSql } from '#libs/particulars';
import { requirementChangesSql, type Waiver, waiversSql } from '#libs/requirements';
import type { LineFacts, PaperFacts, PersonFacts, VesselFacts } from './engine/facts';

/** Somebody whose fitness is asked for, perhaps for another vessel than their own. */
export interface Wanted {
  userUuid: string;
  vesselId: string | null;
}

/** All that the database knows of one person that an answer follows from. */
export interface PersonRecord {
  userUuid: string;
  userId: number;
  firstName: string;
  lastName: string;
  facts: Omit<PersonFacts, 'name'> & { vessel: (VesselFacts & { name: string }) | null };
  papers: Paper[];
  waivers: Waiver[];
}

export interface PeopleRecords {
  /** In the order in which they were asked for; null for who is not there. */
  people: (PersonRecord | null)[];
  /** How often the organisation has changed its kinds and its requirement sets. */
  kindChanges: number;
  requirementChanges: number;
}

interface Row extends PersonRecord {
  number: number;
  kindChanges: number;
  requirementChanges: number;
}

/** One statement for one person or hundreds. */
function statement(moment?: string): string {
  return `
    select (asked.number - 1)::integer as number, m.user_uuid as "userUuid", m.user_id as "userId", m.first_name as "firstName",
      m.last_name as "lastName",
      ${personFactsSql('m.organization_id', 'm.user_uuid', 'asked.vessel_id')} as facts,
      ${papersSql('m.organization_id', 'm.user_uuid', moment)} as papers,
      ${waiversSql('m.organization_id', 'm.user_uuid', moment)} as waivers,
      ${kindChangesSql('$1')} as "kindChanges", ${requirementChangesSql('$1')} as "requirementChanges"
    from unnest($2::uuid[], $3::uuid[]) with ordinality as asked (user_uuid, vessel_id, number)
    join member_directory m on m.organization_id = $1 and m.user_uuid = asked.user_uuid`;
}

/** Reads what answers follow from, of many people at once. */
@Injectable()
export class PeopleFacts {
  private readonly now = statement();
  private readonly past = statement('$4::timestamptz');

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @param knownAt by what was known then; null: now */
  async read(organizationId: number, wanted: readonly Wanted[], knownAt: Date | null): Promise<PeopleRecords> {
    const values = [organizationId, wanted.map(({ userUuid }) => userUuid), wanted.map(({ vesselId }) => vesselId)];
    const rows: Row[] = await (knownAt
      ? this.dataSource.query(this.past, [...values, knownAt])
      : this.dataSource.query(this.now, values));
    const people: (PersonRecord | null)[] = wanted.map(() => null);
    for (const row of rows) people[row.number] = { ...row, papers: papersOf(row.papers) };
    return { people, kindChanges: rows[0]?.kindChanges ?? 0, requirementChanges: rows[0]?.requirementChanges ?? 0 };
  }
}

/** A paper as the engine takes it. @param timeZone the organisation's: on which day something was checked */
export function paperFacts(
  { review, ...paper }: Paper,
  kinds: ReadonlyMap<string, Kind>,
  timeZone: string,
): PaperFacts {
  const kindId = paper.kindId ?? kindOfWord(paper, kinds);
  return {
    ...paper,
    word: paper.word ?? '',
    kindId,
    lines: linesOf(paper.lines, kindId),
    suspension: paper.suspension as PaperFacts['suspension'],
    verification: review.status,
    method: review.method,
    checkedOn: review.checkedAt && dateIn(timeZone, new Date(review.checkedAt)),
    verifiedName: review.verifiedName,
  };
}

/** A passport needs no kind to be known as one. */
function kindOfWord({ type, word }: Omit<Paper, 'review'>, kinds: ReadonlyMap<string, Kind>): string | null {
  if (type !== 'identity_document') return null;
  for (const { id, definition } of kinds.values()) {
    const { holder } = definition;
    if (holder.credential === 'identity_document' && holder.documentType === word) return id;
  }
  return null;
}

function linesOf(lines: unknown, kindId: string | null): LineFacts[] {
  if (Array.isArray(lines) && lines.length > 0) return lines as LineFacts[];
  return kindId === null ? [] : [{ kindId, endsOn: null, issuedOn: null, limits: null }];
}
