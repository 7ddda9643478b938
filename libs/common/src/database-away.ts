/** The pool had no connection to give: the database is away, full or refuses us. `code` is the one of the cause. */
export class DatabaseUnreachable extends Error {
  readonly code: string | undefined;

  constructor(cause: unknown) {
    super('No connection to the database could be had', { cause });
    this.name = 'DatabaseUnreachable';
    this.code = (cause as { code?: string } | null)?.code;
  }
}

/**
 * "Error Codes" of the PostgreSQL documentation. 08: the connection is broken or refused, which is also what PgBouncer says for want of a
 * server; 53: no memory, no room, no connection free; 57P: shutting down or starting.
 */
const PASSING_CLASSES = /^(08|53|57P)/;
/** Ended by a time limit or by an administrator, a lock that was not to be had, idle in a transaction; a standby that is about to be promoted. */
const PASSING_STATES = ['57014', '55P03', '25P03', '25006'];
/** The connection broke under the statement ("Errors" of the Node.js documentation, and errno(3)). */
const PASSING_NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
];
/** What pg says without a code when a connection breaks in the middle; the last two are TypeORM's, of a transaction's next statement. */
const PASSING_MESSAGES = [
  'Connection terminated',
  'Client was closed',
  'Client has encountered a connection error',
  'Query read timeout',
  'Database connection provided by a query runner was already released',
  'Query runner already released',
];

/** True when the database did not do what it was asked for a reason that passes; its transaction is undone. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DatabaseUnreachable) return true;
  const { driverError } = error as { driverError?: Error };
  const { code = '', message }: Error & { code?: string } = driverError ?? error;
  // Other connections break too, and mean something else.
  if (PASSING_NETWORK.includes(code)) return driverError !== undefined;
  return (
    PASSING_STATES.includes(code) ||
    (code.length === 5 && PASSING_CLASSES.test(code)) ||
    PASSING_MESSAGES.some((start) => message.startsWith(start))
  );
}

/** True when a guard of maintenance has refused a change (the migration `maintenance`). */
export function isUnderMaintenance(error: unknown): boolean {
  const { driverError = error } = (error ?? {}) as { driverError?: unknown };
  const { code, constraint } = (driverError ?? {}) as { code?: string; constraint?: string };
  return code === '25006' && constraint === 'maintenance';
}
