import { fitnessOf, type PaperFacts, type Question } from '#libs/fitness';
import { type Layer, type Requirement, SHIPPED_LAYERS, type Waiver } from '#libs/requirements';
import { itemOf, KINDS, paper, person, question, vessel } from '../support/fitness-facts';

/** By the sets that come with the product. */
function asked(
  on: string,
  papers: PaperFacts[],
  given: Partial<Question> = {},
  { waivers = [], active = [] }: { waivers?: Waiver[]; active?: string[] } = {},
) {
  const layers = SHIPPED_LAYERS.map((layer) =>
    active.includes(layer.definition.code) ? { ...layer, definition: { ...layer.definition, isActive: true } } : layer,
  );
  return fitnessOf(question(on, given), { papers, kinds: KINDS, layers, waivers, wanted: null });
}

/** What the answer says of one requirement, in short. */
function said(code: string, ...given: Parameters<typeof asked>) {
  const { state, reason, condition, validUntil, credential } = itemOf(asked(...given), code);
  return { state, reason, condition, validUntil, credential: credential?.id ?? null };
}

function layerId(code: string): string {
  return SHIPPED_LAYERS.find(({ definition }) => definition.code === code)?.id ?? '';
}

const MEDICAL = ['MED-STCW', 'MED-COL'];

describe('a medical', () => {
  const leapDay = paper(MEDICAL, { issueDate: '2024-02-29' });

  it('of 29 February 2024 is good for the last time on 28 February 2026, and that day still counts', () => {
    expect(said('medical', '2026-02-28', [leapDay])).toMatchObject({ state: 'fit', validUntil: '2026-02-28' });
    expect(said('medical', '2026-03-01', [leapDay])).toMatchObject({ state: 'not_fit', reason: 'expired' });
  });

  it('lasts one year for somebody who was 17 on the day of issue, two for who was 18', () => {
    const issued = paper(MEDICAL, { issueDate: '2025-06-01' });
    const of = (dateOfBirth: string) =>
      said('medical', '2025-07-01', [issued], { person: person({ dateOfBirth }) }).validUntil;
    expect(of('2007-06-02')).toBe('2026-06-01');
    expect(of('2007-06-01')).toBe('2027-06-01');
  });

  it('ends on the printed day where that is earlier, and two years after issue where it is later', () => {
    const ends = (expiryDate: string) =>
      said('medical', '2025-02-01', [paper(MEDICAL, { issueDate: '2025-01-10', expiryDate })]).validUntil;
    expect(ends('2026-06-30')).toBe('2026-06-30');
    expect(ends('2029-01-09')).toBe('2027-01-10');
  });

  const ended = paper(MEDICAL, { issueDate: '2024-06-14', expiryDate: '2026-06-14' });

  it('that ended yesterday is not enough to go on board', () => {
    expect(said('medical', '2026-06-15', [ended])).toEqual({
      state: 'not_fit',
      reason: 'expired',
      condition: null,
      validUntil: '2026-06-14',
      credential: ended.id,
    });
  });

  it('that ended on the voyage stays in force for three months, and no longer', () => {
    const as = { mode: 'on_board', since: '2026-06-08' } as const;
    expect(said('medical', '2026-06-15', [ended], { as })).toEqual({
      state: 'fit_with_waiver',
      reason: 'expired',
      condition: 'grace',
      validUntil: '2026-09-14',
      credential: ended.id,
    });
    expect(said('medical', '2026-09-14', [ended], { as }).state).toBe('fit_with_waiver');
    expect(said('medical', '2026-09-15', [ended], { as })).toMatchObject({ state: 'not_fit', condition: null });
  });

  it('that had ended before the voyage began is no good on it', () => {
    const as = { mode: 'on_board', since: '2026-06-15' } as const;
    expect(said('medical', '2026-06-20', [ended], { as })).toMatchObject({ state: 'not_fit', reason: 'expired' });
  });

  it('has to last for the whole time', () => {
    expect(said('medical', '2026-06-01', [ended], { until: '2026-06-14' }).state).toBe('fit');
    expect(said('medical', '2026-06-01', [ended], { until: '2026-06-15' })).toMatchObject({
      state: 'not_fit',
      reason: 'expires_before',
    });
  });

  it('with nothing but its type proves nothing, and does not hide that the real one has ended', () => {
    const empty = paper([], { word: 'medical', issueDate: null, number: null, authority: null });
    expect(said('medical', '2026-07-01', [empty])).toMatchObject({ state: 'not_fit', reason: 'incomplete' });
    expect(said('medical', '2026-07-01', [empty, ended])).toMatchObject({
      reason: 'expired',
      credential: ended.id,
      validUntil: '2026-06-14',
    });
  });

  it('that waits for a decision is at risk', () => {
    const pending = paper(MEDICAL, { issueDate: '2026-06-01', verification: 'pending' });
    expect(said('medical', '2026-07-01', [ended, pending])).toMatchObject({
      state: 'at_risk',
      reason: 'not_verified',
      credential: pending.id,
    });
  });

  it('whose successor is verified is followed by it without a gap', () => {
    const next = paper(MEDICAL, { issueDate: '2026-06-10' });
    expect(said('medical', '2026-06-01', [ended, next], { until: '2026-12-01' })).toMatchObject({
      state: 'fit',
      reason: null,
    });
  });

  it('with a restriction in words is for a person to judge', () => {
    const limited = paper(MEDICAL, { line: { limits: { restriction: 'Not for night watches' } } });
    expect(said('medical', '2025-06-01', [limited])).toMatchObject({ state: 'at_risk', reason: 'limited' });
  });
});

