import { addDays, type CalendarDate } from '#libs/common';

/** Whether a credential is in date (given by contract C). Never stored: it changes by itself at midnight. */
export const CERTIFICATE_STATUSES = ['valid', 'expiring_soon', 'expired'] as const;
export type CertificateStatus = (typeof CERTIFICATE_STATUSES)[number];

/**
 * Status on a day. The day of expiry still counts as in date; `expiring_soon` begins `window` days before it and includes
 * that day; without an expiry date it is always `valid`.
 * @param window days before expiry
 */
export function statusOn(today: CalendarDate, expiryDate: CalendarDate | null, window: number): CertificateStatus {
  if (expiryDate === null) return 'valid';
  if (expiryDate < today) return 'expired';
  return expiryDate <= soonFrom(today, window) ? 'expiring_soon' : 'valid';
}

let latest = { today: '', window: 0, soon: '' };

/** Kept for the next one: in a list it is the same for each, and reckoning with dates was most of what making the answer took. */
function soonFrom(today: CalendarDate, window: number): CalendarDate {
  if (latest.today !== today || latest.window !== window) latest = { today, window, soon: addDays(today, window) };
  return latest.soon;
}

/** The expiry dates with a given status as an SQL condition on their column: the counterpart of `statusOn`. */
export function expiryRange(
  column: string,
  status: CertificateStatus,
  today: CalendarDate,
  window: number,
): { condition: string; parameters: { today?: CalendarDate; soon?: CalendarDate } } {
  const soon = addDays(today, window);
  switch (status) {
    case 'expired':
      return { condition: `${column} < :today`, parameters: { today } };
    case 'expiring_soon':
      return { condition: `${column} between :today and :soon`, parameters: { today, soon } };
    case 'valid':
      return {
        condition: `(${column} is null or ${column} > :soon)`,
        parameters: { soon },
      };
  }
}
