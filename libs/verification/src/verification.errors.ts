import { problem } from '#libs/common';

export const ownCredential = problem('own_credential', 403, 'Nobody reviews a document of their own.');
export const alreadyDecided = problem('already_decided', 409, 'This submission has been decided on already.');
export const notSubmitted = problem('not_submitted', 409, 'There is nothing to review yet: the file has not arrived.');
export const queueEntryNotFound = problem('queue_entry_not_found', 404, 'No credential of this id has been sent in.');

export const duplicateFile = problem(
  'duplicate_file',
  409,
  'Another credential of your organisation has this file already.',
);