describe('a certificate of competency', () => {
  it('issued on 1 March 2022 and printed to 31 August 2027 is good on 30 August 2027', () => {
    const coc = paper('COC-MAS', { issueDate: '2022-03-01', expiryDate: '2027-08-31' });
    expect(said('competence', '2027-08-30', [coc])).toMatchObject({ state: 'fit', validUntil: '2027-08-31' });
  });

  it('for 500 to 3,000 GT is good for a ship of 2,999 GT and not of 3,000; the one without a limit for both', () => {
    const small = paper('COC-MAS3', { expiryDate: '2029-01-01' });
    const large = paper('COC-MAS', { expiryDate: '2029-01-01' });
    const on = '2026-01-01';
    expect(said('competence-3000', on, [small], { vessel: vessel({ gt: 2999 }) }).state).toBe('fit');
    expect(said('competence', on, [small], { vessel: vessel({ gt: 3000 }) })).toMatchObject({
      state: 'not_fit',
      reason: 'missing',
    });
    expect(said('competence-3000', on, [large], { vessel: vessel({ gt: 2999 }) }).state).toBe('fit');
    expect(said('competence', on, [large], { vessel: vessel({ gt: 3000 }) }).state).toBe('fit');
  });

  it('of a higher rank covers the lower one, and only as long as it lasts itself', () => {
    const master = paper('COC-MAS', { expiryDate: '2026-05-31' });
    const mate = { person: person({ rank: 'Chief officer' }) };
    expect(said('competence', '2026-05-31', [master], mate).state).toBe('fit');
    expect(said('competence', '2026-06-01', [master], mate)).toMatchObject({ state: 'not_fit', reason: 'expired' });
  });

  it.each([
    ['suspended', { suspension: { from: '2026-01-01', until: '2026-03-31' } }],
    ['rejected', { verification: 'rejected' as const }],
    ['not_verified', { verification: 'not_submitted' as const }],
    ['holder_mismatch', { verifiedName: 'Ana de la Cruz' }],
    ['incomplete', { number: null }],
    ['out_of_scope', { line: { limits: { shipTypes: ['yacht'] } } }],
    ['out_of_scope', { line: { limits: { maxGt: 4999 } } }],
    ['out_of_scope', { line: { limits: { area: 'near_coastal' as const } } }],
    ['limited', { line: { limits: { notEcdis: true } } }],
    ['not_yet_valid', { issueDate: '2026-02-16' }],
  ])('says why it does not count: %s %j', (reason, given) => {
    const coc = paper('COC-MAS', { expiryDate: '2029-01-01', ...given });
    expect(said('competence', '2026-02-15', [coc], { vessel: vessel({ ecdis: true }) })).toMatchObject({
      state: 'not_fit',
      reason,
      credential: coc.id,
    });
  });

  it('of a state other than the flag needs the flag’s endorsement, which ends with it', () => {
    const flag = { vessel: vessel({ flag: 'NOR' }) };
    const coc = paper('COC-MAS', { expiryDate: '2027-04-30' });
    const endorsement = paper('FL-END', {
      endorsesId: coc.id,
      issuingState: 'NOR',
      issueDate: '2026-01-10',
      expiryDate: '2029-12-31',
    });
    expect(said('competence-recognised', '2026-06-01', [coc])).toMatchObject({ state: 'fit', credential: coc.id });
    expect(said('competence-recognised', '2026-06-01', [coc], flag)).toMatchObject({
      state: 'not_fit',
      reason: 'missing',
    });
    expect(said('competence-recognised', '2026-06-01', [coc, endorsement], flag)).toMatchObject({
      state: 'fit',
      validUntil: '2027-04-30',
    });
    expect(said('competence-recognised', '2027-05-01', [coc, endorsement], flag)).toMatchObject({
      state: 'not_fit',
      reason: 'parent_invalid',
    });
    const other = { vessel: vessel({ flag: 'DNK' }) };
    expect(said('competence-recognised', '2026-06-01', [coc, endorsement], other)).toMatchObject({
      reason: 'out_of_scope',
    });
  });
});

