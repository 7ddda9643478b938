import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Where a request comes from; of requests that have no signed-in person yet, all that is known. */
export interface Caller {
  requestId: string;
  /** The client's IP address; behind a proxy, as the proxy reports it. */
  address: string;
  userAgent: string | null;
}

/** The caller, as a handler parameter. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return { requestId: request.id, address: request.ip, userAgent: request.headers['user-agent'] ?? null };
});
