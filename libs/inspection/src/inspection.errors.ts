import { problem } from '#libs/common';

/** Reasons to refuse a file for what is in it; kept with the upload as `failureCode`. */
export const contentTypeMismatch = problem(
  'content_type_mismatch',
  422,
  'The file is not what was announced: its first bytes belong to another type; it was removed.',
);
export const fileNotReadable = problem(
  'file_not_readable',
  422,
  'The file is damaged or incomplete: it cannot be opened; it was removed.',
);
export const filePasswordProtected = problem(
  'file_password_protected',
  422,
  'The file opens with a password only; it was removed. Send it without one.',
);
export const fileTooComplex = problem(
  'file_too_complex',
  422,
  'Opening the file takes more memory or time than any document or photograph needs, for example for its number of pixels or pages; it was removed.',
);
