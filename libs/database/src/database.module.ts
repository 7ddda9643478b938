import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Client } from 'pg';
import { Config } from '#libs/config';
import { databaseOptions } from './database-options';
import { JoiningDataSource } from './joining-data-source';
import { PreparingClient } from './prepared-statements';
import type { ReplicaOptions } from './replica';

/** TypeORM hands `extra` to the pool of `pg`. */
function withClient(options: ReturnType<typeof databaseOptions>, client: typeof Client) {
  return { ...options, extra: { ...(options.extra as object), Client: client } };
}

/** The connection pool. Each lib registers its own entities with `TypeOrmModule.forFeature`. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config],
      useFactory: ({ databaseUrl, databaseReplicaUrl, environment }: Config) => {
        const { DATABASE_POOL_SIZE: poolSize, DATABASE_PREPARED_STATEMENTS: isPreparing } = environment;
        const client = isPreparing ? PreparingClient : Client;
        return {
          ...withClient(databaseOptions(databaseUrl, poolSize), client),
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
})
export class DatabaseModule {}
