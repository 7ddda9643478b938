import { problem } from '#libs/common';

export const expiryBeforeIssue = problem('expiry_before_issue', 422, 'The expiry date is before the issue date.');
