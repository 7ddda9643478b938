import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  internalError,
  malformedJson,
  payloadTooLarge,
  requestRefused,
  routeNotFound,
  shuttingDown,
  temporarilyUnavailable,
  unsupportedMediaType,
} from './common.errors';
import { Problem } from './problem';

/** The one place where an error becomes an answer: `application/problem+json`, RFC 9457. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const found = toProblem(error);
    if (found.definition.status >= 500) {
      this.logger.error({ requestId: request.id, code: found.definition.code, error: describe(error) });
    }
    void sendProblem(request, reply, found);
  }
}

/** Sends a problem outside Nest's pipeline too (Fastify's own hooks and handlers). */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, found: Problem): FastifyReply {
  return reply
    .status(found.definition.status)
    .headers(found.details.headers ?? {})
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemBody(found, request.url, found.details.requestId ?? request.id)));
}

/** The body of a problem answer. The query string stays out of `instance`: it can carry a signature. */
export function problemBody(found: Problem, url: string, requestId: string): Record<string, unknown> {
  const { code, status, detail } = found.definition;
  return {
    type: `urn:credence:problem:${code}`,
    title: title(code),
    status,
    detail: found.details.detail ?? detail,
    instance: url.split('?')[0],
    code,
    requestId,
    ...(found.details.errors ? { errors: found.details.errors } : {}),
  };
}

/** Fastify reports its own failures (body parsing, limits) by `code`; Nest by `HttpException`. Both get one of our names. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || status === 415) return unsupportedMediaType();
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || status === 413) return payloadTooLarge();
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError) return malformedJson();
  if (isPassing(error)) return temporarilyUnavailable({ headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } });
  if (status === 404) return routeNotFound();
  if (status === 503) return shuttingDown();
  if (status !== undefined && status >= 400 && status < 500) return requestRefused();
  return internalError();
}

/** "Error Codes" of the PostgreSQL documentation: cancelled by a time-out, no connection free, shutting down or starting. */
const PASSING_STATES = ['57014', '55P03', '25P03', '53300', '57P01', '57P02', '57P03', '08000', '08003', '08006'];
/** What PgBouncer says for want of a connection or a server, and a standby that is about to be promoted to whoever writes. */
const PASSING_IN_FAILOVER = ['08P01', '25006'];
const PASSING_NETWORK = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'];
/** What pg says, without a code, when the pool stays empty or a connection breaks in the middle; the last one is TypeORM's, of a transaction's next statement. */
const PASSING_MESSAGES = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Client was closed',
  'Client has encountered a connection error',
  'Database connection provided by a query runner was already released',
];
const RETRY_AFTER_SECONDS = 5;

type Coded = Error & { code?: string };

/** The database did not do what it was asked, for a reason that passes; its transaction is undone. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { driverError } = error as { driverError?: Coded };
  const { code = '', message, stack = '' }: Coded = driverError ?? error;
  if (
    [...PASSING_STATES, ...PASSING_IN_FAILOVER].includes(code) ||
    PASSING_MESSAGES.some((start) => message.startsWith(start))
  )
    return true;
  // Other connections break too, and mean something else.
  return PASSING_NETWORK.includes(code) && (driverError !== undefined || /node_modules\/pg/.test(stack));
}

function title(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Driver errors carry the failing row's values in `detail` and `parameters`; only name, message and stack are logged. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { constraint, code } = (error as { driverError?: { constraint?: string; code?: string } }).driverError ?? {};
  return { name: error.name, message: error.message, stack: error.stack, constraint, code };
}
