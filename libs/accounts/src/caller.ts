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

const ADDRESS_LENGTH = 45;
const USER_AGENT_LENGTH = 200;

/** What a session keeps of it, so that people recognise their devices. */
export function traceOf({ address, userAgent }: Caller): { address: string; userAgent: string | null } {
  return { address: address.slice(0, ADDRESS_LENGTH), userAgent: userAgent?.slice(0, USER_AGENT_LENGTH) ?? null };
}
