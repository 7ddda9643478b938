import type { DataSourceOptions } from 'typeorm';
import { defaults, types } from 'pg';
import { SnakeNamingStrategy } from './snake-naming-strategy';
import { MIGRATIONS } from './migrations/index';

const DATE_OID = 1082;
// A calendar date has no zone: as a JavaScript Date it would move by a day west of Greenwich.
types.setTypeParser(DATE_OID, (text) => text);

// By default pg writes instants in the zone of the process, with whole minutes: in a zone whose offset once had seconds
// (Monrovia until 1972) an old date would move.
defaults.parseInputDatesAsUTC = true;

/** TypeORM settings shared by the product, its commands, ormconfig.ts and the tests. */
export function databaseOptions(url: string, poolSize: number): Extract<DataSourceOptions, { type: 'postgres' }> {
  return {
    type: 'postgres',
    url,
    poolSize,
    // Integer ids stay below 2^53 (contract D), so bigint columns are safe as numbers.
    parseInt8: true,
    namingStrategy: new SnakeNamingStrategy(),
    migrations: MIGRATIONS,
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    applicationName: 'credence',
    extra: { statement_timeout: 30_000, idle_in_transaction_session_timeout: 30_000, connectionTimeoutMillis: 10_000 },
  };
}
