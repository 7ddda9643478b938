import { problem } from '#libs/common';

export const certificateNotFound = problem('certificate_not_found', 404, 'There is no such certificate for you.');
export const certificateHasNoFile = problem('certificate_has_no_file', 404, 'This certificate has no file.');
