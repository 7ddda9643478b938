// Load from a process of its own: reads what to do from stdin, prints what came of it.
import autocannon from 'autocannon';
import { readJson } from './client.mjs';

const { url, connections, seconds, amount, rate, requests } = await readJson(process.stdin);
let next = 0;
const run = autocannon({
  url,
  connections,
  timeout: 30,
  ...(amount ? { amount } : { duration: seconds }),
  ...(rate ? { overallRate: rate } : {}),
  // Each connection goes through a list of its own, over and over.
  setupClient: (client) => client.setRequests(requests[next++ % requests.length]),
});
const { requests: done, latency, non2xx, errors, timeouts, duration, statusCodeStats } = await run;
process.stdout.write(
  JSON.stringify({
    count: done.total,
    perSecond: done.total / duration,
    medianSecond: done.p50,
    p50: latency.p50,
    p99: latency.p99,
    seconds: duration,
    failed: non2xx + errors + timeouts,
    statuses: statusCodeStats,
  }),
);
