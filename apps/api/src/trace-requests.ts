import { context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import type { Telemetry } from '#libs/telemetry';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where this request is one of those that are traced. */
    span?: Span;
  }
}

/**
 * A trace for each request, or for the share of them that TRACES_RATIO says. What a client sends as `traceparent` is not believed: anybody could
 * have all of their requests traced. The id of the request leads to its lines in the log.
 */
export function traceRequests(fastify: FastifyInstance, { tracer }: Telemetry): void {
  if (!tracer) return;
  fastify.addHook('onRequest', (request, _reply, done) => {
    const span = tracer.startSpan(request.method, { kind: SpanKind.SERVER, root: true });
    // Most are not traced, and nothing is made of those.
    if (!span.isRecording()) return done();
    request.span = span;
    inside(span, done);
  });
  // Once more: whoever has waited for a body, or for its turn, is called from elsewhere.
  fastify.addHook('preValidation', ({ span }, _reply, done) => (span ? inside(span, done) : done()));
  fastify.addHook('onResponse', (request, reply, done) => {
    const { span, method, routeOptions } = request;
    if (!span) return done();
    const route = routeOptions.url ?? 'unknown';
    span.updateName(`${method} ${route}`);
    span.setAttributes({
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': reply.statusCode,
      'credence.request_id': request.id,
    });
    if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    done();
  });
}

function inside(span: Span, done: () => void): void {
  context.with(trace.setSpan(ROOT_CONTEXT, span), done);
}
