import {
  addMonths,
  dateIn,
  endOfMonth,
  isCalendarDate,
  isInstant,
  isTimeZone,
  isUsualYear,
  parseInstant,
} from './calendar';

describe('a point in time', () => {
  it.each([
    ['2024-02-29T10:00Z', '2024-02-29T10:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2024-12-05T14:56:23.123456Z', '2024-12-05T14:56:23.123Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseInstant(text)?.toISOString()).toBe(instant);
  });

  it.each([
    '0000-01-01T00:00:00.000Z',
    '+002024-05-01T00:00:00.000Z',
    '2024-02-30T00:00:00.000Z',
    '2023-02-29T00:00:00.000Z',
    '2024-05-01T24:00:00.000Z',
    '2024-05-01T10:60:00.000Z',
    '2024-05-01T10:00:60.000Z',
    '2024-05-01T10:00:00.000+00:00',
    '2024-05-01T10:00:00.000',
    '2024-05-01T10:00:00.Z',
    '2024-05-01 10:00:00Z',
    '2024-05-01',
    ' 2024-05-01T10:00Z',
    '2024-05-01T10:00Z\n',
    'May 2024',
    '',
    20240501,
    null,
    new Date(),
  ])('%p is none', (text) => {
    expect(parseInstant(text)).toBeNull();
    expect(isInstant(text)).toBe(false);
  });
});

it.each([
  '0000-01-01',
  '2023-02-29',
  '2024-04-31',
  '2024-5-1',
  '10000-01-01',
  '+2024-05-01',
  ' 2024-05-01',
  '2024-05-01\n',
  '２０２４-05-01',
  20240501,
])('%p is no calendar date', (text) => expect(isCalendarDate(text)).toBe(false));

it.each([
  ['1899-12-31', false],
  ['1900-01-01', true],
  ['2200-12-31', true],
  ['2201-01-01', false],
])('the year of %s is a usual one: %p', (date, isUsual) => expect(isUsualYear(date)).toBe(isUsual));

it('the date at an instant is that of the zone, whichever zone and instant was asked for before', () => {
  const [evening, morning] = [new Date('2026-05-05T23:30:00Z'), new Date('2026-05-05T05:00:00Z')];
  const dates = [evening, morning, evening].flatMap((at) => [dateIn('Europe/Oslo', at), dateIn('America/Lima', at)]);
  expect(dates).toEqual(['2026-05-06', '2026-05-05', '2026-05-05', '2026-05-05', '2026-05-06', '2026-05-05']);
});

it.each([
  ['Europe/Oslo', true],
  ['Europe/Nowhere', false],
])('%s is a time zone: %p', (name, isZone) => expect(isTimeZone(name)).toBe(isZone));

it.each([
  ['2024-02-29', 24, '2026-02-28'],
  ['2024-02-29', 48, '2028-02-29'],
  ['2023-12-31', 2, '2024-02-29'],
  ['2026-08-31', 1, '2026-09-30'],
  ['2026-01-15', 12, '2027-01-15'],
  ['2026-11-30', 3, '2027-02-28'],
  ['2026-03-31', -1, '2026-02-28'],
  ['0001-01-31', 1, '0001-02-28'],
])('%s and %p months is %s', (date, months, sum) => {
  expect(addMonths(date, months)).toBe(sum);
});

it.each([
  ['2024-02-01', '2024-02-29'],
  ['2026-12-31', '2026-12-31'],
])('the month of %s ends on %s', (date, last) => {
  expect(endOfMonth(date)).toBe(last);
});
