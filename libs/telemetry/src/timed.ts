import type { Attributes, Histogram } from '@opentelemetry/api';

/** Does the work and notes how long it took, in seconds, and whether it went well: `outcome` is `ok` or `failed`. @throws what the work throws */
export async function timed<T>(histogram: Histogram, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  let outcome = 'failed';
  try {
    const result = await work();
    outcome = 'ok';
    return result;
  } finally {
    histogram.record((performance.now() - from) / 1000, { ...attributes, outcome });
  }
}
