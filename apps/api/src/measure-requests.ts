import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Telemetry } from '#libs/telemetry';
import { CONSOLE_PATH } from './console';
import type { OverloadGuard } from './overload';
import { DOCS_PATH } from './security-headers';

/** From a read that finds everything in memory to what a load balancer gives up on. */
const BOUNDARIES = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Counts and times requests; refusals by the code of their problem. */
export function measureRequests(
  fastify: FastifyInstance,
  { isMeasuring, meter }: Telemetry,
  overload: OverloadGuard,
): void {
  if (!isMeasuring) return;
  const duration = meter.createHistogram('credence_request_duration_seconds', {
    description: 'Requests by method, route and class of status, from their arrival to the last byte of the answer',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  const problems = meter.createCounter('credence_problems_total', {
    description: 'Requests that were answered with a problem, by its code',
  });
  meter
    .createObservableGauge('credence_requests_in_hand', { description: 'Requests that wait for their answer' })
    .addCallback((result) => result.observe(overload.requestsInHand));
  meter
    .createObservableCounter('credence_requests_refused_at_door_total', {
      description: 'Requests refused as too many at once before they were looked at; in no other figure',
    })
    .addCallback((result) => result.observe(overload.refusedAtDoor));
  fastify.addHook('onResponse', (request, reply, done) => {
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    duration.record(reply.elapsedTime / 1000, { method: request.method, route: routeOf(request), status });
    if (request.problemCode) problems.add(1, { code: request.problemCode });
    done();
  });
}

/** The pattern. Files of the console and of the documentation page have routes of their own, whose names change with every version. */
function routeOf({ routeOptions: { url = 'unknown' } }: FastifyRequest): string {
  const folder = [CONSOLE_PATH, DOCS_PATH].find((path) => url.startsWith(`/${path}/`));
  return folder ? `/${folder}/*` : url;
}
