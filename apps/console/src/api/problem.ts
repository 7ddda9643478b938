import type { components } from './schema';

export type ProblemBody = components['schemas']['Problem'];

/** A request that did not work out: the API's own problem, or no answer at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** One sentence for a person; empty where nothing answered. */
  readonly detail: string;
  readonly requestId: string | null;
  /** What is wrong with single fields, by their wire names. */
  readonly fields: Readonly<Record<string, string>>;
  /** What the second step of a sign-in needs; null for all other problems. */
  readonly secondFactor: NonNullable<ProblemBody['secondFactor']> | null;
  /** When the server asks to come back, in seconds. */
  readonly retryAfter: number | null;

  constructor(status: number, body: Partial<ProblemBody>, headers?: Headers) {
    super(body.detail ?? body.code ?? 'no answer');
    this.name = 'ApiProblem';
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'no_answer' : 'unknown');
    this.detail = body.detail ?? '';
    this.requestId = body.requestId ?? headers?.get('x-request-id') ?? null;
    this.fields = Object.fromEntries((body.errors ?? []).map(({ field, message }) => [field, message]));
    this.secondFactor = body.secondFactor ?? null;
    const seconds = Number(headers?.get('retry-after'));
    this.retryAfter = seconds > 0 ? seconds : null;
  }

  /** Nothing answered, or something on the way: asking again may help. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  /** Somebody else was faster: what was read is not what is there now. */
  get isConflict(): boolean {
    return this.status === 409 || this.status === 412;
  }
}

export function toProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem(0, {});
}
