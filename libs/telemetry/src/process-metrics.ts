import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Meter } from '@opentelemetry/api';

/** How often the event loop is asked how late it is. */
const RESOLUTION_MS = 20;
const NS_PER_SECOND = 1e9;
const US_PER_SECOND = 1e6;

/** Memory, processor and event loop of this process, under the names that dashboards for Node know. */
export function measureProcess(meter: Meter): void {
  const gauge = (name: string, description: string, read: () => number) =>
    meter.createObservableGauge(name, { description }).addCallback((result) => result.observe(read()));

  gauge('process_start_time_seconds', 'When the process started, in seconds since 1970', () =>
    Math.floor(performance.timeOrigin / 1000),
  );
  gauge('process_resident_memory_bytes', 'Memory of the process', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_used_bytes', 'Memory in use by JavaScript', () => getHeapStatistics().used_heap_size);
  gauge('nodejs_heap_size_limit_bytes', 'Memory that JavaScript may use', () => getHeapStatistics().heap_size_limit);
  meter
    .createObservableCounter('process_cpu_seconds_total', { description: 'Processor time used' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / US_PER_SECOND, { mode: 'user' });
      result.observe(system / US_PER_SECOND, { mode: 'system' });
    });
  measureEventLoop(meter);
}

/** Both are of the time since they were last asked for: with two monitors each sees a part. */
function measureEventLoop(meter: Meter): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const delays = Object.entries({ p50: 50, p99: 99, max: 100 }).map(([name, percentile]) => ({
    percentile,
    gauge: meter.createObservableGauge(`nodejs_eventloop_lag_${name}_seconds`, {
      description: 'How late the event loop was since the last look',
    }),
  }));
  const utilization = meter.createObservableGauge('nodejs_eventloop_utilization', {
    description: 'Share of the time since the last look that the event loop was busy, 0 to 1',
  });
  let last: EventLoopUtilization | undefined;
  meter.addBatchObservableCallback(
    (result) => {
      for (const { gauge, percentile } of delays) {
        // What it measures includes its own resolution.
        result.observe(gauge, Math.max(0, delay.percentile(percentile) / NS_PER_SECOND - RESOLUTION_MS / 1000));
      }
      delay.reset();
      const now = performance.eventLoopUtilization();
      result.observe(utilization, performance.eventLoopUtilization(now, last).utilization);
      last = now;
    },
    [...delays.map(({ gauge }) => gauge), utilization],
  );
}
