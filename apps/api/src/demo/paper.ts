import type { CalendarDate } from '#libs/common';
import type { Palette } from './drawing';

export const PAPER_KINDS = [
  'stcw_basic_safety',
  'deck_certificate',
  'gmdss_endorsement',
  'oil_tanker_endorsement',
  'medical',
  'flag_certificate',
  'course',
  'diploma',
] as const;
export type PaperKind = (typeof PAPER_KINDS)[number];

/** Who issues papers; all of them made up. */
export interface IssuingBody {
  name: string;
  /** Line above the name: the state or group it belongs to. */
  over: string;
  place: string;
  signatory: string;
  office: string;
  palette: Palette;
}

/** What stands on one paper. The record in the demo data says the same, unless it was rejected for not doing so. */
export interface Paper {
  kind: PaperKind;
  number: string;
  body: IssuingBody;
  holder: string;
  birthDate: CalendarDate;
  nationality: string;
  /** Capacity, course or degree. */
  subject: string;
  issueDate: CalendarDate;
  expiryDate: CalendarDate | null;
  /** Decides signatures, portrait and stamps. */
  seed: number;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `2024-03-05` as `5 March 2024`. */
export function inWords(date: CalendarDate): string {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return `${day} ${MONTHS[month - 1]} ${year}`;
}
