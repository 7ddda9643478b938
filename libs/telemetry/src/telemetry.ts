import {
  context,
  createNoopMeter,
  type Meter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '#libs/config';
import type { Exporter } from './exporter';

interface Parts {
  meter?: Meter;
  tracer?: Tracer;
  exporters: Exporter[];
}

/**
 * What this process counts and traces, by OpenTelemetry's own interfaces (ADR 0113). A lib makes its instruments when it is built and uses them
 * without asking whether anybody listens: where nothing is measured, they do nothing. Values of attributes come from short lists, such as
 * patterns of routes and names of jobs; never an address, an id or a word of somebody's.
 */
export class Telemetry implements OnApplicationShutdown {
  readonly meter: Meter;
  /** For what would cost something even where nobody listens. */
  readonly isMeasuring: boolean;
  /** Null where nothing is traced. */
  readonly tracer: Tracer | null;
  private readonly exporters: readonly Exporter[];

  private constructor({ meter, tracer, exporters }: Parts) {
    this.meter = meter ?? createNoopMeter();
    this.isMeasuring = meter !== undefined;
    this.tracer = tracer ?? null;
    this.exporters = exporters;
  }

  /** What is not switched on is not loaded either. */
  static async create({ environment }: Config): Promise<Telemetry> {
    const { METRICS_PORT: port, METRICS_HOST: host, TRACES_URL: url, TRACES_RATIO: ratio } = environment;
    const parts: Parts = { exporters: [] };
    if (port !== undefined) {
      const { openMetrics } = await import('./metrics-exporter.js');
      const { meter, exporter } = openMetrics(host, port);
      Object.assign(parts, { meter });
      parts.exporters.push(exporter);
    }
    if (url !== undefined) {
      const { openTraces } = await import('./traces-exporter.js');
      const { tracer, exporter } = openTraces(url, ratio);
      Object.assign(parts, { tracer });
      parts.exporters.push(exporter);
    }
    return new Telemetry(parts);
  }

  /** For processes that run on; a command beside one of them would find the port taken. @throws ConfigurationError */
  async start(): Promise<void> {
    for (const exporter of this.exporters) await exporter.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.exporters.map((exporter) => exporter.stop()));
  }

  /** Does the work inside a trace of its own, if it is one of those that are traced. @throws what the work throws */
  async traced<T>(name: string, work: () => Promise<T>): Promise<T> {
    const span = this.tracer?.startSpan(name, { kind: SpanKind.CONSUMER, root: true });
    if (!span?.isRecording()) return work();
    try {
      return await context.with(trace.setSpan(ROOT_CONTEXT, span), work);
    } catch (error) {
      // Without its text: that may quote what nobody else is to see.
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }
}
