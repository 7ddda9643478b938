import { type CalendarDate, dateIn } from '#libs/common';

/** The day that an instant is written with: which day a diploma's `obtainedAt` names does not depend on who reads it (ADR 0019). */
export function writtenDay(instant: Date): CalendarDate {
  return instant.toISOString().slice(0, 10);
}

/** Whether it is still to come: the beginning of the organisation's today is not, though UTC may not have come to it. */
export function isInFuture(instant: Date, now: Date, timeZone: string): boolean {
  return instant > now && instant.getTime() !== Date.parse(`${dateIn(timeZone, now)}T00:00:00Z`);
}

/**
 * The form of `obtainedAt`, word for word as contract D gives it: ISO 8601 in UTC with existing dates (leap years are
 * checked), seconds and fraction optional.
 */
export const OBTAINED_AT =
  /^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z))$/;