describe('an endorsement that is asked for by itself', () => {
  const requirement: Requirement = {
    code: 'own',
    level: 'mandatory',
    basis: 'flag',
    when: [],
    need: { kind: 'FL-END' },
  };
  const layer: Layer = {
    id: 'layer-1',
    isOwn: true,
    definition: {
      ...{ code: 'OWN', name: { en: 'Own' }, scope: 'client', isActive: true, applies: [], sources: [] },
      requirements: [requirement],
    },
  };
  const on = (day: string, certificate: PaperFacts) => {
    const endorsement = paper('FL-END', { endorsesId: certificate.id, expiryDate: '2029-12-31' });
    const facts = { papers: [certificate, endorsement], kinds: KINDS, layers: [layer], waivers: [], wanted: null };
    const { state, reason, validUntil } = itemOf(fitnessOf(question(day), facts), 'own');
    return { state, reason, validUntil };
  };

  it('is good for as long as the certificate behind it', () => {
    const certificate = paper('COC-MAS', { expiryDate: '2027-04-30' });
    expect(on('2027-04-30', certificate)).toEqual({ state: 'fit', reason: null, validUntil: '2027-04-30' });
    expect(on('2027-05-01', certificate)).toMatchObject({ state: 'not_fit', reason: 'parent_invalid' });
    const suspended = { ...certificate, suspension: { from: '2026-01-01', until: null } };
    expect(on('2026-06-01', suspended)).toMatchObject({ state: 'not_fit', reason: 'parent_invalid' });
    expect(on('2026-06-01', { ...certificate, verification: 'pending' })).toMatchObject({ state: 'at_risk' });
    expect(on('2026-06-01', paper('RT-ABD'))).toMatchObject({ state: 'not_fit', reason: 'parent_invalid' });
  });
});

describe('a receipt of application', () => {
  const flag = { vessel: vessel({ flag: 'NOR' }) };
  const coc = paper('COC-MAS', { expiryDate: '2029-04-30' });
  const receipt = paper('FL-CRA', { endorsesId: coc.id, issuingState: 'NOR', issueDate: '2026-03-01' });

  it('stands in for the endorsement for three calendar months, not ninety days', () => {
    expect(said('competence-recognised', '2026-06-01', [coc, receipt], flag)).toEqual({
      state: 'fit_with_waiver',
      reason: null,
      condition: 'provisional',
      validUntil: '2026-06-01',
      credential: receipt.id,
    });
    expect(said('competence-recognised', '2026-06-02', [coc, receipt], flag)).toMatchObject({
      state: 'not_fit',
      reason: 'expired',
    });
  });

  it('counts once: a second one for the same application adds nothing', () => {
    const second = paper('FL-CRA', { endorsesId: coc.id, issuingState: 'NOR', issueDate: '2026-06-01' });
    expect(said('competence-recognised', '2026-06-02', [coc, receipt, second], flag).state).toBe('not_fit');
  });

  it('never stands in for radio', () => {
    const radio = paper('RO-GOC', { expiryDate: '2029-01-01' });
    const forRadio = paper('FL-CRA', { endorsesId: radio.id, issuingState: 'NOR', issueDate: '2026-03-01' });
    expect(said('radio-recognised', '2026-03-02', [radio, forRadio], flag)).toMatchObject({
      state: 'not_fit',
      reason: 'missing',
    });
  });
});

