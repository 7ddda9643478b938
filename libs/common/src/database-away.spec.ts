import { DatabaseUnreachable, isDatabaseAway } from './database-away';
import { problemDefinitions } from './problem';
import { toProblem } from './problem.filter';

const coded = (code: string) => Object.assign(new Error(code), { code });
/** As TypeORM wraps what pg says of a statement. */
const ofStatement = (error: Error) => Object.assign(new Error(error.message), { driverError: error });

const AWAY = [
  ...['08000', '08001', '08003', '08004', '08006', '08P01'],
  ...['53000', '53100', '53200', '53300', '53400'],
  ...['57P01', '57P02', '57P03', '57P04', '57P05'],
  ...['57014', '55P03', '25P03', '25006'],
];
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
];
const MESSAGES = [
  'Connection terminated unexpectedly',
  'Client was closed and is not queryable',
  'Query read timeout',
  'Query runner already released. Cannot run queries anymore.',
];
const OTHERS = ['23505', '42P01', '22P02', '42501', '40P01', 'XX000', '53', '57P0', 'ERR_INVALID_ARG_TYPE'];

describe('that the database is away', () => {
  it.each([...AWAY, ...NETWORK])('is what %s of a statement means, and is answered 503 with Retry-After', (code) => {
    const { definition, details } = toProblem(ofStatement(coded(code)));
    expect({ status: definition.status, code: definition.code }).toEqual({
      status: 503,
      code: 'temporarily_unavailable',
    });
    expect(details.headers).toEqual({ 'retry-after': '5' });
  });

  it.each(AWAY)('is what %s means where the driver itself throws it', (code) => {
    expect(isDatabaseAway(coded(code))).toBe(true);
  });

  it.each(MESSAGES)('is what "%s" means, which has no code', (message) => {
    expect([new Error(message), ofStatement(new Error(message))].map(isDatabaseAway)).toEqual([true, true]);
  });

  it.each([...NETWORK, '28P01', '3D000', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'is what %s means that keeps the pool from giving a connection',
    (code) => expect(isDatabaseAway(new DatabaseUnreachable(coded(code)))).toBe(true),
  );

  it.each(NETWORK)('is not what %s means of any other connection', (code) => {
    expect(isDatabaseAway(coded(code))).toBe(false);
  });

  it.each(OTHERS)('is not what %s of a statement means', (code) => {
    expect(isDatabaseAway(ofStatement(coded(code)))).toBe(false);
  });
});

describe('that the registry is under maintenance', () => {
  it('is what a guard of the database says, and is answered as that', () => {
    const refused = Object.assign(coded('25006'), { constraint: 'maintenance' });
    for (const error of [refused, ofStatement(refused)]) {
      const { definition, details } = toProblem(error);
      expect(definition.code).toBe('under_maintenance');
      expect(details.headers).toEqual({ 'retry-after': '60' });
    }
  });
});

describe('every 503', () => {
  it('says when to come back', () => {
    const silent = problemDefinitions().filter(
      (definition) => definition.status === 503 && !definition().details.headers?.['retry-after'],
    );
    expect(silent.map(({ code }) => code)).toEqual([]);
  });
});
