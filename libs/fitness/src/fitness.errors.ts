import { problem } from '#libs/common';

export const periodRefused = problem('period_refused', 422, 'Nobody can be asked about for these days.');
export const knownInFuture = problem('known_in_future', 422, 'What will be known cannot be asked for.');