describe('training', () => {
  it('in first aid does not end; where an end is printed for it, it counts', () => {
    const open = paper(['BST', 'BST-EFA'], { issueDate: '2015-01-10', expiryDate: '2020-01-10' });
    expect(said('first-aid', '2026-06-01', [open])).toMatchObject({ state: 'fit', validUntil: null });
    const ended = paper('BST-EFA', { issueDate: '2015-01-10', line: { endsOn: '2026-05-31' } });
    expect(said('first-aid', '2026-06-01', [ended])).toMatchObject({ state: 'not_fit', reason: 'expired' });
  });

  it('of a ship security officer covers security awareness', () => {
    const officer = paper('SEC-SSO');
    const isps = { vessel: vessel({ isps: true }) };
    expect(said('security-awareness', '2026-06-01', [officer], isps)).toMatchObject({
      state: 'fit',
      credential: officer.id,
    });
  });

  it('in social responsibilities of 2025 is no supplement of 2026, that of 2026 is', () => {
    const active = { active: ['PSSR-2026'] };
    const of = (issueDate: string) =>
      said('supplement-2026', '2026-06-01', [paper('BST-PSSR', { issueDate })], {}, active);
    expect(of('2025-12-31')).toMatchObject({ state: 'not_fit', reason: 'missing' });
    expect(of('2026-01-01').state).toBe('fit');
  });

  it('in social responsibilities is proved by a certificate of competency under the flag of the United Kingdom alone', () => {
    const coc = paper('COC-MAS', { expiryDate: '2029-01-01' });
    const under = (flag: string) =>
      said('social-responsibilities', '2026-06-01', [coc], { vessel: vessel({ flag }) }).state;
    expect(under('GBR')).toBe('fit');
    expect(under('NOR')).toBe('not_fit');
  });

  it.each([
    ['advanced fire fighting', 'FF-ADV', 'fire-fighting'],
    ['survival craft', 'SC-PSCRB', 'survival'],
  ])('in %s does not cover the basic one', (_name, held, wanted) => {
    expect(said(wanted, '2026-06-01', [paper(held)]).state).toBe('not_fit');
  });

  it('in medical care is good for five years under a flag of the European Union', () => {
    const care = paper('MD-CARE', { issueDate: '2020-06-01' });
    const under = (flag: string, on: string) =>
      asked(on, [care], { vessel: vessel({ flag }) })
        .items.filter(({ requirement }) => requirement.code === 'medical-care')
        .map(({ state }) => state);
    expect(under('NOR', '2026-06-01')).toEqual(['fit']);
    expect(under('DEU', '2025-06-01')).toEqual(['fit', 'fit']);
    expect(under('DEU', '2025-06-02')).toEqual(['fit', 'not_fit']);
  });
});

describe('a yellow fever card', () => {
  const active = { active: ['ROUTE-YELLOW-FEVER'] };
  const card = paper('MED-YF', { issueDate: '2026-03-01', expiryDate: '2026-03-05' });

  it('is good from the tenth day after the injection, and its printed end is nothing', () => {
    expect(said('yellow-fever', '2026-03-10', [card], {}, active)).toMatchObject({
      state: 'not_fit',
      reason: 'not_yet_valid',
    });
    expect(said('yellow-fever', '2026-03-11', [card], {}, active)).toMatchObject({ state: 'fit', validUntil: null });
  });
});

describe('a passport', () => {
  const passport = paper('ID-PASS', { type: 'identity_document', word: 'passport', expiryDate: '2027-01-01' });

  it('has to be good for 180 days after leaving the ship', () => {
    const item = itemOf(asked('2026-06-01', [passport], { until: '2026-07-05' }), 'passport');
    expect(item).toMatchObject({ state: 'fit', validUntil: '2026-07-05', startBy: '2026-05-10' });
    expect(said('passport', '2026-06-01', [passport], { until: '2026-07-06' })).toMatchObject({
      state: 'not_fit',
      reason: 'expires_before',
    });
  });
});

