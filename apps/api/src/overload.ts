import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { overloaded, sendProblem } from '#libs/common';
import { isUnlimited } from '#libs/limits';

const REPORT_EVERY_MS = 10_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** Counted as one that the process works on. */
    isInHand: boolean;
  }
}

/**
 * Works on so many requests at once, and tells the rest to come back: more at once would not be done sooner, all would only
 * wait longer, up to where every client has given up before its answer. A request counts from when its body has arrived to when its
 * answer is ready, so that slow senders and slow readers take nobody's place. Health and the disk driver's transfers are never refused.
 */
export function refuseOverload(fastify: FastifyInstance, most: number, logger: Logger): void {
  let inHand = 0;
  const report = reporter(logger, most);
  const isTooMuch = (request: FastifyRequest) => inHand >= most && !isUnlimited(request);
  const refuse = (request: FastifyRequest, reply: FastifyReply) => {
    report();
    // It is nobody's fault, so it uses up nobody's rate either.
    request.isCounted = true;
    void sendProblem(request, reply, overloaded());
  };
  const leave = (request: FastifyRequest) => {
    if (request.isInHand) inHand -= 1;
    request.isInHand = false;
  };

  fastify.decorateRequest('isInHand', false);
  // Before anything has been spent on it; the second look is the exact one.
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isTooMuch(request)) refuse(request, reply);
    else done();
  });
  fastify.addHook('preValidation', (request, reply, done) => {
    if (isTooMuch(request)) return refuse(request, reply);
    if (!isUnlimited(request)) {
      inHand += 1;
      request.isInHand = true;
      // An answer that is never sent must not keep its place for ever.
      reply.raw.once('close', () => leave(request));
    }
    done();
  });
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    leave(request);
    done();
  });
}

/** One line now and then: each refusal has its line as a request anyway. */
function reporter(logger: Logger, most: number): () => void {
  let reportedAt = -Infinity;
  let refused = 0;
  return () => {
    refused += 1;
    const now = performance.now();
    if (now - reportedAt < REPORT_EVERY_MS) return;
    logger.warn(
      { context: 'Overload', most, refused },
      'More requests at once than MAX_REQUESTS_IN_HAND; some are refused',
    );
    reportedAt = now;
    refused = 0;
  };
}
