import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '#libs/common';
import { rateLimited } from './limits.errors';
import type { RateLimiter, Subject, Verdict } from './rate-limiter.service';

/** For process managers, which ask often; and the disk driver's signed links, which stand for a storage service. */
const UNLIMITED = ['/health/live', '/health/ready', '/storage/objects'];

/** Counts requests that come without a token for their address, before anything works on them. */
export function limitAddresses(fastify: FastifyInstance, limiter: RateLimiter): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization !== undefined || isUnlimited(request)) return;
    await refuseAbove(reply, await limiter.take(addressOf(request)));
  });
}

export function isUnlimited({ routeOptions }: FastifyRequest): boolean {
  return UNLIMITED.includes(routeOptions.url ?? '');
}

/** An IPv6 customer has a whole network, and is counted by it. */
export function addressOf({ ip }: FastifyRequest): Subject {
  return { policy: 'address', id: networkOf(ip) };
}

/** @throws rate_limited */
export async function refuseAbove(reply: FastifyReply, verdict: Verdict | null): Promise<void> {
  if (!verdict) return;
  void reply.headers(verdict.headers);
  if (!verdict.allowed) throw rateLimited();
}
