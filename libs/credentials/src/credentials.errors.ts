import { problem, yearOutOfRange } from '#libs/common';

export const issuedInFuture = problem('issued_in_future', 422, 'The issue date is in the future.');
export const expiryBeforeIssue = problem('expiry_before_issue', 422, 'The expiry date is before the issue date.');
export const issuingStateUnknown = problem(
  'issuing_state_unknown',
  422,
  'No state or organisation that issues travel documents has this code.',
);

/** What may be wrong with the dates of a credential that is recorded or changed. */
export const datesRefused = [expiryBeforeIssue, issuedInFuture, yearOutOfRange];
