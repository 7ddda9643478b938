/** A calendar date without time and zone, as `YYYY-MM-DD`. Compares correctly as text. */
export type CalendarDate = string;

/** True for an existing date written as `YYYY-MM-DD` (ISO 8601 calendar date, year 0001..9999). */
export function isCalendarDate(value: unknown): value is CalendarDate {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value) || value.startsWith('0000')) return false;
  const instant = new Date(`${value}T00:00:00.000Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value);
}

/** No paper is older, and none is good for longer: another year is a slip of the finger. */
export function isUsualYear(date: CalendarDate): boolean {
  return date >= '1900-01-01' && date <= '2200-12-31';
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?Z$/;

/**
 * The one way from text to a point in time: ISO 8601 in UTC on an existing date, seconds and fraction optional; null for anything else.
 * `Date.parse` takes what PostgreSQL refuses: the year 0, the 30th of February, 24:00, and whatever looks like a date to somebody.
 */
export function parseInstant(value: unknown): Date | null {
  const date = typeof value === 'string' ? INSTANT.exec(value)?.[1] : undefined;
  return isCalendarDate(date) ? new Date(value as string) : null;
}

export function isInstant(value: unknown): value is string {
  return parseInstant(value) !== null;
}

interface Zone {
  formatter: Intl.DateTimeFormat;
  /** The second that was asked for last, and its date: working it out takes longer than all else that an answer says of one certificate. */
  second: number;
  date: CalendarDate;
}

const zones = new Map<string, Zone>();

/** The calendar date at an instant in a time zone. @throws RangeError for a zone that is not in the IANA database. */
export function dateIn(timeZone: string, instant: Date): CalendarDate {
  let zone = zones.get(timeZone);
  if (!zone) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    zone = { formatter: new Intl.DateTimeFormat('en-CA', { timeZone, ...parts }), second: NaN, date: '' };
    zones.set(timeZone, zone);
  }
  const second = Math.floor(instant.getTime() / 1000);
  if (second !== zone.second) Object.assign(zone, { second, date: zone.formatter.format(instant) });
  return zone.date;
}

/** `date` plus a number of days. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  const instant = new Date(`${date}T00:00:00.000Z`);
  instant.setUTCDate(instant.getUTCDate() + days);
  return instant.toISOString().slice(0, 10);
}

/** `date` plus a number of months; the last day of the month where that has no such day: 29 February 2024 and 24 months is 28 February 2026. */
export function addMonths(date: CalendarDate, months: number): CalendarDate {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const lastDay = new Date(0);
  // Not `Date.UTC`, which takes the years below 100 for 1900 and later.
  lastDay.setUTCFullYear(year, month + months, 0);
  lastDay.setUTCDate(Math.min(day, lastDay.getUTCDate()));
  return lastDay.toISOString().slice(0, 10);
}

/** The last day of that month. */
export function endOfMonth(date: CalendarDate): CalendarDate {
  return addMonths(`${date.slice(0, 8)}31`, 0);
}

/** True when the name is in the IANA time zone database known to this Node. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
