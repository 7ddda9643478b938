import { useIntl } from 'react-intl';
import { useTimeZone } from '../session/session-context';

const DAY_MS = 86_400_000;
const SECONDS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;
const STEPS = [
  { unit: 'day', ms: DAY_MS },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

/** A calendar day, `YYYY-MM-DD`; or the day of an instant in the organisation's time zone. */
export function DateText({ value }: { value: string | null }) {
  const format = useDates();
  return value === null ? <>–</> : <time dateTime={value}>{format.date(value)}</time>;
}

/** An instant, in the organisation's time zone. */
export function DateTimeText({ value }: { value: string | null }) {
  const format = useDates();
  return value === null ? <>–</> : <time dateTime={value}>{format.dateTime(value)}</time>;
}

/** How long ago an instant was; the instant itself on hover. */
export function Ago({ value }: { value: string | null }) {
  const format = useDates();
  if (value === null) return <>–</>;
  return (
    <time dateTime={value} title={format.dateTime(value)}>
      {format.ago(value)}
    </time>
  );
}

export function useDates() {
  const intl = useIntl();
  const timeZone = useTimeZone();
  return {
    date: (value: string) =>
      intl.formatDate(value, { timeZone: value.length === 10 ? 'UTC' : timeZone, dateStyle: 'medium' }),
    dateTime: (value: string) => intl.formatDate(value, { timeZone, dateStyle: 'medium', timeStyle: 'short' }),
    /** `YYYY-MM` as "Mar 2027". */
    month: (value: string) => intl.formatDate(`${value}-01`, { timeZone: 'UTC', month: 'short', year: 'numeric' }),
    ago: (value: string) => {
      const passed = Date.now() - new Date(value).getTime();
      const step = STEPS.find(({ ms }) => Math.abs(passed) >= ms);
      return step
        ? intl.formatRelativeTime(-Math.round(passed / step.ms), step.unit, { numeric: 'auto' })
        : intl.formatRelativeTime(0, 'second', { numeric: 'auto' });
    },
    number: (value: number) => intl.formatNumber(value),
    bytes: (value: number) => {
      const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
      const power = Math.min(units.length - 1, value < 1 ? 0 : Math.floor(Math.log10(value) / 3));
      return intl.formatNumber(value / 1000 ** power, {
        style: 'unit',
        unit: units[power],
        unitDisplay: 'short',
        maximumFractionDigits: 1,
      });
    },
    /** When a day begins in the organisation's time zone, some days later; as the API takes it. */
    startOf: (day: string, daysLater = 0) => startOfDay(day, daysLater, timeZone),
    /** Today in the organisation's time zone, `YYYY-MM-DD`. */
    today: () => new Intl.DateTimeFormat('en-CA', { timeZone }).format(Date.now()),
  };
}

function startOfDay(day: string, daysLater: number, timeZone: string | undefined): string {
  const midnight = Date.parse(`${day}T00:00:00Z`) + daysLater * DAY_MS;
  const offsetAt = (instant: number) => {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...SECONDS }).formatToParts(instant);
    const part = (type: string) => Number(parts.find((found) => found.type === type)?.value);
    return (
      Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - instant
    );
  };
  // Twice: the offset at midnight in UTC may not be the one at midnight there.
  const guess = midnight - offsetAt(midnight);
  return new Date(midnight - offsetAt(guess)).toISOString();
}
