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
  underMaintenance,
  unsupportedMediaType,
} from './common.errors';
import { isDatabaseAway, isUnderMaintenance } from './database-away';
import { describeError } from './describe-error';
import { Problem } from './problem';

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of the problem that it was answered with, for who counts them. */
    problemCode?: string;
  }
}

/** The one place where an error becomes an answer: `application/problem+json`, RFC 9457. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const found = toProblem(error);
    if (found.definition.status >= 500) {
      this.logger.error({ requestId: request.id, code: found.definition.code, error: describeError(error) });
    }
    void sendProblem(request, reply, found);
  }
}

/** Sends a problem outside Nest's pipeline too (Fastify's own hooks and handlers). */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, found: Problem): FastifyReply {
  request.problemCode = found.definition.code;
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
    ...found.details.members,
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
  if (isUnderMaintenance(error)) return underMaintenance();
  if (isDatabaseAway(error)) return temporarilyUnavailable();
  if (status === 404) return routeNotFound();
  if (status === 503) return shuttingDown();
  if (status !== undefined && status >= 400 && status < 500) return requestRefused();
  return internalError();
}

function title(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
