import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool } from 'pg';
import { DataSource, type DataSourceOptions, type EntityManager, type QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import { queryPool } from './query-pool';
import { type Reader, Replica, type ReplicaOptions } from './replica';
import { tellUnreachable } from './tell-unreachable';

interface Scope {
  /** The transaction that the work at hand is part of; null once it has ended. */
  tx: EntityManager | null;
  /** Whose reads they are, where a replica may answer. */
  reader?: Reader;
}

const scopes = new AsyncLocalStorage<Scope>();

/**
 * Makes everything that `work` does through the product's data source part of `tx`, however deep it lies: reads see what was
 * written, and transactions opened inside become savepoints. So a use case can be made one with something that it knows
 * nothing of. The work must await all it starts.
 */
export async function insideTransaction<T>(tx: EntityManager, work: () => Promise<T>): Promise<T> {
  const scope: Scope = { tx };
  try {
    return await scopes.run(scope, work);
  } finally {
    // Whatever was left running must not write into somebody else's transaction on this connection.
    scope.tx = null;
  }
}

/**
 * Lets a replica, where there is one, answer what `work` reads with `query`: what others have changed within the last seconds may be
 * missing from it, what the reader has written never is. Not for what decides about access or a file's state.
 */
export function fromReplica<T>(dataSource: DataSource, reader: Reader, work: () => Promise<T>): Promise<T> {
  const hasReplica = dataSource instanceof JoiningDataSource && dataSource.replica !== null;
  // A transaction sees its own writes, which are nowhere else yet.
  if (!hasReplica || scopes.getStore()?.tx) return work();
  return scopes.run({ tx: null, reader }, work);
}

/** The product's data source. Outside of `insideTransaction` and `fromReplica` it is an ordinary one. */
export class JoiningDataSource extends DataSource {
  readonly replica: Replica | null;

  constructor(options: DataSourceOptions, replica: ReplicaOptions | null = null) {
    super(options);
    const { manager } = this;
    Object.defineProperty(this, 'manager', { get: () => scopes.getStore()?.tx ?? manager });
    this.replica = replica && new Replica(replica, (statement) => super.query(statement));
  }

  override async initialize(): Promise<this> {
    await super.initialize();
    tellUnreachable(this.pool);
    this.replica?.start();
    return this;
  }

  override async destroy(): Promise<void> {
    await this.replica?.end();
    await super.destroy();
  }

  override query<T>(statement: string, parameters?: unknown[], runner?: QueryRunner): Promise<T> {
    const scope = scopes.getStore();
    const ask = () => this.ask<T>(statement, parameters, runner ?? scope?.tx?.queryRunner);
    if (!scope?.reader || !this.replica || runner) return ask();
    return this.replica.read<T>(scope.reader, statement, parameters).then((rows) => rows ?? ask());
  }

  /** How many wait for a connection at the moment; nobody does any more once it is destroyed. */
  get waitingCount(): number {
    return this.isInitialized ? this.pool.waitingCount : 0;
  }

  private ask<T>(statement: string, parameters?: unknown[], runner?: QueryRunner): Promise<T> {
    if (runner) return super.query(statement, parameters as never, runner);
    this.logger.logQuery(statement, parameters);
    return queryPool(this.pool, statement, parameters);
  }

  /** Of the primary. */
  get pool(): Pool {
    return (this.driver as PostgresDriver).master as Pool;
  }
}
