/** One invalid field of a request. `field` is the wire name, with dots for nesting: `attachment.size`. */
export interface FieldError {
  field: string;
  code: string;
  message: string;
}

/** Extra facts for one occurrence of a problem. Never put a rejected value, a token or personal data here. */
export interface ProblemDetails {
  detail?: string;
  errors?: FieldError[];
  headers?: Record<string, string>;
  /** What a client needs to go on: an extension member (RFC 9457, 3.2) of this one occurrence. */
  members?: Record<string, unknown>;
  /** Of the request that was given this answer first, when it is given again. */
  requestId?: string;
}

/** An error the caller is told about, in the shape of RFC 9457. Anything else that is thrown becomes a 500 without details. */
export class Problem extends Error {
  constructor(
    readonly definition: ProblemDefinition,
    readonly details: ProblemDetails = {},
  ) {
    super(details.detail ?? definition.detail);
    this.name = 'Problem';
  }
}

/** A named failure. Calling it makes a throwable `Problem`: `throw certificateNotFound()`. */
export interface ProblemDefinition {
  (details?: ProblemDetails): Problem;
  /** Stable, snake_case; part of the contract. */
  readonly code: string;
  readonly status: number;
  /** One sentence for a person. */
  readonly detail: string;
}

const definitions = new Map<string, ProblemDefinition>();

/**
 * Defines a failure by name, with headers that go with every answer of it. Every definition is listed in docs/errors.md; a test
 * compares the two.
 * @throws Error when the code is taken: a code means one thing.
 */
export function problem(
  code: string,
  status: number,
  detail: string,
  headers: Record<string, string> = {},
): ProblemDefinition {
  if (definitions.has(code)) throw new Error(`The problem code ${code} is defined twice`);
  const create = (details: ProblemDetails = {}): Problem =>
    new Problem(definition, { ...details, headers: { ...headers, ...details.headers } });
  const definition: ProblemDefinition = Object.assign(create, { code, status, detail });
  definitions.set(code, definition);
  return definition;
}

/** All failures defined so far, by code. */
export function problemDefinitions(): ProblemDefinition[] {
  return [...definitions.values()].sort((a, b) => a.code.localeCompare(b.code));
}

/** A problem about one field: `invalidField(titleUnknown, 'titleId')`. */
export function fieldProblem(definition: ProblemDefinition, field: string, message?: string): Problem {
  return definition({
    detail: message,
    errors: [{ field, code: definition.code, message: message ?? definition.detail }],
  });
}
