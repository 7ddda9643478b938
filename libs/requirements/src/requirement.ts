import type { CalendarDate } from '#libs/common';

export const LEVELS = ['mandatory', 'recommended'] as const;
export const BASES = ['statutory', 'flag', 'client', 'company'] as const;
export const SCOPES = ['base', 'rank', 'ship', 'flag', 'client'] as const;
export const MARGIN_STARTS = ['sign_on', 'sign_off'] as const;

export const TEXT_FACTS = [
  ...(['rank', 'department', 'nationality', 'residenceState'] as const),
  ...(['vessel', 'type', 'flag', 'seaArea', 'polar'] as const),
];
export const NUMBER_FACTS = ['gt', 'kw', 'manning'] as const;
export const YES_NO_FACTS = ['ecdis', 'igf', 'isps', 'frb'] as const;

export type TextFact = (typeof TEXT_FACTS)[number];
export type NumberFact = (typeof NUMBER_FACTS)[number];
export type YesNoFact = (typeof YES_NO_FACTS)[number];

/** Something about the person or the ship. */
export type Condition =
  | { fact: TextFact; in: string[] }
  | { fact: TextFact; notIn: string[] }
  /** From `min`, and less than `below`. */
  | { fact: NumberFact; min?: number; below?: number }
  | { fact: YesNoFact; is: boolean }
  /** Has one of these duties. */
  | { duties: string[] }
  /** Whether a ship is asked for at all: what only a ship asks for is nobody's business ashore. */
  | { ship: boolean };

/** Papers to have; kinds are named by their codes. */
export type PaperNeed =
  { kind: string } | { allOf: PaperNeed[] } | { oneOf: PaperNeed[] } | { nOf: number; of: PaperNeed[] };

/**
 * A certificate of one of these kinds that the ship's flag recognises: its own, or one with its endorsement; `provisional`: or with the
 * receipt of an application for that (STCW I/10). Who has none of these certificates has nothing to be recognised.
 */
export interface RecognitionNeed {
  recognised: string[];
  provisional: boolean;
}

export type Need = PaperNeed | RecognitionNeed;

export interface Requirement {
  /** Unique within its layer. */
  code: string;
  /** Where the need does not name itself. */
  name?: { en: string; fr?: string };
  level: (typeof LEVELS)[number];
  basis: (typeof BASES)[number];
  /** All of these have to hold. */
  when: Condition[];
  need: Need;
  /** Days for which it still has to be good, counted from going on board or from leaving, which is what is meant where nothing is said. */
  marginDays?: number;
  marginFrom?: (typeof MARGIN_STARTS)[number];
  /** Whose papers count: of these states, or of these authorities. */
  issuers?: { states?: string[]; authorities?: string[] };
  issuedFrom?: CalendarDate;
  issuedBefore?: CalendarDate;
  /** However long it is good for itself. */
  greatestAgeMonths?: number;
  /** Since the last check. */
  greatestAgeDays?: number;
  /** For this long a paper that ends on a voyage stays good for who is on board. */
  graceMonths?: number;
}

/** Who has `from` needs no `to`. */
export interface Cover {
  from: string;
  to: string;
  /** Only if `from` was issued on this day or later. */
  issuedFrom?: CalendarDate;
}

/** What is asked of some: layers add up. */
export interface LayerDefinition {
  code: string;
  name: { en: string; fr?: string };
  scope: (typeof SCOPES)[number];
  isActive: boolean;
  applies: Condition[];
  requirements: Requirement[];
  covers?: Cover[];
  coversNot?: Pick<Cover, 'from' | 'to'>[];
  sources: string[];
  notes?: string;
}

export interface Layer {
  id: string;
  /** Whether it came with the product or is the organisation's own or changed. */
  isOwn: boolean;
  definition: LayerDefinition;
}

/** Leave to go without for some days. */
export interface Waiver {
  id: string;
  layerId: string;
  requirementCode: string;
  startsOn: CalendarDate;
  endsOn: CalendarDate;
  /** The flag's dispensation behind it, without which nothing is waived that a convention or flag asks for. */
  dispensationId: string | null;
}

/** What nobody in the office can waive. */
export function isStatutory({ basis }: Pick<Requirement, 'basis'>): boolean {
  return basis === 'statutory' || basis === 'flag';
}
