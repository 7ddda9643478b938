import { type CalendarDate, fieldProblem, isUsualYear, yearOutOfRange } from '#libs/common';
import { expiryBeforeIssue, issuedInFuture } from './credentials.errors';
import type { Given, RecordedCredential } from './recorded-kind';

/** Those that are `given` now; what was taken before stays. @throws expiry_before_issue, issued_in_future, year_out_of_range */
export function requireDates(
  { issueDate, expiryDate }: RecordedCredential,
  given: Given<RecordedCredential>,
  today: CalendarDate,
): void {
  for (const field of ['issueDate', 'expiryDate'] as const) {
    const date = given[field];
    if (date && !isUsualYear(date)) throw fieldProblem(yearOutOfRange, field);
  }
  if (issueDate !== null && expiryDate !== null && expiryDate < issueDate) {
    throw fieldProblem(expiryBeforeIssue, 'expiryDate');
  }
  if (given.issueDate && given.issueDate > today) throw fieldProblem(issuedInFuture, 'issueDate');
}
