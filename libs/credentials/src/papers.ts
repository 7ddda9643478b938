import type { CalendarDate } from '#libs/common';
import { pastReviewSql, reviewSql } from '#libs/verification';
import { type CredentialKind, credentialKinds } from './credential-kind';
import { PAPER_FIELDS, type PaperDescription, type PaperField } from './paper-description';

/** A paper with its review, as it is or was known. */
export interface Paper extends Record<Exclude<PaperField, 'lines' | 'suspension'>, string | null> {
  type: string;
  id: string;
  lines: unknown;
  suspension: unknown;
  issueDate: CalendarDate | null;
  expiryDate: CalendarDate | null;
  hasFile: boolean;
  review: {
    status: 'not_submitted' | 'pending' | 'verified' | 'rejected';
    method: string | null;
    /** ISO 8601. */
    checkedAt: string | null;
    verifiedName: string | null;
  };
}

/** Of one person, the newest: nobody has so many. */
const MOST_PAPERS = 1000;

/**
 * All papers of a person of all kinds that say what requirements look at, for a statement of another lib: a JSON array, which `papersOf` reads.
 * @param moment SQL of a timestamptz: as they were known then
 */
export function papersSql(organizationId: string, userUuid: string, moment?: string): string {
  const parts = describedKinds().map(({ kind, paper }) => {
    const { name, plural, keyColumn } = kind;
    const { reviewed, unreviewed } = paper;
    const ids = `'type', '${name}', 'id', c.${keyColumn}`;
    const fields = moment
      ? pairs(unreviewed)
      : [...pairs(reviewed), ...pairs(unreviewed), `'hasFile', c.upload_id is not null`];
    const review = moment ? pastReviewSql('c.verification_id', moment) : reviewSql('c.verification_id');
    const isThere = moment
      ? `c.created_at <= ${moment} and (c.deleted_at is null or c.deleted_at > ${moment})`
      : 'c.deleted_at is null';
    return `(
      select jsonb_build_object(${[ids, ...fields].join(', ')}, 'review', ${review}) as paper
      from ${plural} c where c.organization_id = ${organizationId} and c.user_uuid = ${userUuid} and ${isThere}
      order by c.${keyColumn} desc limit ${MOST_PAPERS})`;
  });
  return `(select coalesce(jsonb_agg(paper), '[]') from (${parts.join(' union all ')}) papers)`;
}

type Row = Partial<Paper> & {
  type: string;
  id: string;
  review: (Paper['review'] & { snapshot?: Record<string, unknown>; hasFile?: boolean }) | null;
};

/** What a statement with `papersSql` has answered. What had not been sent in by then is left out. */
export function papersOf(rows: unknown): Paper[] {
  const descriptions = new Map(describedKinds().map(({ kind, paper }) => [kind.name, paper]));
  return (rows as Row[]).flatMap((row) => {
    const { review, ...said } = row;
    if (!review) return [];
    const { snapshot, hasFile = row.hasFile ?? false, ...known } = review;
    const sentIn = snapshot ? fromSnapshot(snapshot, descriptions.get(row.type)) : {};
    const empty = Object.fromEntries(PAPER_FIELDS.map((field) => [field, null]));
    return [{ ...empty, ...said, ...sentIn, hasFile, review: known } as Paper];
  });
}

function describedKinds(): { kind: CredentialKind; paper: PaperDescription }[] {
  return credentialKinds().flatMap((kind) => (kind.paper ? [{ kind, paper: kind.paper }] : []));
}

/** Of JSON, by the columns' names. */
function pairs(fields: Partial<Record<PaperField, string>> = {}): string[] {
  return Object.entries(fields).map(([field, property]) => `'${field}', c.${columnOf(property)}`);
}

function columnOf(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function fromSnapshot(snapshot: Record<string, unknown>, paper: PaperDescription | undefined): Record<string, unknown> {
  const fields = Object.entries(paper?.reviewed ?? {});
  return Object.fromEntries(fields.map(([field, property]) => [field, snapshot[property] ?? null]));
}
