import { problem } from '#libs/common';
import { kindOfIdentityDocument, kindUnknown } from '#libs/kinds';

export const certificateNotFound = problem('certificate_not_found', 404, 'There is no such certificate for you.');
export const certificateHasNoFile = problem('certificate_has_no_file', 404, 'This certificate has no file.');
export const kindNotOffered = problem('kind_not_offered', 422, 'This kind of paper is no longer offered.');
export const fieldRequired = problem('field_required', 422, 'A certificate of this kind has to have this.');
export const linesWithoutKind = problem(
  'lines_without_kind',
  422,
  'What a certificate proves line by line can be said only of one with a kind.',
);
export const certificateUnknown = problem('certificate_unknown', 422, 'This person has no such certificate.');
export const renewsAnotherKind = problem(
  'renews_another_kind',
  422,
  'A certificate renews one of the same kind, or of the same type where that one has no kind.',
);
export const renewsLaterOne = problem('renews_later_one', 422, 'A certificate renews one that was issued before it.');
export const extensionIncomplete = problem(
  'extension_incomplete',
  422,
  'An extension takes its day, which is after the expiry date, and the authority that gave it.',
);
export const lineDatesRefused = problem('line_dates_refused', 422, 'A line ends before it was issued.');
export const suspensionBackwards = problem('suspension_backwards', 422, 'A suspension ends before it begins.');

/** What may be wrong with the kind of a certificate and with what it proves. */
export const linesRefused = [
  ...[kindUnknown, kindOfIdentityDocument, kindNotOffered, fieldRequired, linesWithoutKind],
  ...[certificateUnknown, renewsAnotherKind, renewsLaterOne, extensionIncomplete, lineDatesRefused],
];
