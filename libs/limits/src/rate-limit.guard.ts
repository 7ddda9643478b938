import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#libs/auth';
import { addressOf, isUnlimited, refuseAbove } from './limit-addresses';
import { RateLimiter } from './rate-limiter.service';

/** Counts a request for the person or key behind it; on a public route for the address, unless that is done already. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(private readonly limiter: RateLimiter) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { user?: Actor }>();
    const reply = http.getResponse<FastifyReply>();
    // A key that acts for itself stands under its own id.
    if (request.user) {
      await refuseAbove(reply, await this.limiter.take({ policy: 'person', id: request.user.userUuid }));
    } else if (request.headers.authorization !== undefined && !isUnlimited(request)) {
      await refuseAbove(reply, await this.limiter.take(addressOf(request)));
    }
    return true;
  }
}
