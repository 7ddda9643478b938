import type { CalendarDate } from '#libs/common';
import type { Layer, Requirement } from '#libs/requirements';

export const FITNESS_STATES = ['fit', 'fit_with_waiver', 'at_risk', 'not_fit', 'unknown'] as const;
export type FitnessState = (typeof FITNESS_STATES)[number];

/** Nearest to being good first: of several papers that are not, the one is named that is. */
export const REASONS = [
  ...(['expires_before', 'not_yet_valid', 'expired', 'suspended', 'parent_invalid', 'check_too_old'] as const),
  ...(['limited', 'out_of_scope', 'wrong_issuer', 'holder_mismatch', 'no_file', 'incomplete'] as const),
  ...(['rejected', 'not_verified', 'missing'] as const),
];
export type Reason = (typeof REASONS)[number];

/** Why it counts though it is not what was asked for. */
export const ITEM_CONDITIONS = ['waiver', 'dispensation', 'provisional', 'grace'] as const;
export type ItemCondition = (typeof ITEM_CONDITIONS)[number];

/** What one requirement comes to. */
export interface FitnessItem {
  layer: Layer;
  requirement: Requirement;
  state: FitnessState;
  credential: { type: string; id: string } | null;
  reason: Reason | null;
  condition: ItemCondition | null;
  /** The last day for which it is met, its margin left over; of one that is not met, for which it was. Null: without end, or never. */
  validUntil: CalendarDate | null;
  /** The day by which a new paper has to be applied for. */
  startBy: CalendarDate | null;
}

export interface Fitness {
  state: FitnessState;
  on: CalendarDate;
  until: CalendarDate;
  /** Of somebody fit: the last day. Null: without end, or not fit. */
  validUntil: CalendarDate | null;
  /** The first of what has to be begun. */
  startBy: CalendarDate | null;
  items: FitnessItem[];
}
