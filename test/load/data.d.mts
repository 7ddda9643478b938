import type { Pool } from 'pg';

/** Of every person of a measurement. */
export declare const PASSWORD: string;

/** Lets people sign in with it. */
export declare function setPassword(database: Pool, emails: string[]): Promise<void>;

/** Fills the empty registry; answers the organisation's id. */
export declare function fill(
  database: Pool,
  options: { people: number; certificates: number; onProgress?: (share: number) => void },
): Promise<number>;
