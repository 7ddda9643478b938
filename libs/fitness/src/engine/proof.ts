import { addDays, addMonths, type CalendarDate, foldName } from '#libs/common';
import { endOf, type Kind } from '#libs/kinds';
import type { ItemCondition, Reason } from './answer';
import type { LineFacts, PaperFacts, Question } from './facts';
import { scopeOf } from './limits';
import { FIRST_DAY, inAtLeast, intersection, LAST_DAY, type Period, period, union, without } from './periods';
import type { Requirement } from '#libs/requirements';

/** The days for which something is good: by what was verified; with what stands in for it for a while; if what is pending is verified. */
export interface Coverage {
  verified: Period[];
  allowed: Period[];
  hoped: Period[];
}

/** What one line of one paper is worth for a requirement. */
export interface Proof {
  paper: PaperFacts;
  kind: Kind | null;
  coverage: Coverage;
  /** What it counts as where it counts under a condition. */
  condition: ItemCondition | null;
  /** Why it does not count on a day; asked for days that it does not cover. */
  reasonOn(day: CalendarDate): Reason;
}

/** The papers of a person, and what has to be known to judge them. */
export interface Papers {
  question: Question;
  papers: readonly PaperFacts[];
  /** By id. */
  kinds: ReadonlyMap<string, Kind>;
}

/** What of a requirement is asked of a single paper. */
export type Terms = Pick<
  Requirement,
  | 'marginDays'
  | 'marginFrom'
  | 'issuers'
  | 'issuedFrom'
  | 'issuedBefore'
  | 'greatestAgeMonths'
  | 'greatestAgeDays'
  | 'graceMonths'
> & {
  /** Whether it has to be good for the ship; what stands behind another paper does not. */
  isForShip: boolean;
};

const NOTHING: Coverage = { verified: [], allowed: [], hoped: [] };
const WITHOUT_TERMS: Terms = { isForShip: false };

/** Nothing that a decision without the file can vouch for, but for one that had the original before it. */
const ORIGINAL_SEEN = 'original_seen';
const DISPENSATION = 'FL-DISP';

export function nothing(): Coverage {
  return NOTHING;
}

/** A paper of which only the contract's type is known. */
export function incompleteProof(paper: PaperFacts): Proof {
  return { paper, kind: null, coverage: NOTHING, condition: null, reasonOn: () => 'incomplete' };
}

/** @param behind papers that stand on this one, so that none stands on itself */
export function proofOf(
  line: LineFacts,
  paper: PaperFacts,
  kind: Kind,
  terms: Terms,
  all: Papers,
  behind: readonly PaperFacts[] = [],
): Proof {
  const span = spanOf(line, paper, kind, terms, all);
  const fault = faultOf(line, paper, kind, terms, all) ?? (span.isKnown ? null : 'incomplete');
  const parent = parentOf(paper, kind, all, behind);
  const condition = conditionOf(kind);
  const scope = terms.isForShip ? scopeOf(line.limits, all.question.vessel) : 'good';
  const own = fault ? [] : withoutSuspension(period(span.from, span.usableTo), paper);
  const grace = fault ? [] : withoutSuspension(span.grace, paper);
  const isSure = paper.verification === 'verified' && scope === 'good';
  const coverage = within(parent.coverage, {
    verified: isSure && condition === null ? own : [],
    allowed: isSure ? union([...own, ...grace]) : [],
    hoped: union([...own, ...grace]),
  });
  return {
    paper,
    kind,
    coverage,
    condition: condition ?? (span.grace.length > 0 ? 'grace' : null),
    reasonOn: (day) => {
      if (fault) return fault;
      if (day < span.from) return 'not_yet_valid';
      if (day > span.usableTo) return day > span.to && day === all.question.on ? span.endReason : 'expires_before';
      if (isSuspended(paper, day)) return 'suspended';
      if (parent.isMissing || !has(parent.coverage.hoped, day)) return 'parent_invalid';
      return scope === 'good' ? 'not_verified' : paper.verification === 'verified' ? 'limited' : 'not_verified';
    },
  };
}

/** Of several ways the days of all of them. */
export function anyOf(coverages: readonly Coverage[]): Coverage {
  return atLeast(1, coverages);
}

