import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';
import { describeError } from '#libs/common';

type Level = 'info' | 'error' | 'warn' | 'debug' | 'fatal';

/** Nest reports every route and module at start; that is of no use in operation. */
const START_REPORTS = ['InstanceLoader', 'RouterExplorer', 'RoutesResolver', 'NestFactory'];
/** Of values within values. */
const MOST_DEPTH = 5;

/**
 * Lets Nest and our own `Logger`s write through pino. Nothing that is given is left out: texts are put one after the other in `msg`, the
 * fields of an object stand beside them, what would take the place of another field goes to `more`, and an error is told with its text, stack and
 * causes, wherever it stands.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (message: unknown, ...rest: unknown[]) => this.write('info', message, rest);
  error = (message: unknown, ...rest: unknown[]) => this.write('error', message, rest);
  warn = (message: unknown, ...rest: unknown[]) => this.write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]) => this.write('debug', message, rest);
  fatal = (message: unknown, ...rest: unknown[]) => this.write('fatal', message, rest);
  verbose = () => undefined;

  private write(level: Level, message: unknown, rest: unknown[]): void {
    // Nest's Logger adds its context as the last one.
    const last = rest.at(-1);
    const context = typeof last === 'string' ? last : undefined;
    if (level === 'info' && context !== undefined && START_REPORTS.includes(context)) return;
    const texts: string[] = [];
    const fields: Record<string, unknown> = { context };
    const more: unknown[] = [];
    for (const value of [message, ...(context === undefined ? rest : rest.slice(0, -1))]) {
      if (value === undefined) continue;
      if (value instanceof Error) place(fields, more, { error: describeError(value) });
      else if (typeof value === 'object' && value !== null)
        place(fields, more, plain(value, MOST_DEPTH) as Record<string, unknown>);
      else texts.push(`${value as string}`);
    }
    if (more.length > 0) fields['more'] = more;
    if (texts.length > 0) this.logger[level](fields, texts.join(' '));
    else this.logger[level](fields);
  }
}

/** pino's own fields are taken too: a line with two of a name is read as if it had the second one only. */
const TAKEN = ['level', 'time', 'msg', 'more'];

function place(fields: Record<string, unknown>, more: unknown[], given: Record<string, unknown>): void {
  if (Array.isArray(given)) {
    more.push(given);
    return;
  }
  for (const [name, value] of Object.entries(given)) {
    if (name in fields || TAKEN.includes(name)) more.push({ [name]: value });
    else fields[name] = value;
  }
}

/** JSON knows no errors: they would become `{}`. */
function plain(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (typeof value !== 'object' || value === null || depth === 0 || 'toJSON' in value) return value;
  if (Array.isArray(value)) return (value as unknown[]).map((each) => plain(each, depth - 1));
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([name, each]) => [name, plain(each, depth - 1)]),
  );
}
