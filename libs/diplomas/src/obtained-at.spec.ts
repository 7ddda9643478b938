import { isInFuture, OBTAINED_AT, writtenDay } from './obtained-at';

describe('the form of obtainedAt', () => {
  it.each(['2024-02-29T10:00Z', '2024-12-05T14:56:23.000Z', '2000-02-29T00:00:00Z', '1999-12-31T23:59:59.123456Z'])(
    'accepts %s',
    (text) => {
      expect(OBTAINED_AT.test(text)).toBe(true);
      expect(new Date(text).getTime()).not.toBeNaN();
    },
  );

  it.each([
    '2023-02-29T10:00:00Z',
    '1900-02-29T10:00:00Z',
    '2024-12-05',
    '2024-12-05T14:56:23+01:00',
    '2024-12-05T24:00:00Z',
    '2024-04-31T10:00Z',
    '2024-12-05T14:56:23',
    '2024-12-05T14:56:23.Z',
    ' 2024-12-05T14:56:23Z',
    '2024-12-05T14:56:23Z\n',
  ])('refuses %s', (text) => {
    expect(OBTAINED_AT.test(text)).toBe(false);
  });
});

it.each([...[1900, 1904, 1999, 2000, 2020, 2023, 2024, 2028, 2036, 2038, 2040, 2096, 2100, 2400]])(
  'of the year %i, obtainedAt takes every day that there is and no other',
  (year) => {
    const [wrong, pad] = [[] as string[], (part: number) => String(part).padStart(2, '0')];
    for (let month = 0; month <= 19; month++) {
      for (let day = 0; day <= 39; day++) {
        const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCMonth() === month - 1 && day > 0;
        const text = `${year}-${pad(month)}-${pad(day)}T10:00Z`;
        if (OBTAINED_AT.test(text) !== isDay) wrong.push(text);
      }
    }
    expect(wrong).toEqual([]);
  },
);

describe('the day that obtainedAt names', () => {
  it('is the one it is written with, to the last moment', () => {
    expect(writtenDay(new Date('2020-05-31T23:59:59.999Z'))).toBe('2020-05-31');
    expect(writtenDay(new Date('1900-01-01T00:00:00.000Z'))).toBe('1900-01-01');
  });

  it.each([
    ['this moment', '2026-05-05T12:00:00.000Z', false],
    ['the next moment', '2026-05-05T12:00:00.001Z', true],
    ['the beginning of the day that it is on Kiritimati already', '2026-05-06T00:00:00.000Z', false],
    ['later on that day', '2026-05-06T00:00:00.001Z', true],
  ])('is still to come, or not: %s', (_, instant, isToCome) => {
    expect(isInFuture(new Date(instant), new Date('2026-05-05T12:00:00.000Z'), 'Pacific/Kiritimati')).toBe(isToCome);
  });
});
