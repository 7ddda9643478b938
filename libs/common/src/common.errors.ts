import { problem } from './problem';

export const invalidRequest = problem('invalid_request', 400, 'The request is malformed; "errors" names each field.');
export const malformedJson = problem('malformed_json', 400, 'The request body is not valid JSON.');
export const requestTooComplex = problem(
  'request_too_complex',
  400,
  'The request is nested too deeply, or has too many members, parameters or too long a parameter.',
);
export const forbiddenKey = problem(
  'forbidden_key',
  400,
  'The request body has a key that is never accepted: "__proto__", or "constructor" with "prototype".',
);
export const invalidCursor = problem('invalid_cursor', 400, 'The cursor was not made by this list.');
export const yearOutOfRange = problem('year_out_of_range', 422, 'The year of a paper is one from 1900 to 2200.');
export const fieldForbidden = problem('field_forbidden', 403, 'A field was sent that you may not set.');
export const routeNotFound = problem('route_not_found', 404, 'There is nothing at this address.');
export const requestTimeout = problem('request_timeout', 408, 'The request was not sent in time; send it again.');
export const changedSinceRead = problem(
  'changed_since_read',
  412,
  'It was changed after you read it; read it again before you decide or change it.',
);
export const payloadTooLarge = problem('payload_too_large', 413, 'The request body is larger than allowed.');
export const addressTooLong = problem('address_too_long', 414, 'The address with its query is longer than allowed.');
export const unsupportedMediaType = problem(
  'unsupported_media_type',
  415,
  'The request body must be sent as application/json.',
);
export const requestRefused = problem('request_refused', 400, 'The request could not be understood.');
export const headersTooLarge = problem('headers_too_large', 431, 'The headers are more or longer than allowed.');
export const internalError = problem('internal_error', 500, 'Something went wrong on our side; quote the requestId.');
export const temporarilyUnavailable = problem(
  'temporarily_unavailable',
  503,
  'The database is busy or away; try again in a moment. What was begun is undone, unless only its confirmation was lost.',
  { 'retry-after': '5' },
);
export const underMaintenance = problem(
  'under_maintenance',
  503,
  'The registry is under maintenance: it can be read and not changed, and files are not handed out. Nothing was changed; try again later.',
  { 'retry-after': '60' },
);
export const overloaded = problem(
  'overloaded',
  503,
  'More requests came at once than can be worked on, and this one was left untouched; try again in a moment.',
  { 'retry-after': '2' },
);
export const shuttingDown = problem('shutting_down', 503, 'The service is stopping; try again in a moment.', {
  'retry-after': '1',
});
