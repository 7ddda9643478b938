import { dayIn, startOfDay } from './days';

describe('a day in a time zone', () => {
  it.each(['Europe/Oslo', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Asia/Kolkata', 'UTC'])(
    'begins at an instant that is read as the same day there: %s',
    (timeZone) => {
      for (const day of ['2024-02-29', '2024-03-31', '2024-10-27', '1999-12-31', '2026-11-01']) {
        const start = startOfDay(timeZone, day);
        expect(dayIn(timeZone, start)).toBe(day);
        expect(dayIn(timeZone, Date.parse(start) - 1)).not.toBe(day);
      }
    },
  );

  it('is the one on the wall there', () => {
    expect(startOfDay('Europe/Oslo', '2024-07-01')).toBe('2024-06-30T22:00:00.000Z');
    expect(dayIn('Europe/Oslo', '2024-06-30T22:00:00Z')).toBe('2024-07-01');
  });
});