export function atLeast(count: number, coverages: readonly Coverage[]): Coverage {
  return {
    verified: inAtLeast(
      count,
      coverages.map(({ verified }) => verified),
    ),
    allowed: inAtLeast(
      count,
      coverages.map(({ allowed }) => allowed),
    ),
    hoped: inAtLeast(
      count,
      coverages.map(({ hoped }) => hoped),
    ),
  };
}

/** The days of one that are in the other too. */
export function within(a: Coverage, b: Coverage): Coverage {
  return {
    verified: intersection(a.verified, b.verified),
    allowed: intersection(a.allowed, b.allowed),
    hoped: intersection(a.hoped, b.hoped),
  };
}

interface Span {
  from: CalendarDate;
  to: CalendarDate;
  /** `to` less the margin. */
  usableTo: CalendarDate;
  endReason: Reason;
  grace: Period[];
  isKnown: boolean;
}

function spanOf(line: LineFacts, paper: PaperFacts, kind: Kind, terms: Terms, all: Papers): Span {
  const { question } = all;
  const previous = all.papers.find(({ id }) => id === paper.renewsId);
  const dated = { ...paper, previousEnd: previous?.expiryDate ?? null };
  const own = endOf(line, dated, kind.definition, question.person);
  const issued = line.issuedOn ?? paper.issueDate;
  const byAge = terms.greatestAgeMonths !== undefined && issued ? addMonths(issued, terms.greatestAgeMonths) : LAST_DAY;
  const checkDays = least(terms.greatestAgeDays, kind.definition.greatestAgeDays);
  const byCheck = checkDays !== undefined && paper.checkedOn ? addDays(paper.checkedOn, checkDays) : LAST_DAY;
  const byOther = paper.type === 'certificate' ? firstReceiptEnd(line, paper, kind, all) : LAST_DAY;
  const ends = [own.endsOn ?? LAST_DAY, byAge, byOther];
  const paperTo = ends.reduce((a, b) => (b < a ? b : a));
  const to = byCheck < paperTo ? byCheck : paperTo;
  const from = own.startsOn ?? FIRST_DAY;
  const { marginDays = 0, marginFrom = 'sign_off' } = terms;
  const isLeft = marginFrom === 'sign_on' || to === LAST_DAY;
  return {
    from,
    to,
    usableTo: isLeft ? to : addDays(to, -marginDays),
    endReason: byCheck < paperTo ? 'check_too_old' : 'expired',
    grace: graceOf(from, to, terms, question),
    isKnown: own.isKnown,
  };
}

/** What ends on a voyage (STCW I/9, MLC A1.2 §9): for who went on board with it while it was good. */
function graceOf(from: CalendarDate, to: CalendarDate, { graceMonths }: Terms, { as }: Question): Period[] {
  if (graceMonths === undefined || as.mode !== 'on_board' || to === LAST_DAY) return [];
  if (as.since < from || as.since > to) return [];
  return period(addDays(to, 1), addMonths(to, graceMonths));
}

/** A second receipt for one application adds nothing: the bridge is as long as the first one says (STCW I/10 §5). */
function firstReceiptEnd(
  line: LineFacts,
  paper: PaperFacts,
  kind: Kind,
  { papers, kinds, question }: Papers,
): CalendarDate {
  if (!kind.definition.provisionalFor || paper.endorsesId === null) return LAST_DAY;
  const flag = flagOf(line, paper);
  let first = LAST_DAY;
  for (const other of papers) {
    if (other.endorsesId !== paper.endorsesId || other.verification === 'rejected') continue;
    for (const otherLine of other.lines) {
      if (otherLine.kindId !== line.kindId || flagOf(otherLine, other) !== flag) continue;
      const definition = kinds.get(otherLine.kindId)?.definition;
      const end = definition && endOf(otherLine, { ...other, previousEnd: null }, definition, question.person).endsOn;
      if (end && end < first) first = end;
    }
  }
  return first;
}

/** For which flag an endorsement or receipt is. */
export function flagOf(line: LineFacts, paper: PaperFacts): string | null {
  return line.limits?.flag ?? paper.issuingState;
}

