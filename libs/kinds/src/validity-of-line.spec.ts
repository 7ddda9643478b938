import { CATALOGUE } from './catalogue/catalogue';
import { type DatedLine, type DatedPaper, endOf } from './validity-of-line';

const PAPER: DatedPaper = {
  kindId: 'own',
  issueDate: null,
  expiryDate: null,
  courseDate: null,
  previousEnd: null,
  extendedUntil: null,
};
const OWN: DatedLine = { kindId: 'own', endsOn: null, issuedOn: null };
const FURTHER: DatedLine = { ...OWN, kindId: 'further' };
const ADULT = { dateOfBirth: '1980-05-05' };

function kind(code: string) {
  const found = CATALOGUE.find((each) => each.code === code);
  if (!found) throw new Error(`${code} is not in the catalogue`);
  return found;
}

function end(code: string, paper: Partial<DatedPaper>, line: DatedLine = OWN, holder = ADULT) {
  return endOf(line, { ...PAPER, ...paper }, kind(code), holder);
}

describe('the end of a line', () => {
  it('is 28 February for a medical of 29 February: the month has no later day, and that day still counts', () => {
    expect(end('MED-STCW', { issueDate: '2024-02-29' })).toMatchObject({ endsOn: '2026-02-28', isPrinted: false });
  });

  it('comes after a year for whoever is under 18 on the day of issue, and not on the birthday itself', () => {
    const of = (dateOfBirth: string) => end('MED-STCW', { issueDate: '2026-03-10' }, OWN, { dateOfBirth }).endsOn;
    expect(of('2008-03-11')).toBe('2027-03-10');
    expect(of('2008-03-10')).toBe('2028-03-10');
  });

  it('takes somebody whose day of birth nobody knows for an adult', () => {
    const holder = { dateOfBirth: null };
    expect(endOf(OWN, { ...PAPER, issueDate: '2026-03-10' }, kind('MED-STCW'), holder).endsOn).toBe('2028-03-10');
  });

  it('is the printed one, which may be past five years from issue', () => {
    const printed = end('COC-OOWD', { issueDate: '2022-03-01', expiryDate: '2027-08-31' });
    expect(printed).toEqual({
      startsOn: '2022-03-01',
      endsOn: '2027-08-31',
      isPrinted: true,
      isKnown: true,
      warning: null,
    });
  });

  it('is told to be late when it is printed for more than 66 months, and stands all the same', () => {
    expect(end('COC-OOWD', { issueDate: '2022-03-01', expiryDate: '2027-09-02' })).toMatchObject({
      endsOn: '2027-09-02',
      warning: 'printed_end_late',
    });
  });

  it('is cut where the law knows no longer one: a medical, colour vision, a receipt of application', () => {
    const dates = { issueDate: '2026-01-10', expiryDate: '2036-01-10' };
    expect(end('MED-STCW', dates).endsOn).toBe('2028-01-10');
    expect(end('MED-COL', dates).endsOn).toBe('2032-01-10');
    expect(end('FL-CRA', dates).endsOn).toBe('2026-04-10');
  });

  it('is an earlier printed one even there', () => {
    const dates = { issueDate: '2026-01-10', expiryDate: '2027-01-09' };
    expect(end('MED-STCW', dates)).toMatchObject({ endsOn: '2027-01-09', isPrinted: true });
  });

  it('is reckoned only where none is printed', () => {
    expect(end('TK-AO', { issueDate: '2026-01-10' }).endsOn).toBe('2031-01-10');
    expect(end('TK-AO', { issueDate: '2026-01-10', expiryDate: '2030-12-01' }).endsOn).toBe('2030-12-01');
  });

  it('is counted from the end of the course, or from the end of the paper before, where the kind says so', () => {
    const paper = { ...PAPER, issueDate: '2026-03-01', courseDate: '2026-01-10', previousEnd: '2026-05-20' };
    const validity = { rule: 'revalidation', months: 60 } as const;
    const from = (base: 'course' | 'previous_end', given: DatedPaper) =>
      endOf(OWN, given, { validity: { ...validity, base } }, ADULT).endsOn;
    expect(from('course', paper)).toBe('2031-01-10');
    expect(from('previous_end', paper)).toBe('2031-05-20');
    expect(from('course', { ...paper, courseDate: null })).toBe('2031-03-01');
  });

  it('is the last day of the month for a card that runs to it', () => {
    expect(end('HC-BLS', { issueDate: '2024-02-03' }).endsOn).toBe('2026-02-28');
  });

  it('is not known without the date that it follows from', () => {
    expect(end('MED-STCW', {})).toMatchObject({ endsOn: null, isKnown: false });
    expect(end('COC-MAS', {})).toMatchObject({ endsOn: null, isKnown: false });
    expect(end('BST-EFA', {})).toMatchObject({ endsOn: null, isKnown: true });
    expect(end('RT-ABD', {})).toMatchObject({ endsOn: null, isKnown: true });
  });

  it('does not exist for first aid, unless one is printed', () => {
    expect(end('BST-EFA', { issueDate: '2010-01-10' }).endsOn).toBeNull();
    expect(end('BST-EFA', { issueDate: '2010-01-10', expiryDate: '2015-01-10' }).endsOn).toBe('2015-01-10');
  });

  it('does not exist for yellow fever, whatever is printed, and it counts from the tenth day', () => {
    expect(end('MED-YF', { issueDate: '2026-01-10', expiryDate: '2036-01-09' })).toMatchObject({
      startsOn: '2026-01-20',
      endsOn: null,
      isPrinted: false,
      isKnown: true,
    });
  });

  it('moves when the authority has extended the paper, and never to an earlier day', () => {
    const dates = { issueDate: '2022-03-01', expiryDate: '2027-03-01' };
    expect(end('COC-MAS', { ...dates, extendedUntil: '2027-06-01' })).toMatchObject({
      endsOn: '2027-06-01',
      isPrinted: true,
    });
    expect(end('COC-MAS', { ...dates, extendedUntil: '2026-06-01' }).endsOn).toBe('2027-03-01');
  });
});

