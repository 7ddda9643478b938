import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

type Callback = (error: Error | null | undefined, result?: unknown) => void;

/** Of the text of a statement. It has no values in it: those are parameters. */
const LONGEST_TEXT = 2000;

/** Adds a span for the statement where the request or job that sends it is traced; else hands back what it was given. */
export function traceStatement(text: string, callback: Callback): Callback {
  if (!isTraced()) return callback;
  const [verb = ''] = /\w+/.exec(text) ?? [];
  const attributes = { 'db.system.name': 'postgresql', 'db.query.text': text.slice(0, LONGEST_TEXT) };
  const span = trace.getTracer('credence').startSpan(verb.toLowerCase(), { kind: SpanKind.CLIENT, attributes });
  return (error, result) => {
    if (error) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    callback(error, result);
  };
}

/** Whoever waited for a connection is called by whoever gave it back: here the trace stays that of the one who waited. */
export function keepTrace<F extends (...given: never[]) => unknown>(callback: F): F {
  return isTraced() ? context.bind(context.active(), callback as never) : callback;
}

function isTraced(): boolean {
  return trace.getActiveSpan()?.isRecording() ?? false;
}
