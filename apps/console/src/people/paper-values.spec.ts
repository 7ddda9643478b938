import { merge, NO_VALUES, wrongFields } from './paper-values';

const CERTIFICATE = ['certificateType', 'certificateNumber', 'issueDate', 'expiryDate', 'notes'] as const;
const BASE = { ...NO_VALUES, certificateType: 'medical', certificateNumber: '1', notes: 'n' };

describe('the values of a form', () => {
  it('of two people who changed different fields fit together', () => {
    const mine = { ...BASE, notes: 'mine' };
    const theirs = { ...BASE, certificateNumber: '2' };
    expect(merge(CERTIFICATE, BASE, mine, theirs)).toEqual({
      values: { ...BASE, notes: 'mine', certificateNumber: '2' },
      conflicts: [],
      theirs: ['certificateNumber'],
    });
  });

  it('of two people who changed the same field differently have to be chosen from, and mine stand until then', () => {
    const mine = { ...BASE, certificateNumber: '2', issueDate: '2024-01-01' };
    const theirs = { ...BASE, certificateNumber: '3', issueDate: '2024-01-01' };
    const merged = merge(CERTIFICATE, BASE, mine, theirs);
    expect(merged.conflicts).toEqual(['certificateNumber']);
    expect(merged.values.certificateNumber).toBe('2');
  });

  it('are checked by the rules of the API before it is asked', () => {
    const dates = { ...BASE, issueDate: '2024-05-02', expiryDate: '2024-05-01', notes: 'x'.repeat(2001) };
    expect(wrongFields(CERTIFICATE, dates, '2026-01-01')).toEqual({
      expiryDate: 'expiryBeforeIssue',
      notes: 'tooLong',
    });
    expect(wrongFields(CERTIFICATE, { ...dates, expiryDate: '2024-05-02', notes: '' }, '2026-01-01')).toEqual({});
    expect(
      wrongFields(['titleId', 'obtained', 'uploadId'], { ...NO_VALUES, obtained: '2026-01-02' }, '2026-01-01'),
    ).toEqual({
      titleId: 'isRequired',
      obtained: 'inFuture',
    });
  });
});
