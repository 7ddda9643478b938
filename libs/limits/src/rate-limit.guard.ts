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

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { user?: Actor }>();
    const reply = http.getResponse<FastifyReply>();
    const { authorization } = request.headers;
    if (request.user) {
      if (authorization !== undefined) this.accepted.note(authorization);
      // A key that acts for itself stands under its own id.
      await count(request, reply, this.limiter, { policy: 'person', id: request.user.userUuid });
    } else if (authorization !== undefined && !isUnlimited(request)) {
      await count(request, reply, this.limiter, addressOf(request));
    }
    return true;
  }
}
