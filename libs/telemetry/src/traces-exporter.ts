import { context, trace, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider, BatchSpanProcessor, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import type { Exporter } from './exporter';
import { resource, tellFaults } from './resource';

/** A collector that does not answer must not hold up the end of the process. */
const TIMEOUT_MS = 3000;

/** Sends traces over OTLP/HTTP, in batches and in the background; those that a collector does not take are lost. */
export function openTraces(url: string, ratio: number): { tracer: Tracer; exporter: Exporter } {
  tellFaults();
  const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis: TIMEOUT_MS }), {
    exportTimeoutMillis: TIMEOUT_MS,
  });
  const provider = new BasicTracerProvider({
    resource,
    sampler: new TraceIdRatioBasedSampler(ratio),
    spanProcessors: [processor],
  });
  // For the statements inside a request or job, which know nothing of it.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  const nothing = () => Promise.resolve();
  return { tracer: provider.getTracer('credence'), exporter: { start: nothing, stop: () => provider.shutdown() } };
}
