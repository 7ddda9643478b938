import type { Pool } from 'pg';
import { QueryFailedError } from 'typeorm';
import { keepTrace } from './trace-statement';

/**
 * A statement outside of any transaction, straight to the pool of `pg`; the answer and the errors are those of TypeORM's `query`, without the
 * query runner that it makes, connects, tells its subscribers about and releases around each statement. A read sends one or two of
 * these and does little else (docs/performance.md). With callbacks, so that the connection is free again before its rows are looked at.
 */
export function queryPool<T>(pool: Pool, statement: string, parameters: unknown[] = []): Promise<T> {
  return new Promise((resolve, reject) => {
    pool.connect(
      keepTrace((failure, client) => {
        if (!client) return reject(failure ?? new Error('The pool has no connection'));
        client.query(statement, parameters, (error: Error | null, result) => {
          // The pool looks itself whether the connection can be used again.
          client.release();
          if (error) return reject(new QueryFailedError(statement, parameters, error));
          const { command, rows, rowCount } = result;
          resolve((command === 'UPDATE' || command === 'DELETE' ? [rows, rowCount] : rows) as T);
        });
      }),
    );
  });
}
