import fc from 'fast-check';
import { addDays } from '#libs/common';
import type { Kind, KindDefinition, Validity } from '#libs/kinds';
import { type FitnessFacts, fitnessOf, type LineFacts, type PaperFacts, type Question } from '#libs/fitness';
import type { Condition, Cover, Layer, PaperNeed, Requirement, Waiver } from '#libs/requirements';
import { person, vessel } from '../support/fitness-facts';
import { NaiveFitness } from '../support/naive-fitness';

const RUNS = 2000;

/** One of each sort of kind there is. */
const KINDS: ReadonlyMap<string, Kind> = new Map(
  [
    kind('COC', { rule: 'revalidation', months: 24, longestMonths: 30 }),
    kind('MATE', { rule: 'printed' }),
    kind('MEDICAL', { rule: 'issue_plus', months: 12, cuts: true, under: { age: 18, months: 6 } }),
    kind('FIRST-AID', { rule: 'none' }),
    kind('YELLOW', { rule: 'none', ignoresPrinted: true, startsAfterDays: 10 }),
    kind('CHECK', { rule: 'none' }, { greatestAgeDays: 31 }),
    kind('FL-END', { rule: 'printed' }, { parents: ['COC', 'MATE'] }),
    kind('FL-CRA', { rule: 'issue_plus', months: 12, cuts: true }, { parents: ['COC'], provisionalFor: ['FL-END'] }),
    kind('FL-DISP', { rule: 'printed' }),
  ].map((one) => [one.id, one]),
);
const CODES = [...KINDS.values()].map(({ definition }) => definition.code);

function kind(code: string, validity: Validity, given: Partial<KindDefinition> = {}): Kind {
  const definition: KindDefinition = {
    code,
    name: { en: code },
    holder: { credential: 'certificate', certificateType: 'other' },
    required: { issueDate: code !== 'MATE', file: code === 'MEDICAL', number: code === 'COC' },
    validity,
    basis: 'knowledge',
    sources: [],
    ...given,
  };
  return { id: `kind-${code}`, definition, origin: 'own', isActive: true, version: 1 };
}

/** Days close enough to one another to meet, with leap day and ends of months among them. */
const DAY = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 900 }).map((n) => addDays('2024-01-15', n)) },
  { weight: 1, arbitrary: fc.constantFrom('2024-02-29', '2026-02-28', '2026-03-01', '2024-12-31', '2026-02-27') },
);
const perhaps = <T>(arbitrary: fc.Arbitrary<T>, freq = 2) => fc.option(arbitrary, { nil: null, freq });
/** Mostly what is usual, so that faults come one at a time. */
const mostly = <T>(usual: T, arbitrary: fc.Arbitrary<T>, weight = 12) =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => mostly<T | undefined>(undefined, arbitrary, 7);

const LIMITS = mostly<LineFacts['limits']>(
  null,
  fc.constantFrom<NonNullable<LineFacts['limits']>[]>(
    ...[{ maxGt: 2999 }, { maxGt: 6000 }, { flag: 'NOR' }, { flag: 'PHL' }],
    ...[{ vesselImo: '9319466' }, { restriction: 'In words' }],
  ),
  6,
);

const LINE: fc.Arbitrary<LineFacts> = fc
  .record({
    kindId: fc.constantFrom(...KINDS.keys()),
    endsOn: perhaps(DAY),
    issuedOn: mostly<string | null>(null, DAY, 4),
    limits: LIMITS,
  })
  .map((line) =>
    line.kindId === 'kind-FL-DISP' ? { ...line, limits: { vesselImo: '9074729', ...line.limits } } : line,
  );

const PAPER = fc.record({
  lines: fc.array(LINE, { minLength: 1, maxLength: 3 }),
  isOwnKind: mostly(true, fc.boolean(), 3),
  number: mostly<string | null>('1', fc.constant(null)),
  issuingState: mostly<string | null>('PHL', fc.constantFrom('NOR', null), 2),
  issueDate: mostly<string | null>('2024-03-31', perhaps(DAY, 6), 1),
  expiryDate: perhaps(DAY, 2),
  hasFile: mostly(true, fc.boolean()),
  verification: mostly<string>('verified', fc.constantFrom('pending', 'pending', 'rejected', 'not_submitted'), 4),
  method: mostly('document_only', fc.constant('original_seen')),
  checkedOn: mostly<string | null>('2025-06-01', perhaps(DAY, 3), 2),
  verifiedName: mostly<string | null>('Ana Cruz', fc.constantFrom(null, 'Eva Cruz')),
  behind: perhaps(fc.constantFrom(0, 0, 0, 1, 2, 3), 4),
  isCompetence: fc.boolean(),
  suspension: mostly<{ from: string; until: string | null } | null>(
    null,
    fc.record({ from: DAY, until: perhaps(DAY) }),
    5,
  ),
});

