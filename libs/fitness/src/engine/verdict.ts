import { addDays, type CalendarDate } from '#libs/common';
import { type ItemCondition, type FitnessState, type Reason, REASONS } from './answer';
import { around, FIRST_DAY, hasAll, LAST_DAY, type Period } from './periods';
import type { Coverage, Proof } from './proof';

export type VerdictState = Exclude<FitnessState, 'unknown'>;

/** What something comes to for the days that are asked for. */
export interface Verdict {
  coverage: Coverage;
  state: VerdictState;
  /** What it hangs on; null: there is no paper. */
  proof: Proof | null;
  reason: Reason | null;
  condition: ItemCondition | null;
  /** What days besides are allowed by, if any are. */
  standIn: ItemCondition | null;
  /** Null: without end or, of what is not fit, never. */
  validUntil: CalendarDate | null;
}

const BEST_FIRST: readonly VerdictState[] = ['fit', 'fit_with_waiver', 'at_risk', 'not_fit'];
const LEVEL = { fit: 'verified', fit_with_waiver: 'allowed', at_risk: 'hoped', not_fit: 'hoped' } as const;
/** What it falls short of. */
const BETTER = { fit: 'verified', fit_with_waiver: 'verified', at_risk: 'allowed', not_fit: 'hoped' } as const;

/** The days' worst state. */
export function stateOf({ verified, allowed, hoped }: Coverage, days: Period): VerdictState {
  if (hasAll(verified, days)) return 'fit';
  if (hasAll(allowed, days)) return 'fit_with_waiver';
  return hasAll(hoped, days) ? 'at_risk' : 'not_fit';
}

/** The last day of the days around the first one that are no worse; where that one is not good for anything, the last day that was. */
export function validUntil(coverage: Coverage, state: VerdictState, { from }: Period): CalendarDate | null {
  const periods = coverage[LEVEL[state]];
  const found = around(periods, from) ?? periods.filter(({ to }) => to < from).at(-1);
  return found === undefined || found.to === LAST_DAY ? null : found.to;
}

export function verdictOn(proof: Proof, days: Period): Verdict {
  const { coverage } = proof;
  const state = stateOf(coverage, days);
  const isConditional = state === 'fit_with_waiver';
  return {
    coverage,
    state,
    proof,
    reason:
      state === 'fit' || (isConditional && proof.condition !== 'grace')
        ? null
        : proof.reasonOn(firstDayOutside(proof, state, days)),
    condition: isConditional ? proof.condition : null,
    standIn: coverage.allowed.length > 0 ? proof.condition : null,
    validUntil: validUntil(coverage, state, days),
  };
}

/** Of two that come to the same the one that is good for longer, or that is nearer to being good. */
export function bestFirst(a: Verdict, b: Verdict): number {
  const byState = BEST_FIRST.indexOf(a.state) - BEST_FIRST.indexOf(b.state);
  if (byState !== 0) return byState;
  const byReason = a.state === 'not_fit' ? rank(a.reason) - rank(b.reason) : 0;
  return byReason || byEnd(a, b) || (nameOf(a) < nameOf(b) ? -1 : 1);
}

function byEnd(a: Verdict, b: Verdict): number {
  const never = a.state === 'not_fit' ? FIRST_DAY : LAST_DAY;
  const [first, second] = [a.validUntil ?? never, b.validUntil ?? never];
  return first === second ? 0 : first > second ? -1 : 1;
}

function rank(reason: Reason | null): number {
  return reason === null ? -1 : REASONS.indexOf(reason);
}

function nameOf({ proof }: Verdict): string {
  return proof?.paper.id ?? '';
}

/** The first day for which it is not better than it is as a whole. */
function firstDayOutside({ coverage }: Proof, state: VerdictState, { from, to }: Period): CalendarDate {
  const found = around(coverage[BETTER[state]], from);
  return found === undefined ? from : found.to < to ? addDays(found.to, 1) : to;
}
