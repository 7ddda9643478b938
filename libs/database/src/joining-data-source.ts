import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource, type DataSourceOptions, type EntityManager, type QueryRunner } from 'typeorm';

/** The transaction that the work at hand is part of; null once it has ended. */
const scopes = new AsyncLocalStorage<{ tx: EntityManager | null }>();

/**
 * Makes everything that `work` does through the product's data source part of `tx`, however deep it lies: reads see what was
 * written, and transactions opened inside become savepoints. So a use case can be made one with something that it knows
 * nothing of. The work must await all it starts.
 */
export async function insideTransaction<T>(tx: EntityManager, work: () => Promise<T>): Promise<T> {
  const scope: { tx: EntityManager | null } = { tx };
  try {
    return await scopes.run(scope, work);
  } finally {
    // Whatever was left running must not write into somebody else's transaction on this connection.
    scope.tx = null;
  }
}

/** The product's data source. Outside of `insideTransaction` it is an ordinary one. */
export class JoiningDataSource extends DataSource {
  constructor(options: DataSourceOptions) {
    super(options);
    const { manager } = this;
    Object.defineProperty(this, 'manager', { get: () => scopes.getStore()?.tx ?? manager });
  }

  override query<T>(statement: string, parameters?: unknown[], runner?: QueryRunner): Promise<T> {
    return super.query(statement, parameters as never, runner ?? scopes.getStore()?.tx?.queryRunner);
  }
}