describe('leave to go without', () => {
  const waiver = (requirementCode: string, given: Partial<Waiver> = {}): Waiver => ({
    id: 'waiver-1',
    layerId: layerId('BASE'),
    requirementCode,
    startsOn: '2026-06-01',
    endsOn: '2026-06-30',
    dispensationId: null,
    ...given,
  });

  it('of the company lifts what the company asks for, until its last day', () => {
    const waivers = [waiver('seamans-book')];
    expect(said('seamans-book', '2026-06-30', [], {}, { waivers })).toEqual({
      state: 'fit_with_waiver',
      reason: 'missing',
      condition: 'waiver',
      validUntil: '2026-06-30',
      credential: null,
    });
    expect(said('seamans-book', '2026-07-01', [], {}, { waivers })).toMatchObject({
      state: 'not_fit',
      condition: null,
    });
    expect(said('seamans-book', '2026-06-15', [], { until: '2026-07-01' }, { waivers }).state).toBe('not_fit');
  });

  it('of the company lifts nothing that a convention asks for', () => {
    expect(said('survival', '2026-06-15', [], {}, { waivers: [waiver('survival')] }).state).toBe('not_fit');
  });

  it('of the flag lifts it for its ship and its days', () => {
    const dispensation = paper('FL-DISP', {
      issueDate: '2026-05-20',
      expiryDate: '2026-06-20',
      line: { limits: { vesselImo: '9074729' } },
    });
    const waivers = [waiver('survival', { dispensationId: dispensation.id })];
    expect(said('survival', '2026-06-20', [dispensation], {}, { waivers })).toMatchObject({
      state: 'fit_with_waiver',
      condition: 'dispensation',
      validUntil: '2026-06-20',
    });
    expect(said('survival', '2026-06-21', [dispensation], {}, { waivers }).state).toBe('not_fit');
    const other = { vessel: vessel({ imo: '9319466' }) };
    expect(said('survival', '2026-06-20', [dispensation], other, { waivers }).state).toBe('not_fit');
    const pending = { ...dispensation, verification: 'pending' as const };
    expect(said('survival', '2026-06-20', [pending], {}, { waivers }).state).toBe('not_fit');
  });

  it('to sail without a cook counts on the ship that it names', () => {
    const dispensation = paper('FL-DISP', {
      issueDate: '2026-05-20',
      expiryDate: '2026-06-20',
      line: { limits: { vesselImo: '9074729' } },
    });
    const cook = { person: person({ rank: 'Cook' }) };
    expect(said('cook', '2026-06-20', [dispensation], cook)).toMatchObject({
      state: 'fit_with_waiver',
      condition: 'dispensation',
    });
    expect(said('cook', '2026-06-20', [dispensation], { ...cook, vessel: vessel({ imo: '9319466' }) })).toMatchObject({
      state: 'not_fit',
      reason: 'out_of_scope',
    });
  });
});

describe('somebody', () => {
  const nurse = person({ rank: 'Registered nurse', department: 'ward' });
  const nursing = [
    paper('HC-RN', { expiryDate: '2027-05-31' }),
    paper('HC-BLS', { issueDate: '2025-03-15' }),
    ...['HC-TB', 'HC-IMM', 'HC-BGC'].map((code) => paper(code)),
    paper('HC-OIG', { checkedOn: '2026-05-20', hasFile: false, method: 'original_seen' }),
  ];

  it('is fit until the first of their papers ends, and has to begin before', () => {
    expect(asked('2026-06-01', nursing, { person: nurse, vessel: null })).toMatchObject({
      state: 'fit',
      validUntil: '2026-06-20',
    });
  });

  it('is not fit once a check that is repeated is too old', () => {
    const fitness = asked('2026-06-21', nursing, { person: nurse, vessel: null });
    expect(fitness).toMatchObject({ state: 'not_fit', validUntil: null });
    expect(itemOf(fitness, 'exclusion-list')).toMatchObject({ reason: 'check_too_old', validUntil: '2026-06-20' });
  });

  it('of no rank, or of one that no set is about, is unknown', () => {
    expect(asked('2026-06-01', [], { person: person({ rank: null }) }).state).toBe('unknown');
    expect(asked('2026-06-01', [], { person: person({ rank: 'Crane operator' }) })).toMatchObject({
      state: 'unknown',
      items: [],
    });
  });

  it('of whose ship nothing is known has what hangs on it answered as unknown, unless they have it anyway', () => {
    const ashore = { vessel: null };
    expect(said('ecdis', '2026-06-01', [], ashore).state).toBe('unknown');
    expect(said('ecdis', '2026-06-01', [paper('NV-ECDIS')], ashore).state).toBe('fit');
  });

  it('without what is only recommended is fit all the same', () => {
    const { items } = asked('2026-06-01', []);
    expect(items.find(({ requirement }) => requirement.code === 'bridge-resources')).toMatchObject({
      state: 'not_fit',
      requirement: { level: 'recommended' },
    });
  });

  it('can be asked about for another rank', () => {
    const wanted = SHIPPED_LAYERS.find(({ definition }) => definition.code === 'RANK-CHIEF-MATE') ?? null;
    const facts = { papers: [], kinds: KINDS, layers: SHIPPED_LAYERS, waivers: [], wanted };
    const codes = fitnessOf(question('2026-06-01'), facts).items.map(({ layer }) => layer.definition.code);
    expect(codes).toContain('RANK-CHIEF-MATE');
    expect(codes).not.toContain('RANK-MASTER');
  });
});
