import { addDays } from '#libs/common';
import type { KindDefinition } from '#libs/kinds';
import type { FitnessFacts, LineFacts, PaperFacts, Question } from '#libs/fitness';
import type { Condition, Cover, PaperNeed, Requirement, Waiver } from '#libs/requirements';

/** Whether something holds by what was verified, with what stands in for it, or if what is pending is verified. */
type Level = 'verified' | 'allowed' | 'hoped';

export interface NaiveItem {
  code: string;
  state: string;
  validUntil: string | null;
}

/** Long before the first and long after the last day of which papers speak. */
const DAYS = Array.from({ length: 2100 }, (_, n) => addDays('2023-06-01', n));

/**
 * The rules of fitness once more, for comparison: it looks at each day by itself, has no periods and no shortcuts, and takes its time.
 */
export class NaiveFitness {
  /** Does not change from day to day. */
  private readonly edges: Cover[];
  private readonly ends = new Map<LineFacts, string | null>();

  constructor(
    private readonly question: Question,
    private readonly facts: FitnessFacts,
  ) {
    const layers = facts.layers.filter(({ definition }) => !definition.applies.some((one) => this.holds(one) === 'no'));
    const denied = layers.flatMap(({ definition }) => definition.coversNot ?? []);
    this.edges = layers
      .flatMap(({ definition }) => definition.covers ?? [])
      .filter(({ from, to }) => !denied.some((no) => no.from === from && no.to === to));
  }

  answer(): { state: string; validUntil: string | null; items: NaiveItem[] } {
    const items: (NaiveItem & { level: string })[] = [];
    for (const layer of this.facts.layers) {
      for (const requirement of layer.definition.requirements) {
        const holds = [...layer.definition.applies, ...requirement.when].map((condition) => this.holds(condition));
        if (holds.includes('no')) continue;
        const item = this.item(layer.id, requirement, holds.includes('unknown'));
        if (item) items.push({ ...item, level: requirement.level });
      }
    }
    const mandatory = items.filter(({ level }) => level === 'mandatory');
    const has = (state: string) => mandatory.some((item) => item.state === state);
    const state = has('not_fit')
      ? 'not_fit'
      : mandatory.length === 0 || has('unknown')
        ? 'unknown'
        : has('at_risk')
          ? 'at_risk'
          : has('fit_with_waiver')
            ? 'fit_with_waiver'
            : 'fit';
    const ends = mandatory.flatMap(({ validUntil }) => (validUntil === null ? [] : [validUntil])).sort();
    const isFit = state === 'fit' || state === 'fit_with_waiver';
    return { state, validUntil: isFit ? (ends[0] ?? null) : null, items: items.map(({ level: _, ...item }) => item) };
  }

  private item(layerId: string, requirement: Requirement, isUnsure: boolean): NaiveItem | null {
    if ('recognised' in requirement.need && !this.holdsAny(requirement.need.recognised)) return null;
    const waivers = this.facts.waivers.filter(
      (waiver) => waiver.layerId === layerId && waiver.requirementCode === requirement.code,
    );
    let state = this.stateOf(requirement, []);
    let counted: Waiver[] = [];
    if (state !== 'fit' && state !== 'fit_with_waiver') {
      counted = waivers;
      state = this.stateOf(requirement, waivers);
    }
    const level = state === 'fit' ? 'verified' : state === 'fit_with_waiver' ? 'allowed' : 'hoped';
    const isGood = (day: string) => this.isMet(requirement, counted, day, level);
    const isFlagUnknown = 'recognised' in requirement.need && this.question.vessel?.flag === null;
    const shown = state === 'not_fit' && (isUnsure || isFlagUnknown) ? 'unknown' : state;
    return { code: requirement.code, state: shown, validUntil: lastDay(this.question.on, isGood) };
  }

