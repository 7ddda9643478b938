import { problem } from '#libs/common';

export const certificateNotFound = problem('certificate_not_found', 404, 'There is no such certificate for you.');
export const certificateHasNoFile = problem('certificate_has_no_file', 404, 'This certificate has no file.');
export const uploadNotUsable = problem(
  'upload_not_usable',
  422,
  'The upload is unknown, not finished or was refused; finalize it before you refer to it.',
);
export const expiryBeforeIssue = problem('expiry_before_issue', 422, 'The expiry date is before the issue date.');
