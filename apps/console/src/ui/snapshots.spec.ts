import { changesIn, sentValue } from './snapshots';

describe('what was sent in', () => {
  it('says its day, also where an older one has only the time', () => {
    expect(sentValue({ obtainedAt: '2020-05-31T23:30:00.000Z' }, 'obtainedOn')).toBe('2020-05-31');
    expect(sentValue({ obtainedAt: '2020-05-31T22:00:00.000Z', obtainedOn: '2020-06-01' }, 'obtainedOn')).toBe(
      '2020-06-01',
    );
    expect(sentValue({ obtainedAt: null }, 'obtainedOn')).toBeNull();
  });

  it('differs by what a reader sees', () => {
    const before = { titleId: 1, titleName: 'Mate', obtainedAt: '2020-06-01T10:00:00.000Z' };
    const after = { titleId: 2, titleName: 'Master', obtainedAt: '2020-06-01T00:00:00.000Z', obtainedOn: '2020-06-01' };
    const title = { field: 'titleName', from: 'Mate', to: 'Master' };
    expect(changesIn(before, { ...after, holderName: 'Kari Nordmann' })).toEqual([title]);
    const renamed = { field: 'holderName', from: 'Kari Hansen', to: 'Kari Nordmann' };
    expect(changesIn({ ...before, holderName: 'Kari Hansen' }, { ...after, holderName: 'Kari Nordmann' })).toEqual([
      title,
      renamed,
    ]);
  });
});
