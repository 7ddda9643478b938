import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Client } from 'pg';
import { Config, type Environment } from '#libs/config';
import { databaseOptions, KEPT } from './database-options';
import { JoiningDataSource } from './joining-data-source';
import { PoolMetrics } from './pool-metrics';
import { PreparingClient } from './prepared-statements';
import type { ReplicaOptions } from './replica';
import { RequestClient } from './request-client';

/** What a transaction may do nothing for, with its locks held. */
const IDLE_MS = 30_000;
/** PostgreSQL ends a statement by itself; this much later it is the network, or the server as a whole, that says nothing. */
const SILENCE_MS = 5_000;

/**
 * How requests use the database: nothing is waited for without end. Migrations are under no such limits. TypeORM hands `extra` to the pool of `pg`.
 */
function forRequests(options: ReturnType<typeof databaseOptions>, environment: Environment, client: typeof Client) {
  const { DATABASE_WAIT_SECONDS: wait, DATABASE_STATEMENT_SECONDS: statement } = environment;
  const extra = {
    ...(options.extra as object),
    ...KEPT,
    Client: client,
    connectionTimeoutMillis: wait * 1000,
    statement_timeout: statement * 1000,
    query_timeout: statement * 1000 + SILENCE_MS,
    idle_in_transaction_session_timeout: IDLE_MS,
    // Not a parameter of the connection's start like the two above: poolers refuse those that they were not told to expect.
    onConnect: (connection: Client) => connection.query(`set lock_timeout = '${wait}s'`),
  };
  return { ...options, extra };
}

/** The connection pool. Each lib registers its own entities with `TypeOrmModule.forFeature`. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config],
      useFactory: ({ databaseUrl, databaseReplicaUrl, environment }: Config) => {
        const { DATABASE_POOL_SIZE: poolSize, DATABASE_PREPARED_STATEMENTS: isPreparing } = environment;
        const client = isPreparing ? PreparingClient : RequestClient;
        return {
          ...forRequests(databaseOptions(databaseUrl, poolSize), environment, client),
          replica: databaseReplicaUrl && { url: databaseReplicaUrl, poolSize, Client: client },
          autoLoadEntities: true,
          // The process manager restarts us; a start that cannot reach its database should say so at once.
          retryAttempts: 0,
        };
      },
      dataSourceFactory: async (given) => {
        if (!given) throw new Error('The data source has no options');
        const { replica, ...options } = given as typeof given & { replica: ReplicaOptions | null };
        return new JoiningDataSource(options, replica);
      },
    }),
  ],
  providers: [PoolMetrics],
})
export class DatabaseModule {}
