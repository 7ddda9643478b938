import type { CertificateType, KindHolder, RequiredFields, Validity } from '../kind-definition';

/** What many rows of the catalogue have alike. */
export const FIVE_YEARS = 60;
const WEEK = 7;

export function certificate(certificateType: CertificateType = 'other'): KindHolder {
  return { credential: 'certificate', certificateType };
}

export function identityDocument(documentType: string): KindHolder {
  return { credential: 'identity_document', documentType };
}

export function weeks(count: number): number {
  return count * WEEK;
}

/** STCW papers are numbered, dated and name who issued them (I/2). */
export const STCW_FIELDS: RequiredFields = { number: true, authority: true, issueDate: true };
export const DATED: RequiredFields = { authority: true, issueDate: true };

export const PRINTED: Validity = { rule: 'printed' };
export const NO_END: Validity = { rule: 'none' };
export const REVALIDATED: Validity = { rule: 'revalidation', months: FIVE_YEARS };
/** One applied for in the last six months before the end may run to the fifth anniversary of the old end (B-I/11, 4). */
export const REVALIDATED_COC: Validity = { ...REVALIDATED, longestMonths: FIVE_YEARS + 6 };