const PAPERS: fc.Arbitrary<PaperFacts[]> = fc.array(PAPER, { maxLength: 7 }).map((papers) =>
  papers.map(({ isOwnKind, isCompetence, behind, verification, suspension, lines, ...paper }, index) => ({
    ...paper,
    // Something for the others to stand on.
    lines: index === 0 && isCompetence ? lines.map((line) => ({ ...line, kindId: 'kind-COC' })) : lines,
    type: 'certificate',
    id: `paper-${index}`,
    kindId: isOwnKind ? (lines[0]?.kindId ?? null) : null,
    word: 'other',
    authority: 'A',
    courseDate: null,
    extendedUntil: null,
    verification: verification as PaperFacts['verification'],
    endorsesId: behind === null ? null : `paper-${behind}`,
    renewsId: null,
    suspension: suspension && (suspension.until ?? '9') >= suspension.from ? suspension : null,
  })),
);

const { need } = fc.letrec<{ need: PaperNeed }>((tie) => ({
  need: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'need' },
    { weight: 4, arbitrary: fc.constantFrom(...CODES).map((code): PaperNeed => ({ kind: code })) },
    {
      weight: 1,
      arbitrary: fc.array(tie('need'), { minLength: 1, maxLength: 3 }).map((oneOf): PaperNeed => ({ oneOf })),
    },
    {
      weight: 1,
      arbitrary: fc.array(tie('need'), { minLength: 1, maxLength: 3 }).map((allOf): PaperNeed => ({ allOf })),
    },
    {
      weight: 1,
      arbitrary: fc.array(tie('need'), { minLength: 2, maxLength: 3 }).map((of): PaperNeed => ({ nOf: 2, of })),
    },
  ),
}));

const CONDITION: fc.Arbitrary<Condition> = fc.constantFrom<Condition[]>(
  { ship: true },
  { fact: 'gt', min: 3000 },
  { fact: 'gt', below: 3000 },
  { fact: 'flag', in: ['NOR'] },
  { fact: 'flag', notIn: ['NOR'] },
  { fact: 'ecdis', is: true },
  { duties: ['cargo'] },
);

const REQUIREMENT: fc.Arbitrary<Omit<Requirement, 'code'>> = fc.record({
  level: fc.constantFrom('mandatory', 'mandatory', 'recommended'),
  basis: fc.constantFrom('statutory', 'flag', 'client', 'company'),
  when: fc.array(CONDITION, { maxLength: 1 }),
  need: fc.oneof(
    { weight: 3, arbitrary: need },
    {
      weight: 1,
      arbitrary: fc.record({
        recognised: fc.constant(['COC', 'MATE']),
        provisional: mostly(true, fc.constant(false), 2),
      }),
    },
  ),
  marginDays: rarely(fc.constantFrom(1, 30, 180)),
  marginFrom: fc.constantFrom('sign_on', 'sign_off', undefined),
  issuers: rarely(fc.constantFrom({ states: ['PHL'] }, {})),
  issuedFrom: rarely(DAY),
  issuedBefore: rarely(DAY),
  greatestAgeMonths: rarely(fc.constantFrom(6, 12)),
  greatestAgeDays: rarely(fc.constantFrom(31, 90)),
  graceMonths: mostly<number | undefined>(undefined, fc.constant(3), 1),
}) as fc.Arbitrary<Omit<Requirement, 'code'>>;

const COVERS: fc.Arbitrary<Cover[]> = fc.subarray<Cover>([
  { from: 'COC', to: 'MATE' },
  { from: 'MATE', to: 'FIRST-AID' },
  { from: 'MEDICAL', to: 'CHECK', issuedFrom: '2025-06-01' },
  { from: 'MATE', to: 'CHECK', issuedFrom: '2025-01-01' },
  { from: 'CHECK', to: 'YELLOW' },
]);