describe('several lines of one paper', () => {
  const basic = { issueDate: '2021-05-02', expiryDate: '2026-05-01' };

  it('have the end of the paper where they end as printed', () => {
    expect(end('BST-PST', basic, FURTHER).endsOn).toBe('2026-05-01');
    expect(end('BST-FPFF', basic, FURTHER).endsOn).toBe('2026-05-01');
  });

  it('never end where the kind does not', () => {
    expect(end('BST-EFA', basic, FURTHER).endsOn).toBeNull();
    expect(end('BST-PSSR', basic, FURTHER).endsOn).toBeNull();
  });

  it('have an end of their own before that of the paper', () => {
    const line = { ...FURTHER, endsOn: '2025-05-01' };
    expect(end('BST-EFA', basic, line)).toMatchObject({ endsOn: '2025-05-01', isPrinted: true });
    expect(end('BST-PST', basic, line).endsOn).toBe('2025-05-01');
  });

  it('are reckoned from a day of their own: colour vision outlives the medical that it stands on', () => {
    const medical = { issueDate: '2026-01-10', expiryDate: '2028-01-09' };
    expect(end('MED-COL', medical, FURTHER).endsOn).toBe('2032-01-10');
    expect(end('MED-COL', medical, { ...FURTHER, issuedOn: '2024-06-01' }).endsOn).toBe('2030-06-01');
  });

  it('are extended with the paper where they share its end', () => {
    const extended = { ...basic, extendedUntil: '2026-08-01' };
    expect(end('BST-PST', extended, FURTHER).endsOn).toBe('2026-08-01');
    expect(end('BST-PST', extended, { ...FURTHER, endsOn: '2025-05-01' }).endsOn).toBe('2025-05-01');
    expect(end('BST-EFA', extended, FURTHER).endsOn).toBeNull();
  });
});
