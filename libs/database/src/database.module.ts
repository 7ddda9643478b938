import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '#libs/config';
import { databaseOptions } from './database-options';
import { JoiningDataSource } from './joining-data-source';
import { PreparingClient } from './prepared-statements';

/** TypeORM hands `extra` to the pool of `pg`. */
function withPreparedStatements(options: ReturnType<typeof databaseOptions>) {
  return { ...options, extra: { ...(options.extra as object), Client: PreparingClient } };
}

/** The connection pool. Each lib registers its own entities with `TypeOrmModule.forFeature`. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config],
      useFactory: ({ databaseUrl, environment }: Config) => ({
        ...withPreparedStatements(databaseOptions(databaseUrl, environment.DATABASE_POOL_SIZE)),
        autoLoadEntities: true,
        // The process manager restarts us; a start that cannot reach its database should say so at once.
        retryAttempts: 0,
      }),
      dataSourceFactory: async (options) => {
        if (!options) throw new Error('The data source has no options');
        return new JoiningDataSource(options);
      },
    }),
  ],
})
export class DatabaseModule {}