/** What holds for every day. */
function faultOf(line: LineFacts, paper: PaperFacts, kind: Kind, terms: Terms, all: Papers): Reason | null {
  const { question } = all;
  if (paper.verification === 'rejected') return 'rejected';
  if (paper.verification === 'not_submitted') return 'not_verified';
  if (isOfAnother(paper, question.person.name)) return 'holder_mismatch';
  if (isIncomplete(line, paper, kind)) return 'incomplete';
  if (kind.definition.required.file && !paper.hasFile && paper.method !== ORIGINAL_SEEN) return 'no_file';
  if (!isFromIssuer(paper, terms)) return 'wrong_issuer';
  if (!isIssuedWithin(line.issuedOn ?? paper.issueDate, terms)) return 'out_of_scope';
  const scope = terms.isForShip ? scopeOf(line.limits, question.vessel) : 'good';
  if (scope === 'out_of_scope' || scope === 'limited') return scope;
  return isLongEnoughAtStart(line, paper, kind, terms, all) ? null : 'expires_before';
}

function isOfAnother({ verifiedName }: PaperFacts, name: string | null): boolean {
  return verifiedName !== null && name !== null && foldName(verifiedName) !== foldName(name);
}

function isIncomplete(line: LineFacts, paper: PaperFacts, { definition }: Kind): boolean {
  const { required, parents = [], code } = definition;
  if (parents.length > 0 && paper.endorsesId === null) return true;
  if (code === DISPENSATION && line.limits?.vesselImo === undefined) return true;
  return (
    (required.number === true && paper.number === null) ||
    (required.authority === true && paper.authority === null && paper.issuingState === null) ||
    (required.issueDate === true && paper.issueDate === null && line.issuedOn === null) ||
    (required.expiryDate === true && paper.expiryDate === null && line.endsOn === null && paper.extendedUntil === null)
  );
}

function isFromIssuer({ issuingState, authority }: PaperFacts, { issuers }: Terms): boolean {
  if (issuers?.states && (issuingState === null || !issuers.states.includes(issuingState))) return false;
  if (!issuers?.authorities) return true;
  return authority !== null && issuers.authorities.some((name) => foldName(name) === foldName(authority));
}

function isIssuedWithin(issued: CalendarDate | null, { issuedFrom, issuedBefore }: Terms): boolean {
  if (issuedFrom !== undefined && (issued === null || issued < issuedFrom)) return false;
  return issuedBefore === undefined || (issued !== null && issued < issuedBefore);
}

function isLongEnoughAtStart(line: LineFacts, paper: PaperFacts, kind: Kind, terms: Terms, all: Papers): boolean {
  const { marginDays = 0, marginFrom } = terms;
  if (marginFrom !== 'sign_on' || marginDays === 0) return true;
  const { to } = spanOf(line, paper, kind, terms, all);
  const { as, on } = all.question;
  const signOn = as.mode === 'on_board' ? as.since : on;
  // What has run out is told as that.
  return to < on || to >= addDays(signOn, marginDays);
}

function conditionOf({ definition }: Kind): ItemCondition | null {
  if (definition.code === DISPENSATION) return 'dispensation';
  return definition.provisionalFor ? 'provisional' : null;
}

/** For what the paper behind this one is good; for ever where there need be none. */
function parentOf(
  paper: PaperFacts,
  { definition: { parents = [] } }: Kind,
  all: Papers,
  behind: readonly PaperFacts[],
): { coverage: Coverage; isMissing: boolean } {
  if (parents.length === 0) {
    const ever = period(FIRST_DAY, LAST_DAY);
    return { coverage: { verified: ever, allowed: ever, hoped: ever }, isMissing: false };
  }
  const parent = all.papers.find(({ id }) => id === paper.endorsesId);
  const proofs: Proof[] = [];
  if (parent && parent !== paper && !behind.includes(parent)) {
    for (const line of parent.lines) {
      const kind = all.kinds.get(line.kindId);
      if (!kind || !parents.includes(kind.definition.code)) continue;
      proofs.push(proofOf(line, parent, kind, WITHOUT_TERMS, all, [...behind, paper]));
    }
  }
  return { coverage: anyOf(proofs.map(({ coverage }) => coverage)), isMissing: proofs.length === 0 };
}

function withoutSuspension(periods: Period[], { suspension }: PaperFacts): Period[] {
  return suspension ? without(periods, { from: suspension.from, to: suspension.until ?? LAST_DAY }) : periods;
}

function isSuspended({ suspension }: PaperFacts, day: CalendarDate): boolean {
  return suspension !== null && suspension.from <= day && day <= (suspension.until ?? LAST_DAY);
}

function has(periods: readonly Period[], day: CalendarDate): boolean {
  return periods.some(({ from, to }) => from <= day && day <= to);
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}
