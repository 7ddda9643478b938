import { problem } from '#libs/common';

export const failedJobNotFound = problem(
  'failed_job_not_found',
  404,
  'There is no such failed work; it may have been tried again meanwhile.',
);
