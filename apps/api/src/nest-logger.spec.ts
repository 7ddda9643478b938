import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import pino from 'pino';
import { QueryFailedError } from 'typeorm';
import { NestLogger } from './nest-logger';

const LEVELS = ['log', 'error', 'warn', 'debug', 'fatal'] as const;

/** What a call through Nest's own Logger writes, as a line and read again. */
function lineOf(level: (typeof LEVELS)[number], values: unknown[], context = 'Part'): string {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  Logger.overrideLogger(new NestLogger(pino({ level: 'debug', base: undefined }, { write })));
  const [message, ...rest] = values;
  new Logger(context)[level](message, ...rest);
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

/** Every text that is somewhere in what was read. */
function textsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value).flatMap(textsOf);
}

const word = fc.string({ minLength: 1 }).map((text) => `<${text}>`);
const error = fc
  .tuple(word, fc.option(word), fc.option(word))
  .map(([text, cause, code]) =>
    Object.assign(new Error(text, cause === null ? {} : { cause: new Error(cause) }), code === null ? {} : { code }),
  );
const leaf = fc.oneof(word, error, fc.integer(), fc.boolean());
const fields = fc.dictionary(fc.constantFrom('message', 'msg', 'level', 'context', 'error', 'id'), leaf, {
  noNullPrototype: true,
});
const argument = fc.oneof(leaf, fields, fc.array(leaf, { maxLength: 3 }));

/** All that has been given: every text, number and error, however deep. */
function given(value: unknown): string[] {
  if (value instanceof Error) {
    const { message, stack = '', cause, code } = value as Error & { code?: string };
    return [message, stack, ...(cause ? given(cause) : []), ...(code ? [code] : [])];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(given) : [String(value)];
}

describe('a line of the log', () => {
  afterAll(() => Logger.overrideLogger(false));

  it('has all that the call was given, in whatever order and however deep', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LEVELS), fc.array(argument, { minLength: 1, maxLength: 4 }), (level, values) => {
        const written = textsOf(JSON.parse(lineOf(level, values)));
        const lost = values.flatMap(given).filter((text) => !written.some((one) => one.includes(text)));
        expect(lost).toEqual([]);
        expect(written).toContain('Part');
      }),
      { numRuns: 500 },
    );
  });

  it('reads as one sentence with its facts beside it', () => {
    const line = JSON.parse(lineOf('warn', [{ kid: 'k1' }, 'A signing key is left out']));
    expect(line).toMatchObject({ level: 40, context: 'Part', kid: 'k1', msg: 'A signing key is left out' });
  });

  it('tells an error with its text, stack, code and causes', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 192.0.2.1:5432'), { code: 'ECONNREFUSED' });
    const line = JSON.parse(lineOf('error', ['It could not be done', new Error('No connection', { cause })]));
    expect(line).toMatchObject({
      msg: 'It could not be done',
      error: { message: 'No connection', cause: { message: cause.message, code: 'ECONNREFUSED' } },
    });
    expect(line.error.stack).toContain('nest-logger.spec');
  });

  it('has none of the values that a failed statement was sent with, nor what PostgreSQL quotes of the row', () => {
    const driverError = Object.assign(new Error('duplicate key value'), {
      code: '23505',
      constraint: 'users_email_key',
      detail: 'Key (email)=(kari@example.org) already exists.',
    });
    const line = lineOf('error', [new QueryFailedError('insert', ['kari@example.org'], driverError)]);
    expect(line).toContain('users_email_key');
    expect(line).not.toContain('kari@example.org');
  });

  it('is none for what Nest reports of each route at the start', () => {
    const lines: string[] = [];
    const logger = new NestLogger(pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }));
    logger.log('Mapped {/health, GET} route', 'RouterExplorer');
    expect(lines).toEqual([]);
  });
});
