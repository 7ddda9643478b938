import { problem } from '#libs/common';

export const ownCredential = problem('own_credential', 403, 'Nobody reviews a document of their own.');
export const ownEntry = problem(
  'own_entry',
  403,
  'Nobody decides on what they recorded, edited or uploaded themselves: your organisation wants somebody else to.',
);
export const secondReviewerNeeded = problem(
  'second_reviewer_needed',
  409,
  'You have confirmed it already; now somebody else has to.',
);
export const originalNotSeen = problem(
  'original_not_seen',
  422,
  'There is no file: it is verified only with the statement that the original was seen (method original_seen).',
);
export const fileNotShown = problem('file_not_shown', 422, 'Not all pages of the file have been shown.');
export const checkedInFuture = problem('checked_in_future', 422, 'The check is said to have been in the future.');
export const notDecided = problem('not_decided', 409, 'There is no decision to take back.');
export const alreadyDecided = problem('already_decided', 409, 'This submission has been decided on already.');
export const notSubmitted = problem('not_submitted', 409, 'There is nothing to review yet: the file has not arrived.');
export const queueEntryNotFound = problem('queue_entry_not_found', 404, 'No credential of this id has been sent in.');

export const duplicateFile = problem(
  'duplicate_file',
  409,
  'Another credential of your organisation has this file already.',
);
