import { addDays, type CalendarDate } from '#libs/common';

/** Days from `from` to `to`, both included. */
export interface Period {
  from: CalendarDate;
  to: CalendarDate;
}

export const FIRST_DAY = '0001-01-01';
export const LAST_DAY = '9999-12-31';
const EVER: Period = { from: FIRST_DAY, to: LAST_DAY };

/** The days that are in at least `count` of the sets, as periods in order that neither overlap nor touch. */
export function inAtLeast(count: number, sets: readonly (readonly Period[])[]): Period[] {
  if (count === sets.length && count > 0) return sets.reduce<Period[]>((a, b) => intersection(a, b), [EVER]);
  const all = sets.flat();
  if (all.length < 2) return count === 1 ? all : [];
  const turns = new Map<CalendarDate, number>();
  const turn = (day: CalendarDate, by: number) => turns.set(day, (turns.get(day) ?? 0) + by);
  for (const { from, to } of all) {
    turn(from, 1);
    turn(dayAfter(to), -1);
  }
  const found: Period[] = [];
  let depth = 0;
  let since: CalendarDate | null = null;
  for (const day of [...turns.keys()].sort()) {
    depth += turns.get(day) ?? 0;
    if (since === null && depth >= count) since = day;
    else if (since !== null && depth < count) {
      found.push({ from: since, to: dayBefore(day) });
      since = null;
    }
  }
  return found;
}

/** The days of all of them. */
export function union(periods: readonly Period[]): Period[] {
  return periods.length < 2
    ? [...periods]
    : inAtLeast(
        1,
        periods.map((period) => [period]),
      );
}

/** The days of both. Most of what an answer costs is reckoning with dates: this compares them only. */
export function intersection(a: readonly Period[], b: readonly Period[]): Period[] {
  return a.flatMap((one) =>
    b.flatMap((other) => period(one.from > other.from ? one.from : other.from, one.to < other.to ? one.to : other.to)),
  );
}

/** The days of `a` that are not in `gap`. */
export function without(a: readonly Period[], gap: Period): Period[] {
  const before = { from: FIRST_DAY, to: dayBefore(gap.from) };
  const after = { from: dayAfter(gap.to), to: LAST_DAY };
  return intersection(
    a,
    [before, after].filter(({ from, to }) => from <= to),
  );
}

/** Nothing, where the first day comes after the last. */
export function period(from: CalendarDate, to: CalendarDate): Period[] {
  return from <= to ? [{ from, to }] : [];
}

/** The period that has this day. Periods as `inAtLeast` gives them. */
export function around(periods: readonly Period[], day: CalendarDate): Period | undefined {
  return periods.find(({ from, to }) => from <= day && day <= to);
}

export function hasAll(periods: readonly Period[], { from, to }: Period): boolean {
  const found = around(periods, from);
  return found !== undefined && to <= found.to;
}

/** Behind the last day there is nothing; text compares it as greater. */
function dayAfter(day: CalendarDate): CalendarDate {
  return day >= LAST_DAY ? '~' : addDays(day, 1);
}

function dayBefore(day: CalendarDate): CalendarDate {
  if (day === '~') return LAST_DAY;
  return day <= FIRST_DAY ? '' : addDays(day, -1);
}
