import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import pino, { type Logger } from 'pino';
import type { Actor } from '#libs/auth';

/** Structured logs, one JSON object per line on standard output. */
export function createLogger(level: string): Logger {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime });
}

/** Lets Nest and our own `Logger`s write through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (message: unknown, ...rest: unknown[]) => this.write('info', message, rest);
  error = (message: unknown, ...rest: unknown[]) => this.write('error', message, rest);
  warn = (message: unknown, ...rest: unknown[]) => this.write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]) => this.write('debug', message, rest);
  fatal = (message: unknown, ...rest: unknown[]) => this.write('fatal', message, rest);
  verbose = () => undefined;

  private write(level: 'info' | 'error' | 'warn' | 'debug' | 'fatal', message: unknown, rest: unknown[]): void {
    const context = rest.findLast((value) => typeof value === 'string');
    // Nest reports every route and module at start; that is of no use in operation.
    if (
      level === 'info' &&
      ['InstanceLoader', 'RouterExplorer', 'RoutesResolver', 'NestFactory'].includes(String(context))
    ) {
      return;
    }
    if (typeof message === 'object' && message !== null) this.logger[level]({ context, ...message });
    else this.logger[level]({ context }, String(message));
  }
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
    });
    done();
  });
}
