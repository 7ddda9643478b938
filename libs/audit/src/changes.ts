/** A field before and after; what did not exist is null. */
export interface Change {
  before: unknown;
  after: unknown;
}

/** By field name. `null`: it changed, and neither value is ever written down (a password). */
export type Changes = Record<string, Change | null>;

/** As the immutable record keeps them: without the values where these are personal or secret. */
export type StoredChanges = Record<string, { before: string | null; after: string | null } | null>;

/** The address a request came from, kept like a changed field. */
export const CLIENT_ADDRESS = 'client.address';

/**
 * Fields whose values stay in the immutable record: ids, words from fixed lists, dates and counts, which say nothing about a person
 * once nobody knows whose uuid it is; and the settings of an organisation. Everything else is personal, above all names, e-mail
 * addresses, numbers, authorities, notes, reasons and file names; so is a field that nobody has thought of here.
 */
const IMPERSONAL: Record<string, readonly string[]> = {
  organization: [
    ...['name', 'timeZone', 'language', 'expiringSoonDays', 'uploadQuotaBytes', 'duplicatePolicy'],
    ...['reviewPolicy', 'requiresFileOrOriginal', 'requiresShownFile'],
  ],
  title: ['name'],
  certificate_kind: [
    ...['code', 'name', 'holder', 'required', 'validity', 'parents', 'provisionalFor', 'lines', 'leadTimeDays'],
    ...['greatestAgeDays', 'authorities', 'states', 'regulation', 'basis', 'sources', 'notes', 'isActive'],
  ],
  requirement_set: [
    ...['code', 'name', 'scope', 'isActive', 'applies', 'requirements', 'covers', 'coversNot', 'sources', 'notes'],
    'effectiveFrom',
  ],
  waiver: ['setId', 'requirementCode', 'startsOn', 'endsOn', 'dispensationId'],
  vessel: [
    ...['name', 'imo', 'flag', 'type', 'gt', 'kw', 'seaArea', 'ecdis', 'igf', 'isps', 'polar', 'manning', 'frb'],
  ],
  particulars: ['vesselId'],
  user: ['role', 'state', 'issuer'],
  session: ['state'],
  'api-key': ['scopes', 'expiresAt', 'rotatedAt'],
  upload: ['status', 'kind', 'mime', 'sizeBytes', 'alteredAt'],
};

const fileHolders: string[] = [];

/** For a target of a lib above that has a file, whose reads are recorded as its own: the fields whose values may stay. */
export function tellTrail(targetType: string, impersonal: readonly string[]): void {
  IMPERSONAL[targetType] = impersonal;
  fileHolders.push(targetType);
}

/** What a record of a read can name. An upload is the file itself, before it belongs to anything. */
export function fileTargets(): string[] {
  return [...fileHolders, 'upload'];
}

export function isPersonal(targetType: string, field: string): boolean {
  return !IMPERSONAL[targetType]?.includes(field);
}

/** The fields of `after`, with what they were; null before for something new. Fields that stay the same are left out. */
export function changesOf<T extends object>(before: T | null, after: { [F in keyof T]?: T[F] | null }): Changes {
  const fields = (Object.keys(after) as (keyof T & string)[])
    .map((field) => [field, { before: before?.[field] ?? null, after: after[field] ?? null }] as const)
    .filter(([, change]) => toText(change.before) !== toText(change.after));
  return Object.fromEntries(fields);
}

/** Values are compared and kept as text. */
export function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}