  private stateOf(requirement: Requirement, waivers: Waiver[]): 'fit' | 'fit_with_waiver' | 'at_risk' | 'not_fit' {
    const days: string[] = [];
    for (let day = this.question.on; day <= this.question.until; day = addDays(day, 1)) days.push(day);
    const always = (level: Level) => days.every((day) => this.isMet(requirement, waivers, day, level));
    return always('verified') ? 'fit' : always('allowed') ? 'fit_with_waiver' : always('hoped') ? 'at_risk' : 'not_fit';
  }

  private isMet(requirement: Requirement, waivers: Waiver[], day: string, level: Level): boolean {
    if (level !== 'verified' && waivers.some((waiver) => this.isWaived(requirement, waiver, day))) return true;
    const { need } = requirement;
    return 'recognised' in need
      ? this.isRecognised(requirement, day, level)
      : this.isNeedMet(need, requirement, day, level);
  }

  private isWaived(requirement: Requirement, { startsOn, endsOn, dispensationId }: Waiver, day: string): boolean {
    if (day < startsOn || day > endsOn) return false;
    if (dispensationId === null) return requirement.basis === 'client' || requirement.basis === 'company';
    const dispensation = this.facts.papers.find(({ id }) => id === dispensationId);
    return !!dispensation?.lines.some(
      (line) => this.codeOf(line) === 'FL-DISP' && this.isGood(line, dispensation, {}, true, day, 'allowed', []),
    );
  }

  private isNeedMet(need: PaperNeed, terms: Requirement, day: string, level: Level): boolean {
    if ('allOf' in need) return need.allOf.every((one) => this.isNeedMet(one, terms, day, level));
    if ('oneOf' in need) return need.oneOf.some((one) => this.isNeedMet(one, terms, day, level));
    if ('nOf' in need) return need.of.filter((one) => this.isNeedMet(one, terms, day, level)).length >= need.nOf;
    return this.facts.papers.some((paper) =>
      paper.lines.some((line) => {
        const issued = line.issuedOn ?? paper.issueDate;
        if (!this.covers(this.codeOf(line), need.kind, issued, [])) return false;
        return this.isGood(line, paper, terms, true, day, level, []);
      }),
    );
  }

  private isRecognised(requirement: Requirement, day: string, level: Level): boolean {
    const { need } = requirement;
    if (!('recognised' in need)) return false;
    const flag = this.question.vessel?.flag ?? null;
    const { papers } = this.facts;
    return papers.some((paper) =>
      paper.lines.some((line) => {
        if (!need.recognised.includes(this.codeOf(line)) || paper.verification === 'rejected') return false;
        if (!this.isGood(line, paper, requirement, true, day, level, [])) return false;
        if (flag !== null && paper.issuingState === flag) return true;
        return papers.some(
          (endorsement) =>
            endorsement.endorsesId === paper.id &&
            endorsement.lines.some((other) => {
              const code = this.codeOf(other);
              if (code !== 'FL-END' && !(need.provisional && code === 'FL-CRA')) return false;
              if ((other.limits?.flag ?? endorsement.issuingState) !== flag) return false;
              return this.isGood(other, endorsement, requirement, true, day, level, []);
            }),
        );
      }),
    );
  }

  private holdsAny(codes: string[]): boolean {
    return this.facts.papers.some(
      (paper) => paper.verification !== 'rejected' && paper.lines.some((line) => codes.includes(this.codeOf(line))),
    );
  }

  private covers(held: string, wanted: string, issued: string | null, seen: string[]): boolean {
    if (held === wanted) return true;
    return this.edges.some(({ from, to, issuedFrom }) => {
      if (from !== held || seen.includes(to)) return false;
      if (issuedFrom && (issued === null || issued < issuedFrom)) return false;
      return this.covers(to, wanted, issued, [...seen, held]);
    });
  }

