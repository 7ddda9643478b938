import type { FastifyInstance, FastifyRequest } from 'fastify';
import pino, { type Logger } from 'pino';
import type { Actor } from '#libs/auth';

/** Lines are kept back until they are this much, or this old. */
const BUFFER_BYTES = 8 * 1024;
const LATEST_MS = 100;

/**
 * Structured logs, one JSON object per line on standard output. Written one by one, the lines of requests were a tenth of what a list
 * costs (docs/performance.md); so they are written together, at the latest after a tenth of a second. From a warning on, and when the process ends,
 * everything is written at once. A process that is killed by SIGKILL loses that tenth of a second.
 */
export function createLogger(level: string): Logger {
  const output = pino.destination({ sync: true, minLength: BUFFER_BYTES, periodicFlush: LATEST_MS });
  process.on('exit', () => output.flushSync());
  const lines = {
    // Has pino tell the level of each line.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string) {
      output.write(line);
      if (this.lastLevel >= pino.levels.values['warn']!) output.flush();
    },
    flushSync: () => output.flushSync(),
  };
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, lines);
}

/** One line per request: the route's pattern instead of the address, so that no id, search text or signature is kept. */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request: FastifyRequest & { user?: Actor }, reply, done) => {
    logger.info({
      context: 'Request',
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      userId: request.user?.userId,
      organizationId: request.user?.organizationId,
      traceId: request.span?.spanContext().traceId,
    });
    done();
  });
}
