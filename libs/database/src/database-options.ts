import type { DataSourceOptions } from 'typeorm';
import { defaults, types } from 'pg';
import { SnakeNamingStrategy } from './snake-naming-strategy';
import { MIGRATIONS } from './migrations/index';

const CONNECT_MS = 10_000;
const DATE_OID = 1082;
const INSTANT_OID = 1184;
const [MINUS, ZERO] = [45, 48];

// A calendar date has no zone: as a JavaScript Date it would move by a day west of Greenwich.
types.setTypeParser(DATE_OID, (text) => text);

const readInstant = types.getTypeParser(INSTANT_OID) as (text: string) => Date | null;

// A list of 20 has a hundred of them, and pg's own expression took several times as long as these sums. Other forms (far years, BC,
// infinity, other offsets) are left to it.
types.setTypeParser(INSTANT_OID, (text) => {
  const isUsual = text.charCodeAt(4) === MINUS && text.charCodeAt(0) !== ZERO && text.endsWith('+00');
  if (!isUsual) return readInstant(text);
  const fraction = Math.min(text.length - '+00'.length, 23);
  const ms = fraction > 20 ? digits(text, 20, fraction) * 10 ** (23 - fraction) : 0;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  return new Date(Date.UTC(year, month - 1, day, digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19), ms));
});

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i += 1) value = value * 10 + text.charCodeAt(i) - ZERO;
  return value;
}

// By default pg writes instants in the zone of the process, with whole minutes: in a zone whose offset once had seconds
// (Monrovia until 1972) an old date would move.
defaults.parseInputDatesAsUTC = true;

/**
 * How long the pool of `pg` keeps what nobody uses. A connection costs PostgreSQL a process, whose first statements are slow; `pg` would
 * close it after ten seconds, and open a whole pool anew in the middle of the next busy moment (ADR 0102). What has gone away without a
 * word, as behind a firewall, is found out by TCP: it asks after ten seconds of silence.
 */
export const KEPT = { idleTimeoutMillis: 10 * 60_000, keepAlive: true, keepAliveInitialDelayMillis: 10_000 };

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
