import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import { overloaded, problemBody, sendProblem } from '#libs/common';
import { isUnlimitedPath } from '#libs/limits';
import { BODY_LIMIT_BYTES } from './request-limits';
import { requestIdOf } from './request-id';

const REPORT_EVERY_MS = 1_000;

declare module 'node:http' {
  interface IncomingMessage {
    /** Counted as one that the process works on. */
    isInHand?: boolean;
  }
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Works on so many requests at once, and tells the rest to come back: more at once would not be done sooner, all would only
 * wait longer, up to where every client has given up before its answer. A request counts from when its body has arrived to when its
 * answer is ready, so that slow senders and slow readers take nobody's place. Health and the disk driver's transfers are never refused.
 */
export class OverloadGuard {
  private inHand = 0;
  private refused = 0;
  /** Made once: most of what a refusal costs would be making an error, and Node's way through an object of headers. */
  private readonly refusal = overloaded();
  private readonly headers: string[];

  constructor(
    private readonly most: number,
    private readonly logger: Logger,
    /** What goes with every refusal. */
    headers: Readonly<Record<string, string>>,
  ) {
    const all = {
      ...headers,
      ...this.refusal.details.headers,
      'content-type': 'application/problem+json; charset=utf-8',
    };
    this.headers = Object.entries(all).flat();
  }

  /** Fastify's own way of making its server, but for who is asked first. */
  readonly createServer = (work: Listener, options: FastifyServerOptions & { http?: ServerOptions }): Server => {
    const server = createServer(options.http ?? {}, (request, response) => this.receive(request, response, work));
    server.keepAliveTimeout = options.keepAliveTimeout ?? server.keepAliveTimeout;
    server.requestTimeout = options.requestTimeout ?? server.requestTimeout;
    server.setTimeout(options.connectionTimeout ?? 0);
    return server;
  };

  /** The looks that are taken once the framework has read a request. After whatever makes an answer readable for a page of another origin. */
  watch(fastify: FastifyInstance): void {
    const refuse = (request: FastifyRequest, reply: FastifyReply) => {
      this.report();
      // It is nobody's fault, so it uses up nobody's rate either.
      request.isCounted = true;
      void sendProblem(request, reply, overloaded());
    };
    fastify.addHook('onRequest', (request, reply, done) => {
      if (this.mustRefuse(request.raw)) refuse(request, reply);
      else done();
    });
    fastify.addHook('preValidation', (request, reply, done) => {
      if (this.mustRefuse(request.raw)) return refuse(request, reply);
      this.take(request.raw, reply.raw);
      done();
    });
    fastify.addHook('onSend', ({ raw }, _reply, _payload, done) => {
      this.leave(raw);
      done();
    });
  }

  /**
   * Refuses before the framework: at four times the load three of four requests are refused, and passing through it, refusals used up
   * the processor that answers needed (docs/performance.md). What a page of another origin asks goes its usual way, for the headers that
   * let the page read the answer.
   */
  private receive(request: IncomingMessage, response: ServerResponse, work: Listener): void {
    if (request.headers.origin === undefined && this.mustRefuse(request)) return this.refuseAtOnce(request, response);
    // Those without a body are here as a whole: counted now, as many come in one turn as there are places, and no more.
    if (!this.mustRefuse(request) && !hasBody(request)) this.take(request, response);
    work(request, response);
  }

  private mustRefuse(request: IncomingMessage): boolean {
    return this.inHand >= this.most && !request.isInHand && !isUnlimitedPath(pathOf(request));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    if (request.isInHand || isUnlimitedPath(pathOf(request))) return;
    this.inHand += 1;
    request.isInHand = true;
    // An answer that is never sent must not keep its place for ever.
    response.once('close', () => this.leave(request));
  }

  private leave(request: IncomingMessage): void {
    if (request.isInHand) this.inHand -= 1;
    request.isInHand = false;
  }

  private refuseAtOnce(request: IncomingMessage, response: ServerResponse): void {
    this.report();
    const requestId = requestIdOf(request);
    const body = JSON.stringify(problemBody(this.refusal, request.url ?? '/', requestId));
    const own = ['content-length', String(Buffer.byteLength(body)), 'x-request-id', requestId];
    // Node reads what is left of a body to its end; of one that would be refused for its size as well, that is too much.
    if (isTooLong(request)) own.push('connection', 'close');
    response.writeHead(this.refusal.definition.status, [...this.headers, ...own]);
    response.end(body);
  }

  /** One line for all refusals of a second: a line for each would cost more than the refusal. */
  private report(): void {
    this.refused += 1;
    if (this.refused > 1) return;
    const tell = () => {
      const { most, refused } = this;
      this.refused = 0;
      this.logger.warn(
        { context: 'Overload', most, refused },
        'More requests at once than MAX_REQUESTS_IN_HAND; some were refused',
      );
    };
    setTimeout(tell, REPORT_EVERY_MS).unref();
  }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isTooLong({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > BODY_LIMIT_BYTES;
}
