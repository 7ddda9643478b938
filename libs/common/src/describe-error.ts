/** Of causes within causes; one that refers to itself ends here too. */
const MOST_CAUSES = 5;

/**
 * What of an error may be written down: its name, text, stack, codes and causes. Errors of the database carry the failing row's values in
 * `detail` and `parameters`, and so never more than is listed here.
 */
export function describeError(error: unknown, causes = MOST_CAUSES): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { driverError, errors } = error as { driverError?: unknown; errors?: unknown };
  const { code, constraint } = (driverError ?? error) as { code?: unknown; constraint?: unknown };
  const told = { name: error.name, message: error.message, stack: error.stack, code, constraint };
  if (causes === 0) return told;
  const describe = (cause: unknown) => describeError(cause, causes - 1);
  return {
    ...told,
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
    // Of an AggregateError: one for each address of a host, and no text of its own.
    ...(Array.isArray(errors) ? { errors: errors.map(describe) } : {}),
  };
}
