import { problem } from '#libs/common';

export const idempotencyKeyInvalid = problem(
  'idempotency_key_invalid',
  400,
  'An Idempotency-Key has 1 to 255 printable ASCII characters.',
);
export const requestInProgress = problem(
  'request_in_progress',
  409,
  'A request with this Idempotency-Key is still being worked on; send it again in a moment.',
  { 'retry-after': '1' },
);
export const idempotencyKeyReused = problem(
  'idempotency_key_reused',
  422,
  'This Idempotency-Key was sent before with another request or with other rights; a new request needs a new key.',
);