  private isGood(
    line: LineFacts,
    paper: PaperFacts,
    terms: Partial<Requirement>,
    isForShip: boolean,
    day: string,
    level: Level,
    behind: PaperFacts[],
  ): boolean {
    const kind = this.definitionOf(line);
    if (paper.verification === 'rejected' || paper.verification === 'not_submitted') return false;
    if (paper.verification === 'pending' && level !== 'hoped') return false;
    if (
      paper.verifiedName !== null &&
      this.question.person.name !== null &&
      paper.verifiedName !== this.question.person.name
    )
      return false;
    const isStandIn = kind.code === 'FL-DISP' || kind.code === 'FL-CRA';
    if (isStandIn && level === 'verified') return false;
    if (kind.required.number && paper.number === null) return false;
    if (kind.required.issueDate && paper.issueDate === null && line.issuedOn === null) return false;
    if (kind.required.file && !paper.hasFile && paper.method !== 'original_seen') return false;
    if (kind.code === 'FL-DISP' && line.limits?.vesselImo === undefined) return false;
    if (paper.suspension && day >= paper.suspension.from && day <= (paper.suspension.until ?? '9999')) return false;
    if (terms.issuers?.states && !terms.issuers.states.includes(paper.issuingState ?? '')) return false;
    const issued = line.issuedOn ?? paper.issueDate;
    if (terms.issuedFrom && (issued === null || issued < terms.issuedFrom)) return false;
    if (terms.issuedBefore && (issued === null || issued >= terms.issuedBefore)) return false;
    if (isForShip && line.limits) {
      const { vessel } = this.question;
      const { maxGt, flag, vesselImo, restriction } = line.limits;
      if (maxGt !== undefined && vessel && vessel.gt !== null && vessel.gt > maxGt) return false;
      if (flag !== undefined && vessel && vessel.flag !== null && vessel.flag !== flag) return false;
      if (vesselImo !== undefined && vessel && vessel.imo !== null && vessel.imo !== vesselImo) return false;
      const isOpen =
        restriction !== undefined ||
        (maxGt !== undefined && (vessel === null || vessel.gt === null)) ||
        (flag !== undefined && (vessel === null || vessel.flag === null)) ||
        (vesselImo !== undefined && (vessel === null || vessel.imo === null));
      if (isOpen && level !== 'hoped') return false;
    }
    if (!this.isInDate(line, paper, terms, day, level)) return false;
    if (!kind.parents) return true;
    const parent = this.facts.papers.find(({ id }) => id === paper.endorsesId);
    if (!parent || parent === paper || behind.includes(parent)) return false;
    return parent.lines.some(
      (other) =>
        kind.parents?.includes(this.codeOf(other)) &&
        this.isGood(other, parent, {}, false, day, level, [...behind, paper]),
    );
  }

  private isInDate(
    line: LineFacts,
    paper: PaperFacts,
    terms: Partial<Requirement>,
    day: string,
    level: Level,
  ): boolean {
    const kind = this.definitionOf(line);
    const issued = line.issuedOn ?? paper.issueDate;
    const start = issued === null ? null : addDays(issued, kind.validity.startsAfterDays ?? 0);
    if (start !== null && day < start) return false;
    const ends: string[] = [];
    const end = this.endOf(line, paper);
    if (end === 'unknown') return false;
    if (end !== null) ends.push(end);
    if (terms.greatestAgeMonths !== undefined && issued) ends.push(monthsLater(issued, terms.greatestAgeMonths));
    if (kind.code === 'FL-CRA') {
      for (const other of this.facts.papers) {
        if (other.endorsesId !== paper.endorsesId || other.verification === 'rejected') continue;
        for (const one of other.lines) {
          if (this.codeOf(one) !== 'FL-CRA') continue;
          if ((one.limits?.flag ?? other.issuingState) !== (line.limits?.flag ?? paper.issuingState)) continue;
          const first = this.endOf(one, other);
          if (first !== null && first !== 'unknown') ends.push(first);
        }
      }
    }
    const age = Math.min(terms.greatestAgeDays ?? Infinity, kind.greatestAgeDays ?? Infinity);
    if (age !== Infinity && paper.checkedOn) ends.push(addDays(paper.checkedOn, age));
    const last = ends.sort()[0];
    if (last === undefined) return true;
    const margin = terms.marginDays ?? 0;
    const { as, on } = this.question;
    if (terms.marginFrom === 'sign_on') {
      const signOn = as.mode === 'on_board' ? as.since : on;
      if (last >= on && last < addDays(signOn, margin)) return false;
    }
    if (day <= addDays(last, terms.marginFrom === 'sign_on' ? 0 : -margin)) return true;
    if (terms.graceMonths === undefined || as.mode !== 'on_board' || level === 'verified') return false;
    if ((start !== null && as.since < start) || as.since > last) return false;
    return day > last && day <= monthsLater(last, terms.graceMonths);
  }

