/** The day of an instant in a time zone, `YYYY-MM-DD`. */
export function dayIn(timeZone: string | undefined, instant: string | number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(instant),
  );
}

/**
 * The first instant of a day in a time zone. A diploma's date is an instant on the wire and a day on the paper: so today is never in the
 * future, and who reads it in the same zone reads the same day.
 */
export function startOfDay(timeZone: string | undefined, day: string): string {
  const guess = Date.parse(`${day}T00:00:00Z`);
  const start = guess - offsetAt(timeZone, guess);
  // Once more with the offset that holds there: the clocks may have been changed in between.
  return new Date(guess - offsetAt(timeZone, start)).toISOString();
}

function offsetAt(timeZone: string | undefined, at: number): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return local - Math.floor(at / 1000) * 1000;
}
