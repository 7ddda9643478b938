import { problem } from '#libs/common';

export const identityDocumentNotFound = problem(
  'identity_document_not_found',
  404,
  'There is no such identity document for you.',
);
export const identityDocumentHasNoFile = problem(
  'identity_document_has_no_file',
  404,
  'This identity document has no file.',
);