  private endOf(line: LineFacts, paper: PaperFacts): string | null {
    let end = this.ends.get(line);
    if (end === undefined) this.ends.set(line, (end = this.workedOutEnd(line, paper)));
    return end;
  }

  /** Null: none; `unknown`: there is one, but of what day nobody can say. */
  private workedOutEnd(line: LineFacts, paper: PaperFacts): string | null {
    const { validity } = this.definitionOf(line);
    const issued = line.issuedOn ?? paper.issueDate;
    const isOwn =
      line.kindId === paper.kindId || (line.endsOn === null && ['printed', 'revalidation'].includes(validity.rule));
    const printed = validity.ignoresPrinted ? null : (line.endsOn ?? (isOwn ? paper.expiryDate : null));
    if (validity.rule === 'printed' || validity.rule === 'none') return printed;
    const isYoung =
      validity.under && this.question.person.dateOfBirth && issued
        ? monthsLater(this.question.person.dateOfBirth, validity.under.age * 12) > issued
        : false;
    const computed = issued && monthsLater(issued, isYoung ? (validity.under?.months ?? 0) : (validity.months ?? 0));
    if (printed === null) return computed ?? 'unknown';
    return validity.cuts && computed !== null && computed < printed ? computed : printed;
  }

  private holds(condition: Condition): 'yes' | 'no' | 'unknown' {
    const { person, vessel } = this.question;
    const told = (is: boolean) => (is ? 'yes' : 'no');
    if ('ship' in condition) return told((vessel !== null) === condition.ship);
    if ('duties' in condition) return told(person.duties.some((duty) => condition.duties.includes(duty)));
    const facts: Record<string, unknown> = { ...vessel, ...person };
    const value = facts[condition.fact] ?? null;
    if (value === null) return 'unknown';
    if ('in' in condition) return told(condition.in.includes(value as string));
    if ('notIn' in condition) return told(!condition.notIn.includes(value as string));
    if ('is' in condition) return told(value === condition.is);
    const number = value as number;
    return told(
      (condition.min === undefined || number >= condition.min) &&
        (condition.below === undefined || number < condition.below),
    );
  }

  private codeOf(line: LineFacts): string {
    return this.facts.kinds.get(line.kindId)?.definition.code ?? '';
  }

  private definitionOf(line: LineFacts): KindDefinition {
    const kind = this.facts.kinds.get(line.kindId);
    if (!kind) throw new Error('An unknown kind');
    return kind.definition;
  }
}

/** Last good day of the days from `on`; of a day that is not good, the last one before it that was. */
function lastDay(on: string, isGood: (day: string) => boolean): string | null {
  const start = DAYS.indexOf(on);
  if (isGood(on)) {
    const end = DAYS.findIndex((day, index) => index > start && !isGood(day));
    return end < 0 ? null : (DAYS[end - 1] ?? null);
  }
  return DAYS.slice(0, start).findLast(isGood) ?? null;
}

function monthsLater(date: string, months: number): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const index = year * 12 + (month - 1) + months;
  const first = new Date(Date.UTC(Math.floor(index / 12), index % 12, 1));
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, length));
  return first.toISOString().slice(0, 10);
}
