import * as fc from 'fast-check';

/** Points in time that some layer takes and another refuses: of these `Date.parse` takes all but the last few. */
export const NASTY_INSTANTS = [
  '0000-01-01T00:00:00.000Z',
  '0000-12-31T23:59:59.999Z',
  '-000001-01-01T00:00:00.000Z',
  '-271821-04-20T00:00:00.000Z',
  '+275760-09-13T00:00:00.000Z',
  '+002024-05-01T00:00:00.000Z',
  '2023-02-29T00:00:00.000Z',
  '2024-02-30T00:00:00.000Z',
  '2024-04-31T12:00:00.000Z',
  '2024-02-30T00:00Z',
  '2024-05-01T24:00:00.000Z',
  '2024-05-01T24:00Z',
  '2024-05-01T10:00:00.000+99:00',
  '2024-05-01T10:00:00.000+23:59',
  '2024-05-01T10:00:00.123456789123Z',
  '2024-05-01 10:00:00 GMT-2400',
  '2024',
  '2024-05',
  '1',
  '0',
  '-1',
  '99999',
  'May 2024',
  '5/1/24',
  'Wed, 01 May 2024 10:00:00 GMT',
  'Wed May 01 2024 10:00:00 GMT+0200 (heure d’été)',
  'Mon 30 Feb 2024',
  'x 1 (y)',
  '2024-05-01T10:00:60Z',
  '2024-05-01T25:00:00.000Z',
  'infinity',
  '-infinity',
  'now',
  'epoch',
  '0001-01-01T00:00:00.000Z BC',
  '',
  ' ',
  '\u0000',
] as const;

/** The same for calendar dates. */
export const NASTY_DATES = [
  '0000-01-01',
  '0000-00-00',
  '0001-01-01',
  '9999-12-31',
  '10000-01-01',
  '-0001-01-01',
  '+002024-05-01',
  '2023-02-29',
  '2024-02-30',
  '2024-04-31',
  '2024-13-01',
  '2024-00-10',
  '2024-5-1',
  '20240501',
  '2024-W18-3',
  '2024-122',
  '01.05.2024',
  'infinity',
  'today',
  '２０２４-05-01',
  '2024-05-01T00:00:00Z',
  '2024-05-01\n',
] as const;

/** A key of a list in the form of a cursor. */
export function cursorOf(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

const digits = (min: number, max: number, width: number) =>
  fc.integer({ min, max }).map((n) => String(n).padStart(width, '0'));
/** An existing one more often than not. */
const part = (max: number) => fc.oneof({ weight: 4, arbitrary: digits(1, max, 2) }, digits(0, 99, 1));
const year = fc.oneof(
  { weight: 3, arbitrary: digits(1900, 2200, 4) },
  fc.constantFrom('0000', '0001', '9999', '10000', '-000001', '+002024', '+275760', '24', ''),
);
const isoDate = fc.tuple(year, part(12), part(31)).map(([y, m, d]) => `${y}-${m}-${d}`);
const time = fc
  .tuple(part(23), part(59), fc.option(part(59)), fc.constantFrom('', '.0', '.123', '.123456789012', ',5'))
  .map(([h, m, s, fraction]) => (s === null ? `${h}:${m}` : `${h}:${m}:${s}${fraction}`));
const zone = fc.oneof(
  { weight: 3, arbitrary: fc.constant('Z') },
  fc.constantFrom('z', '', '+00:00', '-23:59', '+99:99', '+0200', ' GMT', ' GMT-2400', ' EST', ' BC'),
);
const isoInstant = fc
  .tuple(isoDate, fc.oneof({ weight: 3, arbitrary: fc.constant('T') }, fc.constantFrom('t', ' ')), time, zone)
  .map((parts) => parts.join(''));
/** The fallback grammar of V8: words, months, numbers in any order, and whatever stands in brackets. */
const spelled = fc
  .array(
    fc.oneof(
      fc.constantFrom('Mon', 'Feb', 'May', 'september', 'AM', 'pm', '(x)', ',', '/', '-'),
      part(40),
      year,
      time,
      zone,
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((words) => words.join(' '));

/** Dates and points in time, right ones, and wrong ones of which `Date.parse` takes many. */
export const someTime: fc.Arbitrary<string> = fc.oneof(
  isoDate,
  isoInstant,
  isoInstant,
  spelled,
  fc.constantFrom<string>(...NASTY_INSTANTS, ...NASTY_DATES),
);

/** Keys as lists make them, with times in them that no list would. */
export const someCursor: fc.Arbitrary<string> = fc
  .oneof<fc.Arbitrary<unknown>[]>(
    fc.tuple(someTime, fc.uuid()),
    fc.tuple(fc.uuid()),
    fc.array(fc.oneof(someTime, fc.uuid(), fc.constantFrom('never', '', null, 1)), { maxLength: 3 }),
  )
  .map(cursorOf);
