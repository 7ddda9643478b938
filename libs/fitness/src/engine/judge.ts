import type { CalendarDate } from '#libs/common';
import type { Kind } from '#libs/kinds';
import type { CoverIndex } from './covers';
import type { LineFacts, PaperFacts } from './facts';
import type { Period } from './periods';
import {
  atLeast,
  flagOf,
  incompleteProof,
  nothing,
  type Papers,
  type Proof,
  proofOf,
  type Terms,
  within,
} from './proof';
import type { PaperNeed, RecognitionNeed } from '#libs/requirements';
import { bestFirst, stateOf, validUntil, type Verdict, verdictOn } from './verdict';

/** What a person has, and how it is read. */
export interface Evidence extends Papers {
  byCode: ReadonlyMap<string, Kind>;
  covers: CoverIndex;
}

const ENDORSEMENT = 'FL-END';
const MISSING: Verdict = {
  coverage: nothing(),
  state: 'not_fit',
  proof: null,
  reason: 'missing',
  condition: null,
  standIn: null,
  validUntil: null,
};

/** What the person has of what is needed. */
export function judge(need: PaperNeed, terms: Terms, evidence: Evidence): Verdict {
  if ('kind' in need) return best(proofsOf(need.kind, terms, evidence), daysOf(evidence));
  if ('allOf' in need) return some(need.allOf.length, need.allOf, terms, evidence);
  if ('oneOf' in need) return some(1, need.oneOf, terms, evidence);
  return some(need.nOf, need.of, terms, evidence);
}

/** Null: there is nothing to be recognised. */
export function judgeRecognition(
  { recognised, provisional }: RecognitionNeed,
  terms: Terms,
  evidence: Evidence,
): Verdict | null {
  const { papers, kinds, question } = evidence;
  const held = papers.flatMap((paper) =>
    paper.lines.flatMap((line) => {
      const kind = kinds.get(line.kindId);
      return kind && recognised.includes(kind.definition.code) && paper.verification !== 'rejected'
        ? [{ line, paper, kind }]
        : [];
    }),
  );
  if (held.length === 0) return null;
  const flag = question.vessel?.flag ?? null;
  const proofs = held.flatMap(({ line, paper, kind }) => {
    const own = proofOf(line, paper, kind, terms, evidence);
    if (flag !== null && paper.issuingState === flag) return [own];
    return endorsementsOf(paper, provisional, terms, evidence).map((proof) => ({
      ...proof,
      coverage: within(proof.coverage, own.coverage),
    }));
  });
  return best(proofs, daysOf(evidence));
}

function endorsementsOf(paper: PaperFacts, provisional: boolean, terms: Terms, evidence: Evidence): Proof[] {
  const flag = evidence.question.vessel?.flag ?? null;
  return evidence.papers
    .filter(({ endorsesId }) => endorsesId === paper.id)
    .flatMap((endorsement) =>
      endorsement.lines.flatMap((line) => {
        const kind = evidence.kinds.get(line.kindId);
        if (!kind || !isRecognition(kind, provisional)) return [];
        const proof = proofOf(line, endorsement, kind, terms, evidence);
        return [flagOf(line, endorsement) === flag ? proof : outOfScope(proof)];
      }),
    );
}

function isRecognition({ definition: { code, provisionalFor = [] } }: Kind, provisional: boolean): boolean {
  return code === ENDORSEMENT || (provisional && provisionalFor.includes(ENDORSEMENT));
}

function outOfScope(proof: Proof): Proof {
  return { ...proof, coverage: nothing(), reasonOn: () => 'out_of_scope' };
}

/** By papers of the kind itself, and of kinds that cover it. */
function proofsOf(code: string, terms: Terms, evidence: Evidence): Proof[] {
  const { papers, kinds, covers, byCode } = evidence;
  const covering = covers.get(code);
  const counts = (kind: Kind, issued: CalendarDate | null) => {
    if (kind.definition.code === code) return true;
    const from = covering?.get(kind.definition.code);
    return from === null || (from !== undefined && issued !== null && issued >= from);
  };
  return papers.flatMap((paper) => {
    if (isOfWordOnly(paper, byCode.get(code))) return [incompleteProof(paper)];
    return paper.lines.flatMap((line: LineFacts) => {
      const kind = kinds.get(line.kindId);
      return kind && counts(kind, line.issuedOn ?? paper.issueDate)
        ? [proofOf(line, paper, kind, terms, evidence)]
        : [];
    });
  });
}

/** It may be what is asked for, but does not say so. `other` says nothing at all. */
function isOfWordOnly({ type, word, lines, kindId }: PaperFacts, kind: Kind | undefined): boolean {
  if (kindId !== null || lines.length > 0 || type !== 'certificate' || word === 'other') return false;
  const holder = kind?.definition.holder;
  return holder?.credential === 'certificate' && holder.certificateType === word;
}

function best(proofs: Proof[], days: Period): Verdict {
  if (proofs.length === 0) return MISSING;
  return together(
    1,
    proofs.map((proof) => verdictOn(proof, days)),
    days,
  );
}

function some(count: number, needs: readonly PaperNeed[], terms: Terms, evidence: Evidence): Verdict {
  return together(
    count,
    needs.map((need) => judge(need, terms, evidence)),
    daysOf(evidence),
  );
}

/** What so many of them come to, each day by those that are good then; told by the one that decides. */
function together(count: number, verdicts: Verdict[], days: Period): Verdict {
  const inOrder = verdicts.sort(bestFirst);
  const decisive = inOrder[count - 1] as Verdict;
  const coverage = atLeast(
    count,
    inOrder.map((verdict) => verdict.coverage),
  );
  const state = stateOf(coverage, days);
  const standIn = decisive.standIn ?? inOrder.find((verdict) => verdict.standIn !== null)?.standIn ?? null;
  return {
    ...decisive,
    coverage,
    state,
    reason: state === 'fit' ? null : decisive.reason,
    condition: state === 'fit_with_waiver' ? (decisive.condition ?? standIn) : null,
    standIn,
    validUntil: validUntil(coverage, state, days),
  };
}

function daysOf({ question: { on, until } }: Evidence): Period {
  return { from: on, to: until };
}
