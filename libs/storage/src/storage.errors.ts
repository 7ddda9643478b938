import { problem } from '#libs/common';

/** After which trying again makes sense (RFC 9110, 10.2.3). */
const RETRY_AFTER_SECONDS = '5';

export const storageUnavailable = problem(
  'storage_unavailable',
  503,
  'The file storage cannot be reached; try again in a moment.',
  { 'retry-after': RETRY_AFTER_SECONDS },
);

/** Of the disk driver's own links. */
export const linkInvalid = problem('link_invalid', 403, 'This link was not made by this service, or it was changed.');
export const linkExpired = problem('link_expired', 403, 'This link has expired; ask for a new one.');
export const uploadTypeMismatch = problem(
  'upload_type_mismatch',
  415,
  'The file was sent with another content type than the one that was announced.',
);
export const uploadTooLarge = problem('upload_too_large', 413, 'The file is larger than announced.');
/** Found at the disk driver's door; elsewhere by the checks of what has arrived, and then kept with the upload as `failureCode`. */
export const checksumMismatch = problem(
  'checksum_mismatch',
  422,
  'The file is not the one that was announced: its SHA-256 is another; it was removed.',
);
export const uploadIncomplete = problem(
  'upload_incomplete',
  400,
  'The form must hold the given fields and then the whole file, named "file"; something is missing.',
);
export const fileNotFound = problem('file_not_found', 404, 'There is no file here (yet).');
/** Its `Content-Range` says how long the file is (RFC 9110, 15.5.17). */
export const rangeNotSatisfiable = problem(
  'range_not_satisfiable',
  416,
  'The file has no bytes in the range that was asked for.',
);
