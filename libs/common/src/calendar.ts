/** A calendar date without time and zone, as `YYYY-MM-DD`. Compares correctly as text. */
export type CalendarDate = string;

/** True for an existing date written as `YYYY-MM-DD` (ISO 8601 calendar date, year 0001..9999). */
export function isCalendarDate(value: unknown): value is CalendarDate {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value) || value.startsWith('0000')) return false;
  const instant = new Date(`${value}T00:00:00.000Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The calendar date at an instant in a time zone. @throws RangeError for a zone that is not in the IANA database. */
export function dateIn(timeZone: string, instant: Date): CalendarDate {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formatters.set(timeZone, formatter);
  }
  return formatter.format(instant);
}

/** `date` plus a number of days. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  const instant = new Date(`${date}T00:00:00.000Z`);
  instant.setUTCDate(instant.getUTCDate() + days);
  return instant.toISOString().slice(0, 10);
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
