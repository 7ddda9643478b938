import type { CalendarDate } from '#libs/common';

/** A person as far as requirements look at them. Null: nobody has said. */
export interface PersonFacts {
  /** First and last name as they are now. */
  name: string | null;
  dateOfBirth: CalendarDate | null;
  nationality: string | null;
  residenceState: string | null;
  rank: string | null;
  department: string | null;
  duties: readonly string[];
}

/** A vessel or site. Null: nobody has said. */
export interface VesselFacts {
  id: string;
  imo: string | null;
  /** ISO 3166-1 alpha-3, as are all states here. */
  flag: string | null;
  type: string | null;
  gt: number | null;
  kw: number | null;
  seaArea: string | null;
  ecdis: boolean | null;
  igf: boolean | null;
  isps: boolean | null;
  polar: string | null;
  manning: number | null;
  frb: boolean | null;
}

/** For what a line is good, where it says so. */
export interface Limits {
  shipTypes?: string[];
  area?: 'near_coastal' | 'unlimited' | 'A1';
  minGt?: number;
  maxGt?: number;
  minKw?: number;
  maxKw?: number;
  notEcdis?: boolean;
  flag?: string;
  vesselImo?: string;
  /** In words, as of a medical: only a person can judge it. */
  restriction?: string;
}

/** One of the things that a paper proves. */
export interface LineFacts {
  kindId: string;
  endsOn: CalendarDate | null;
  issuedOn: CalendarDate | null;
  limits: Limits | null;
}

/** A paper with its review, as they are or were known. */
export interface PaperFacts {
  type: string;
  id: string;
  /** The kind that the paper itself is of; null: no more than `word` is known. */
  kindId: string | null;
  /** Type of the certificate or identity document, by the contract's word. */
  word: string;
  lines: readonly LineFacts[];
  number: string | null;
  authority: string | null;
  issuingState: string | null;
  issueDate: CalendarDate | null;
  expiryDate: CalendarDate | null;
  courseDate: CalendarDate | null;
  extendedUntil: CalendarDate | null;
  hasFile: boolean;
  verification: 'not_submitted' | 'pending' | 'verified' | 'rejected';
  /** How it was checked, as the decision states. */
  method: string | null;
  /** The day of the last check. */
  checkedOn: CalendarDate | null;
  /** The person's name that the last verification vouched for. */
  verifiedName: string | null;
  /** The certificate behind an endorsement or receipt. */
  endorsesId: string | null;
  /** The certificate that this one takes the place of. */
  renewsId: string | null;
  suspension: { from: CalendarDate; until: CalendarDate | null } | null;
}

/** Somebody about to go on board, or there already: some papers that end on a voyage stay good for a while. */
export type Boarding = { mode: 'joining' } | { mode: 'on_board'; since: CalendarDate };

/** May this person work from `on` to `until`, both days included? */
export interface Question {
  on: CalendarDate;
  until: CalendarDate;
  as: Boarding;
  person: PersonFacts;
  vessel: VesselFacts | null;
}
