import type { DataSourceOptions } from 'typeorm';
import { defaults, types } from 'pg';
import { SnakeNamingStrategy } from './snake-naming-strategy';
import { MIGRATIONS } from './migrations/index';

const CONNECT_MS = 10_000;
const DATE_OID = 1082;
const INSTANT_OID = 1184;
const [SPACE, PLUS, MINUS] = [32, 43, 45];

// A calendar date has no zone: as a JavaScript Date it would move by a day west of Greenwich.
types.setTypeParser(DATE_OID, (text) => text);

const readInstant = types.getTypeParser(INSTANT_OID) as (text: string) => Date | null;

// `2024-05-02 10:00:00.123+00` is one sign from the form that V8 reads by itself, far quicker than pg's expression; a list of 20
// has a hundred of them. Other forms (far years, BC, infinity, offsets with minutes) are left to pg.
types.setTypeParser(INSTANT_OID, (text) => {
  const sign = text.charCodeAt(text.length - 3);
  const isUsual = text.charCodeAt(4) === MINUS && text.charCodeAt(10) === SPACE && (sign === PLUS || sign === MINUS);
  return isUsual ? new Date(`${text.slice(0, 10)}T${text.slice(11)}:00`) : readInstant(text);
});

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
    extra: { connectionTimeoutMillis: CONNECT_MS },
  };
}
