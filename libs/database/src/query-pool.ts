import type { Pool } from 'pg';
import { QueryFailedError } from 'typeorm';

/**
 * A statement outside of any transaction, straight to the pool of `pg`; the answer and the errors are those of TypeORM's `query`, without the
 * query runner that it makes, connects, tells its subscribers about and releases around each statement. A read sends one or two of
 * these and does little else (docs/performance.md).
 */
export async function queryPool<T>(pool: Pool, statement: string, parameters?: unknown[]): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks tells everybody who listens, and ends the process when nobody does; the statement fails by itself.
  client.on('error', ignore);
  try {
    const { command, rows, rowCount } = await client.query(statement, parameters);
    return (command === 'UPDATE' || command === 'DELETE' ? [rows, rowCount] : rows) as T;
  } catch (error) {
    throw new QueryFailedError(statement, parameters, error as Error);
  } finally {
    client.removeListener('error', ignore);
    // The pool looks itself whether the connection can be used again.
    client.release();
  }
}

function ignore(): void {}
