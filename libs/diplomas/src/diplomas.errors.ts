import { problem } from '#libs/common';

export const diplomaNotFound = problem('diploma_not_found', 404, 'There is no such diploma for you.');
export const diplomaHasNoFile = problem(
  'diploma_has_no_file',
  404,
  'This diploma has no file, or it has not arrived yet.',
);
export const twoFiles = problem(
  'two_files',
  422,
  'A diploma has one file: give "attachment" for one that is still to be sent, or "uploadId" for one that is here.',
);
export const titleNotFound = problem('title_not_found', 404, 'There is no such title in your organisation.');
export const titleUnknown = problem('title_unknown', 422, 'There is no such title in your organisation.');
export const titleExists = problem(
  'title_exists',
  409,
  'Your organisation has a title of this name, or one that looks like it, already.',
);
export const titleInUse = problem(
  'title_in_use',
  409,
  'A diploma refers to this title: it cannot be deleted, and of its name only the spelling can be corrected.',
);
export const obtainedInFuture = problem(
  'obtained_in_future',
  422,
  'A diploma cannot have been obtained in the future.',
);