const LAYER = fc.record({
  applies: fc.array(CONDITION, { maxLength: 1 }),
  requirements: fc.array(REQUIREMENT, { maxLength: 3 }),
  covers: COVERS,
  coversNot: COVERS,
});

const LAYERS: fc.Arbitrary<Layer[]> = fc.array(LAYER, { minLength: 1, maxLength: 2 }).map((layers) =>
  layers.map(({ applies, requirements, covers, coversNot }, index) => ({
    id: `layer-${index}`,
    isOwn: true,
    definition: {
      code: `LAYER-${index}`,
      name: { en: 'A layer' },
      scope: 'client',
      isActive: true,
      // The second one only: what nothing applies to is unknown for another reason.
      applies: index === 0 ? [] : applies,
      requirements: requirements.map((requirement, number) => ({ ...requirement, code: `R${index}-${number}` })),
      covers,
      coversNot: index === 0 ? [] : coversNot,
      sources: [],
    },
  })),
);

const QUESTION: fc.Arbitrary<Question> = fc
  .record({
    on: DAY,
    days: fc.constantFrom(0, 0, 1, 40, 120),
    since: fc.option(fc.nat({ max: 200 }), { nil: null }),
    dateOfBirth: fc.constantFrom('1990-05-04', '2007-08-01', '2008-02-29', null),
    duties: fc.constantFrom(['cargo'], []),
    vessel: fc.constantFrom(
      null,
      vessel({ flag: 'NOR' }),
      vessel({ gt: 2500, ecdis: true }),
      vessel({ flag: null, gt: null, imo: null, ecdis: null }),
    ),
  })
  .map(({ on, days, since, dateOfBirth, duties, vessel: ship }) => ({
    on,
    until: addDays(on, days),
    as: since === null ? { mode: 'joining' } : { mode: 'on_board', since: addDays(on, -since) },
    person: person({ dateOfBirth, duties }),
    vessel: ship,
  }));

const WAIVERS: fc.Arbitrary<Waiver[]> = fc.array(
  fc.record({
    id: fc.constant('waiver'),
    layerId: fc.constant('layer-0'),
    requirementCode: fc.constantFrom('R0-0', 'R0-1'),
    startsOn: DAY,
    endsOn: DAY,
    dispensationId: perhaps(fc.constantFrom('paper-0', 'paper-1', 'paper-2')),
  }),
  { maxLength: 2 },
);

const seen = new Map<string, number>();

it(`is what looking at each day by itself says, for ${RUNS} people, days and sets`, () => {
  fc.assert(
    fc.property(QUESTION, PAPERS, LAYERS, WAIVERS, (question, papers, layers, waivers) => {
      const facts: FitnessFacts = { papers, kinds: KINDS, layers, waivers, wanted: null };
      const answer = fitnessOf(question, facts);
      const items = answer.items.map(({ requirement, state, validUntil }) => ({
        code: requirement.code,
        state,
        validUntil,
      }));
      expect({ state: answer.state, validUntil: answer.validUntil, items }).toEqual(
        new NaiveFitness(question, facts).answer(),
      );
      for (const item of answer.items) {
        if (item.state === 'fit') expect(item.reason).toBeNull();
        if (item.reason === null) expect(item.state === 'fit' || isStandIn(item.condition)).toBe(true);
        expect(item.condition === null).toBe(item.state !== 'fit_with_waiver');
        if (item.reason === 'missing') expect(item.credential).toBeNull();
        for (const word of [item.state, item.reason, item.condition])
          if (word) seen.set(word, (seen.get(word) ?? 0) + 1);
      }
    }),
    { numRuns: RUNS, seed: 20261129 },
  );
});

it.each([
  ...['fit', 'fit_with_waiver', 'at_risk', 'not_fit', 'unknown'],
  ...[
    'expires_before',
    'not_yet_valid',
    'expired',
    'suspended',
    'parent_invalid',
    'check_too_old',
    'limited',
    'out_of_scope',
  ],
  ...['wrong_issuer', 'holder_mismatch', 'no_file', 'incomplete', 'rejected', 'not_verified', 'missing'],
  ...['waiver', 'dispensation', 'provisional', 'grace'],
])('that has had cases of %s', (word) => {
  expect(seen.get(word) ?? 0).toBeGreaterThan(0);
});

/** What counts as something else has nothing wrong with it. */
function isStandIn(condition: string | null): boolean {
  return condition === 'provisional' || condition === 'dispensation';
}
