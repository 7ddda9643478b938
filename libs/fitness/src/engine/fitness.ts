import { addDays, type CalendarDate } from '#libs/common';
import type { Kind } from '#libs/kinds';
import type { ItemCondition, Fitness, FitnessItem, FitnessState } from './answer';
import { allHold } from './conditions';
import { coverIndex } from './covers';
import type { PaperFacts, Question } from './facts';
import { type Evidence, judge, judgeRecognition } from './judge';
import { type AskedRequirement, askedOf } from './layers';
import { intersection, type Period, period, union } from './periods';
import { proofOf, type Terms } from './proof';
import { isStatutory, type Layer, type Waiver } from '#libs/requirements';
import { stateOf, validUntil, type Verdict } from './verdict';

/** All that an answer follows from. */
export interface FitnessFacts {
  papers: readonly PaperFacts[];
  /** By id; those of identity documents too. */
  kinds: ReadonlyMap<string, Kind>;
  layers: readonly Layer[];
  waivers: readonly Waiver[];
  /** A layer that is asked for by name. */
  wanted: Layer | null;
}

const WORST_FIRST: readonly FitnessState[] = ['not_fit', 'unknown', 'at_risk', 'fit_with_waiver', 'fit'];

/** May this person work on those days, and if not, what is missing? Pure: the same facts always give the same answer. */
export function fitnessOf(question: Question, facts: FitnessFacts): Fitness {
  const asked = askedOf(facts.layers, question.person, facts.wanted);
  const asking = { ...question, person: asked.person };
  const applies = (conditions: AskedRequirement['when']) => allHold(conditions, asking);
  const evidence: Evidence = {
    question: asking,
    papers: facts.papers,
    kinds: facts.kinds,
    byCode: new Map([...facts.kinds.values()].map((kind) => [kind.definition.code, kind])),
    covers: coverIndex(
      asked.layers
        .filter(({ definition }) => applies(definition.applies) !== false)
        .map(({ definition }) => definition),
    ),
  };
  const items: FitnessItem[] = [];
  for (const one of asked.requirements) {
    const isAsked = applies(one.when);
    const item = isAsked === false ? null : itemOf(one, isAsked === null, facts.waivers, evidence);
    if (item) items.push(item);
  }
  const isSpecific = asked.isSpecific(applies);
  return { ...overall(items, isSpecific), on: question.on, until: question.until, items };
}

function itemOf(
  { layer, requirement }: AskedRequirement,
  isUnsure: boolean,
  waivers: readonly Waiver[],
  evidence: Evidence,
): FitnessItem | null {
  const terms: Terms = { ...requirement, isForShip: true };
  const { need } = requirement;
  const isRecognition = 'recognised' in need;
  const met = isRecognition ? judgeRecognition(need, terms, evidence) : judge(need, terms, evidence);
  if (!met) return null;
  const verdict = waived(met, layer, requirement, waivers, evidence);
  const isUndecided = isUnsure || (isRecognition && evidence.question.vessel?.flag === null);
  const { proof, reason, condition, validUntil } = verdict;
  return {
    layer,
    requirement,
    state: isUndecided && verdict.state === 'not_fit' ? 'unknown' : verdict.state,
    credential: proof && { type: proof.paper.type, id: proof.paper.id },
    reason,
    condition,
    validUntil,
    startBy: validUntil && addDays(validUntil, -(proof?.kind?.definition.leadTimeDays ?? 0)),
  };
}

/** With the leave that there is to go without; what is met needs none. */
function waived(
  met: Verdict,
  layer: Layer,
  requirement: AskedRequirement['requirement'],
  waivers: readonly Waiver[],
  evidence: Evidence,
): Verdict {
  const days = { from: evidence.question.on, to: evidence.question.until };
  if (met.state === 'fit' || met.state === 'fit_with_waiver') return met;
  const found = waivers
    .filter(({ layerId, requirementCode }) => layerId === layer.id && requirementCode === requirement.code)
    .map((waiver) => ({ waiver, periods: waivedDays(waiver, isStatutory(requirement), evidence) }));
  const free = found.flatMap(({ periods }) => periods);
  if (free.length === 0) return met;
  const coverage = {
    verified: met.coverage.verified,
    allowed: union([...met.coverage.allowed, ...free]),
    hoped: union([...met.coverage.hoped, ...free]),
  };
  const state = stateOf(coverage, days);
  const isWaived = state === 'fit_with_waiver';
  const condition: ItemCondition = found.some(({ waiver }) => waiver.dispensationId !== null)
    ? 'dispensation'
    : 'waiver';
  return {
    ...met,
    coverage,
    state,
    condition: isWaived ? condition : null,
    validUntil: validUntil(coverage, state, days),
  };
}

/** What a convention or flag asks for only the flag's own dispensation lifts, for its days and its ship. */
function waivedDays(
  { startsOn, endsOn, dispensationId }: Waiver,
  needsDispensation: boolean,
  evidence: Evidence,
): Period[] {
  const days = period(startsOn, endsOn);
  if (dispensationId === null) return needsDispensation ? [] : days;
  const paper = evidence.papers.find(({ id }) => id === dispensationId);
  const proofs = (paper?.lines ?? []).flatMap((line) => {
    const kind = evidence.kinds.get(line.kindId);
    return paper && kind?.definition.code === 'FL-DISP'
      ? [proofOf(line, paper, kind, { isForShip: true }, evidence)]
      : [];
  });
  return intersection(days, union(proofs.flatMap(({ coverage }) => coverage.allowed)));
}

function overall(
  items: readonly FitnessItem[],
  isSpecific: boolean,
): Pick<Fitness, 'state' | 'validUntil' | 'startBy'> {
  const mandatory = items.filter(({ requirement }) => requirement.level === 'mandatory');
  const states = mandatory.map(({ state }) => state);
  if (!isSpecific || mandatory.length === 0) states.push('unknown');
  const state = WORST_FIRST.find((one) => states.includes(one)) ?? 'unknown';
  const isFit = state === 'fit' || state === 'fit_with_waiver';
  return {
    state,
    validUntil: isFit ? earliest(mandatory.map(({ validUntil }) => validUntil)) : null,
    startBy: earliest(mandatory.map(({ startBy }) => startBy)),
  };
}

function earliest(days: readonly (CalendarDate | null)[]): CalendarDate | null {
  return days.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}
