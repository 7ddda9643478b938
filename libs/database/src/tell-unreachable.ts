import type { Pool, PoolClient } from 'pg';
import { DatabaseUnreachable } from '#libs/common';

type Taken = (error: Error | undefined, client: PoolClient | undefined, release: (error?: unknown) => void) => void;

/**
 * Gives one name to everything that keeps a pool from handing out a connection: refused, unknown, broken off while it was made, too many, none
 * free in time. By its code alone nobody could tell it from the failure of a storage or a mail server.
 */
export function tellUnreachable(pool: Pool): void {
  const connect = pool.connect.bind(pool) as (taken: Taken) => void;
  pool.connect = ((taken?: Taken) => {
    if (taken) return connect((error, ...rest) => taken(error && new DatabaseUnreachable(error), ...rest));
    return new Promise<PoolClient>((resolve, reject) => {
      connect((error, client) => (client ? resolve(client) : reject(new DatabaseUnreachable(error))));
    });
  }) as Pool['connect'];
}
