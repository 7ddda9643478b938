import { type CalendarDate, fieldForbidden, fieldProblem, isUsualYear, yearOutOfRange } from '#libs/common';
import { type Given, issuedInFuture } from '#libs/credentials';
import { type CertificateLine, type Kind, kindOfIdentityDocument, kindUnknown, type RequiredFields } from '#libs/kinds';
import type { Certificate } from './certificate.entity';
import {
  extensionIncomplete,
  fieldRequired,
  kindNotOffered,
  lineDatesRefused,
  renewsAnotherKind,
  renewsLaterOne,
  suspensionBackwards,
} from './certificates.errors';

const DRAFTED = [
  ...(['certificateType', 'certificateNumber', 'issuingAuthority', 'issueDate', 'expiryDate', 'uploadId'] as const),
  ...(['certificateKindId', 'lines', 'courseDate', 'renewsId', 'extendedUntil', 'extendedBy', 'suspension'] as const),
];

/** The fields of a certificate as they will be. */
export type Draft = Pick<Certificate, (typeof DRAFTED)[number]>;

export function draftOf(before: Certificate | null, change: Given<Certificate>): Draft {
  const values = DRAFTED.map((field) => [
    field,
    change[field] === undefined ? (before?.[field] ?? null) : change[field],
  ]);
  return Object.fromEntries(values) as Draft;
}

const FIELDS: Readonly<Record<keyof RequiredFields, keyof Draft>> = {
  number: 'certificateNumber',
  authority: 'issuingAuthority',
  issueDate: 'issueDate',
  expiryDate: 'expiryDate',
  file: 'uploadId',
};

/** The kind of a certificate or of a line. @throws kind_unknown, kind_of_identity_document */
export function requireKind(kinds: ReadonlyMap<string, Kind>, id: string, field: string): Kind {
  const kind = kinds.get(id);
  if (!kind) throw fieldProblem(kindUnknown, field);
  if (kind.definition.holder.credential !== 'certificate') throw fieldProblem(kindOfIdentityDocument, field);
  return kind;
}

/** @throws kind_not_offered */
export function requireOffered({ isActive }: Kind, field: string): void {
  if (!isActive) throw fieldProblem(kindNotOffered, field);
}

/**
 * The fields that the kind asks for, all that are missing at once; of a certificate that is there those that are `given` now.
 * @throws field_required
 */
export function requireFields({ definition }: Kind, draft: Draft, given: (field: keyof Draft) => boolean): void {
  const missing = Object.entries(FIELDS)
    .filter(([name, field]) => definition.required[name as keyof RequiredFields] && given(field))
    .filter(([, field]) => draft[field] === null)
    .map(([, field]) => ({ field, code: fieldRequired.code, message: fieldRequired.detail }));
  if (missing.length > 0) throw fieldRequired({ errors: missing });
}

/** The days of the lines, of the course, of an extension and of a suspension. @throws year_out_of_range, issued_in_future, line_dates_refused, extension_incomplete, suspension_backwards */
export function requireFurtherDates(draft: Draft, today: CalendarDate): void {
  for (const [index, line] of (draft.lines ?? []).entries()) requireLineDates(line, draft, today, `lines.${index}`);
  requireUsual(draft.courseDate, 'courseDate');
  if (draft.courseDate !== null && draft.courseDate > today) throw fieldProblem(issuedInFuture, 'courseDate');
  requireExtension(draft);
  requireUsual(draft.suspension?.from ?? null, 'suspension.from');
  requireUsual(draft.suspension?.until ?? null, 'suspension.until');
  const { from, until } = draft.suspension ?? { from: '', until: null };
  if (until !== null && until < from) throw fieldProblem(suspensionBackwards, 'suspension.until');
}

/** @throws renews_another_kind, renews_later_one */
export function requireRenewable(draft: Draft, renewed: Certificate): void {
  const isOfKind =
    renewed.certificateKindId === null || draft.certificateKindId === null
      ? renewed.certificateType === draft.certificateType
      : renewed.certificateKindId === draft.certificateKindId;
  if (!isOfKind) throw fieldProblem(renewsAnotherKind, 'renewsId');
  if (renewed.issueDate !== null && draft.issueDate !== null && renewed.issueDate > draft.issueDate) {
    throw fieldProblem(renewsLaterOne, 'renewsId');
  }
}

/** Whether a certificate counts is not for whoever has it to say. @throws field_forbidden */
export function suspensionForbidden(): Error {
  return fieldForbidden({
    errors: [{ field: 'suspension', code: fieldForbidden.code, message: 'cannot be set by you' }],
  });
}

function requireLineDates(line: CertificateLine, { issueDate }: Draft, today: CalendarDate, at: string): void {
  requireUsual(line.endsOn, `${at}.endsOn`);
  requireUsual(line.issuedOn, `${at}.issuedOn`);
  if (line.issuedOn !== null && line.issuedOn > today) throw fieldProblem(issuedInFuture, `${at}.issuedOn`);
  const issued = line.issuedOn ?? issueDate;
  if (line.endsOn !== null && issued !== null && line.endsOn < issued)
    throw fieldProblem(lineDatesRefused, `${at}.endsOn`);
}

function requireExtension({ extendedUntil, extendedBy, expiryDate }: Draft): void {
  requireUsual(extendedUntil, 'extendedUntil');
  if (extendedUntil === null && extendedBy === null) return;
  if (extendedUntil === null) throw fieldProblem(extensionIncomplete, 'extendedUntil');
  if (extendedBy === null) throw fieldProblem(extensionIncomplete, 'extendedBy');
  if (expiryDate !== null && extendedUntil <= expiryDate) throw fieldProblem(extensionIncomplete, 'extendedUntil');
}

function requireUsual(date: CalendarDate | null, field: string): void {
  if (date !== null && !isUsualYear(date)) throw fieldProblem(yearOutOfRange, field);
}
