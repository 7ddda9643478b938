import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { ConfigurationError } from '#libs/config';
import type { Exporter } from './exporter';
import { measureProcess } from './process-metrics';
import { resource, tellFaults } from './resource';

/**
 * Answers `GET /metrics` on an address of its own, in the text form that Prometheus reads. The names of instruments are those that Prometheus
 * shows: this exporter adds no unit to them, as others do.
 */
export function openMetrics(host: string, port: number): { meter: Meter; exporter: Exporter } {
  tellFaults();
  const reader = new PrometheusExporter({ host, port, preventServerStart: true, withoutScopeInfo: true });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter('credence');
  measureProcess(meter);
  const start = () =>
    reader.startServer().catch((error: unknown) => {
      throw new ConfigurationError([`METRICS_PORT and METRICS_HOST: ${reasonOf(error)}`]);
    });
  return { meter, exporter: { start, stop: () => provider.shutdown() } };
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return 'something else listens there already; two processes on one host take two ports';
    case 'EACCES':
      return 'the port is not for ordinary users; take one of 1024 or above';
    default:
      return 'this machine has no such address';
  }
}
