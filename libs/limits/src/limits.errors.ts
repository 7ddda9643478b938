import { problem } from '#libs/common';

export const rateLimited = problem(
  'rate_limited',
  429,
  'Too many requests; "Retry-After" says in how many seconds they are answered again.',
);
