import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { networkOf, type Problem } from '#libs/common';
import type { AcceptedTokens } from './accepted-tokens';
import { rateLimited } from './limits.errors';
import type { RateLimiter, Subject, Verdict } from './rate-limiter.service';

/** For process managers, which ask often; and the disk driver's signed links, which stand for a storage service. */
const UNLIMITED = ['/health/live', '/health/serving', '/health/ready', '/storage/objects'];

declare module 'fastify' {
  interface FastifyRequest {
    /** For a person, a key or an address. */
    isCounted: boolean;
  }
}

/**
 * Counts for their address all requests that turn out to be nobody's. Without a token that is known before anything works on
 * them; with one only once it is refused. So an address that has used up its limit is not asked for its tokens any more, unless
 * they were good before: whoever is signed in there is not kept out by a neighbour.
 */
export function limitAddresses(fastify: FastifyInstance, limiter: RateLimiter, accepted: AcceptedTokens): void {
  fastify.decorateRequest('isCounted', false);
  // With `done`: a promise for each request is only worth its while when there is something to wait for.
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isUnlimited(request)) return done();
    const { authorization } = request.headers;
    if (authorization === undefined) {
      countAsync(request, reply, limiter).then(() => done(), done);
      return;
    }
    const usedUp = limiter.usedUp(addressOf(request));
    if (!usedUp || accepted.has(authorization)) return done();
    request.isCounted = true;
    done(refusalOf(reply, usedUp));
  });
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const { authorization } = request.headers;
    if (authorization === undefined || isUnlimited(request)) return done();
    if (reply.statusCode === 401) accepted.forget(authorization);
    if (request.isCounted) return done();
    request.isCounted = true;
    Promise.resolve(limiter.take(addressOf(request))).then(() => done(), done);
  });
}

export function isUnlimited({ routeOptions }: FastifyRequest): boolean {
  return isUnlimitedPath(routeOptions.url ?? '');
}

export function isUnlimitedPath(path: string): boolean {
  return UNLIMITED.includes(path);
}

/** An IPv6 customer has a whole network, and is counted by it. */
export function addressOf({ ip }: FastifyRequest): Subject {
  return { policy: 'address', id: networkOf(ip) };
}

/** Counts it for the subject; a promise only when there is something to wait for. @throws rate_limited */
export function count(
  request: FastifyRequest,
  reply: FastifyReply,
  limiter: RateLimiter,
  subject: Subject,
): void | Promise<void> {
  request.isCounted = true;
  const verdict = limiter.take(subject);
  if (verdict instanceof Promise) return verdict.then((reserved) => refuseAbove(reply, reserved));
  refuseAbove(reply, verdict);
}

async function countAsync(request: FastifyRequest, reply: FastifyReply, limiter: RateLimiter): Promise<void> {
  await count(request, reply, limiter, addressOf(request));
}

/** @throws rate_limited when that is the verdict */
export function refuseAbove(reply: FastifyReply, verdict: Verdict | null): void {
  const refusal = verdict && refusalOf(reply, verdict);
  if (refusal) throw refusal;
}

function refusalOf(reply: FastifyReply, { headers, allowed }: Verdict): Problem | undefined {
  void reply.headers(headers);
  return allowed ? undefined : rateLimited();
}
