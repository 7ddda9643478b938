import { QueryFailedError } from 'typeorm';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const NOT_NULL_VIOLATION = '23502';
const CHECK_VIOLATION = '23514';

/** True when the error is the violation of the named unique constraint or index. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  return violates(error, UNIQUE_VIOLATION, constraint);
}

/** True when the error is the violation of the named foreign key. */
export function violatesForeignKey(error: unknown, constraint: string): boolean {
  return violates(error, FOREIGN_KEY_VIOLATION, constraint);
}

/** True when the error is the violation of the named check. */
export function violatesCheck(error: unknown, constraint: string): boolean {
  return violates(error, CHECK_VIOLATION, constraint);
}

/** True when the error is that this column was to become null. */
export function violatesNotNull(error: unknown, table: string, column: string): boolean {
  const cause = causeOf(error);
  return cause?.code === NOT_NULL_VIOLATION && cause.table === table && cause.column === column;
}

function violates(error: unknown, code: string, constraint: string): boolean {
  const cause = causeOf(error);
  return cause?.code === code && cause.constraint === constraint;
}

/** What PostgreSQL says about its errors (its documentation: Error and Notice Message Fields). */
interface Cause {
  code?: string;
  constraint?: string;
  table?: string;
  column?: string;
}

function causeOf(error: unknown): Cause | null {
  return error instanceof QueryFailedError ? (error.driverError as Cause) : null;
}
