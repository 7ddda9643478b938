import { problem } from '#libs/common';

export const ownCredential = problem('own_credential', 403, 'Nobody reviews a document of their own.');
export const changedSinceRead = problem(
  'changed_since_read',
  412,
  'The credential was sent in again after you read it; read it again before you decide.',
);
export const alreadyDecided = problem('already_decided', 409, 'This submission has been decided on already.');
export const notSubmitted = problem('not_submitted', 409, 'There is nothing to review yet: the file has not arrived.');
