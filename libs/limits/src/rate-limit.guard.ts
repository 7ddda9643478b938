import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#libs/auth';
import { AcceptedTokens } from './accepted-tokens';
import { addressOf, count, isUnlimited } from './limit-addresses';
import { RateLimiter } from './rate-limiter.service';

/** Counts a request for the person or key behind it; on a public route for the address, unless that is done already. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly accepted: AcceptedTokens,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { user?: Actor }>();
    const reply = http.getResponse<FastifyReply>();
    const { authorization } = request.headers;
    if (request.user) {
      if (authorization !== undefined) this.accepted.note(authorization, request.user);
      // A key that acts for itself stands under its own id.
      return counted(count(request, reply, this.limiter, { policy: 'person', id: request.user.userUuid }));
    }
    if (authorization === undefined || isUnlimited(request)) return true;
    return counted(count(request, reply, this.limiter, addressOf(request)));
  }
}

function counted(counting: void | Promise<void>): true | Promise<true> {
  return counting ? counting.then(() => true as const) : true;
}
