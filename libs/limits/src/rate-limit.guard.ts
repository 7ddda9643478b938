import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Actor, PERMISSION_KEY, type Permission } from '#libs/auth';
import { AcceptedTokens } from './accepted-tokens';
import { addressOf, count, isUnlimited, refuseAbove } from './limit-addresses';
import { RateLimiter } from './rate-limiter.service';

/**
 * Counts a request for the person or key behind it; on a public route for the address, unless that is done already. What makes a record
 * is counted by the hour too, for the person and for the organisation.
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
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
      const counting = count(request, reply, this.limiter, { policy: 'person', id: request.user.userUuid });
      const permission = this.reflector.get<Permission | undefined>(PERMISSION_KEY, context.getHandler());
      if (permission?.endsWith(':create')) return this.countRecord(counting, request.user, reply);
      return counted(counting);
    }
    if (authorization === undefined || isUnlimited(request)) return true;
    return counted(count(request, reply, this.limiter, addressOf(request)));
  }

  /** @throws rate_limited */
  private async countRecord(counting: void | Promise<void>, actor: Actor, reply: FastifyReply): Promise<true> {
    await counting;
    const person = await this.limiter.take({ policy: 'new-records', id: actor.userUuid });
    if (person && !person.allowed) refuseAbove(reply, person);
    const organization = { policy: 'new-records-of-organization', id: String(actor.organizationId) } as const;
    const all = await this.limiter.take(organization);
    if (all && !all.allowed) refuseAbove(reply, all);
    return true;
  }
}

function counted(counting: void | Promise<void>): true | Promise<true> {
  return counting ? counting.then(() => true as const) : true;
}
