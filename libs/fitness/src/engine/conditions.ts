import type { PersonFacts, VesselFacts } from './facts';
import { type Condition, YES_NO_FACTS, type NumberFact, type TextFact, type YesNoFact } from '#libs/requirements';

/** What conditions are about. */
export interface Circumstances {
  person: PersonFacts;
  vessel: VesselFacts | null;
}

/** Whether all hold; null: it hangs on something that nobody has said. */
export function allHold(conditions: readonly Condition[], circumstances: Circumstances): boolean | null {
  let isKnown = true;
  for (const condition of conditions) {
    const answer = holds(condition, circumstances);
    if (answer === false) return false;
    if (answer === null) isKnown = false;
  }
  return isKnown ? true : null;
}

function holds(condition: Condition, { person, vessel }: Circumstances): boolean | null {
  if ('ship' in condition) return (vessel !== null && vessel.type !== 'site') === condition.ship;
  if ('duties' in condition) return person.duties.some((duty) => condition.duties.includes(duty));
  // What is asked of one rank is not asked of somebody of none: that nothing is, is told of the person as a whole.
  if ('in' in condition && condition.fact === 'rank' && person.rank === null) return false;
  if ('in' in condition || 'notIn' in condition) return textHolds(condition, textOf(condition.fact, person, vessel));
  if (isYesNo(condition)) return compared(vessel?.[condition.fact], (value) => value === condition.is);
  const { fact, min = -Infinity, below = Infinity } = condition;
  return compared(vessel?.[fact], (value) => value >= min && value < below);
}

function textHolds(condition: { in: string[] } | { notIn: string[] }, text: string | null | undefined): boolean | null {
  return compared(text, (value) =>
    'in' in condition ? condition.in.includes(value) : !condition.notIn.includes(value),
  );
}

function compared<T>(value: T | null | undefined, test: (value: T) => boolean): boolean | null {
  return value === null || value === undefined ? null : test(value);
}

function textOf(fact: TextFact, person: PersonFacts, vessel: VesselFacts | null): string | null | undefined {
  switch (fact) {
    case 'rank':
      return person.rank === null ? null : rankWord(person.rank);
    case 'department':
    case 'nationality':
    case 'residenceState':
      return person[fact];
    case 'vessel':
      return vessel?.id;
    default:
      return vessel?.[fact];
  }
}

/** `Chief Mate` and `chief-mate` are one rank: `chief_mate`. */
export function rankWord(rank: string): string {
  return rank
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '');
}

function isYesNo(
  condition: { fact: NumberFact } | { fact: YesNoFact; is: boolean },
): condition is { fact: YesNoFact; is: boolean } {
  return (YES_NO_FACTS as readonly string[]).includes(condition.fact);
}
