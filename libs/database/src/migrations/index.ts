import { Initial1795219200000 } from './1795219200000-initial';

/** In order. A class list instead of a file pattern: the same under tsc and jest. */
export const MIGRATIONS = [Initial1795219200000];
