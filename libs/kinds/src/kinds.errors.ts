import { problem } from '#libs/common';

export const kindNotFound = problem('kind_not_found', 404, 'There is no such kind of paper in your organisation.');
export const kindUnknown = problem('kind_unknown', 422, 'There is no such kind of paper in your organisation.');
export const kindExists = problem('kind_exists', 409, 'Your organisation has a kind of paper with this code already.');
export const tooManyKinds = problem('too_many_kinds', 409, 'Your organisation has as many kinds of its own as it can.');
export const kindOfIdentityDocument = problem(
  'kind_of_identity_document',
  422,
  'A kind of identity document is not given to certificates.',
);
export const monthsMissing = problem(
  'months_missing',
  422,
  'An end that is counted takes its number of months, and an age its own.',
);
