import { Problem, problem } from '#libs/common';
import type { Upload } from './upload.entity';

export const uploadNotFound = problem('upload_not_found', 404, 'There is no such upload, or it is not yours.');
export const fileTypeNotSupported = problem('file_type_not_supported', 415, 'Files of this type are not accepted.');
export const fileTooLarge = problem('file_too_large', 413, 'The file is larger than accepted.');
export const quotaExceeded = problem('quota_exceeded', 413, "The organisation's space for files is used up.");
export const tooManyOpenUploads = problem(
  'too_many_open_uploads',
  429,
  'Too much has been announced and not sent, or sent and not checked yet; send it, or wait until it is checked.',
  { 'retry-after': '30' },
);
export const uploadNotUsable = problem(
  'upload_not_usable',
  422,
  'The upload is unknown, not finished or was refused; finalize it before you refer to it.',
);
export const uploadNotReceived = problem('upload_not_received', 409, 'No file has arrived for this upload yet.');

export const fileAltered = problem(
  'file_altered',
  409,
  'The stored file is no longer the one that was sent; it is withheld until it has been restored from a backup.',
);

/** A reason to refuse a file that has arrived; kept with the upload as `failureCode`. */
export const uploadSizeMismatch = problem(
  'upload_size_mismatch',
  422,
  'The file has another length than announced; it was removed.',
);

/** Why an upload failed that nobody finished in time; only ever a `failureCode`. */
export const UPLOAD_EXPIRED = 'upload_expired';
/** Why a file was removed later; only ever `failureCode`s: nothing referred to it, its credential was deleted long ago, malware. */
export const UPLOAD_UNUSED = 'upload_unused';
export const RETENTION_ENDED = 'retention_ended';
export const QUARANTINE_ENDED = 'quarantine_ended';

/** Why nothing has become of an upload whose checks failed too often; only ever a `failureCode`. */
export const CHECKS_STALLED = 'checks_stalled';

/** Of what needs a file that has passed its checks. */
export const fileNotReady = problem(
  'file_not_ready',
  409,
  'The file has not passed its checks (yet), so this cannot be verified; it can be rejected.',
);
export const fileBeingChecked = problem(
  'file_being_checked',
  404,
  'The file has arrived and is still being checked; try again in a moment.',
  { 'retry-after': '5' },
);

/** `file_being_checked`, with the file that could be waited for. */
export class FileBeingChecked extends Problem {
  constructor(readonly upload: Upload) {
    super(fileBeingChecked, fileBeingChecked().details);
  }
}
