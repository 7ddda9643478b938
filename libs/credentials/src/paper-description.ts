/** What a paper may say that requirements look at. */
export const PAPER_FIELDS = [
  ...(['word', 'kindId', 'lines', 'number', 'authority', 'issuingState', 'issueDate', 'expiryDate'] as const),
  ...(['courseDate', 'extendedUntil', 'endorsesId', 'renewsId', 'suspension'] as const),
];
export type PaperField = (typeof PAPER_FIELDS)[number];

/** By which of a kind's own properties a paper says something; what is not named it never says. */
export interface PaperDescription {
  /** Those that are sent in for review. */
  reviewed: Partial<Record<PaperField, string>>;
  /** Those that nobody reviews: of these the past is not kept. */
  unreviewed?: Partial<Record<PaperField, string>>;
}
