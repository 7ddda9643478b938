// npm run bench -- --metrics: what metrics and traces cost, in CPU time of the product. Three of it, on one database, by turns: one that counts
// nothing, one with metrics that are scraped, one with metrics and traces of which 1 % are sampled and sent.
import { createServer } from 'node:http';
import { fill } from './data.mjs';
import { runLoad } from './load.mjs';
import { median } from './median.mjs';
import { signEverybodyIn } from './people.mjs';
import { freePort, Stack } from './stack.mjs';

/** As multiples of what it takes with neither. */
const MOST = { metrics: 1.03, traced: 1.05 };
const WARM_UP = { requests: 4000, seconds: 15 };
const SHORT_WARM_UP = { requests: 1000, seconds: 1 };
/** Prometheus' own default is a minute, its example a quarter of one. */
const SCRAPE_MS = 15_000;

/** Measures and prints. Answers whether everything is within its bound. */
export async function measureTelemetry({ profiles, rounds, seconds, connections, people, certificates, wrk }) {
  const stack = await Stack.start();
  const collector = await startCollector();
  let scraping;
  try {
    stack.movePostgres();
    const organization = await fill(stack.database, { people, certificates });
    const ports = [await freePort(), await freePort()];
    const [metricsOnly, both] = ports.map((port) => ({ METRICS_PORT: String(port) }));
    const servers = {
      off: stack.product,
      metrics: await stack.startBeside('with metrics', metricsOnly),
      traced: await stack.startBeside('with metrics and traces', { ...both, TRACES_URL: collector.url }),
    };
    scraping = setInterval(() => void Promise.all(ports.map(scrape)), SCRAPE_MS);
    const population = await signEverybodyIn(stack, organization, connections);
    const results = [];
    for (const profile of profiles) {
      const requests = Array.from({ length: connections }, (_, i) => profile.requests(population, i));
      const samples = { off: [], metrics: [], traced: [] };
      for (let round = 0; round < rounds; round += 1) {
        const loads = Object.entries(servers).map(([name, { url, pid }]) => ({ name, url, pid, requests }));
        const found = await runLoad('turns.mjs', {
          servers: loads,
          warmUp: round === 0 ? WARM_UP : SHORT_WARM_UP,
          saturationSeconds: seconds,
          hasWrk: wrk !== undefined,
          directory: stack.directory,
        });
        for (const [index, name] of Object.keys(servers).entries()) samples[name].push(found[index]);
      }
      results.push(summary(profile, samples));
      process.stdout.write(`${results.at(-1).text}\n`);
    }
    const scraped = await Promise.all(ports.map(scrape));
    process.stdout.write(
      `Scraped: ${scraped.map(({ lines, ms }) => `${lines} lines in ${ms.toFixed(0)} ms`).join(', ')}; ` +
        `spans received: ${collector.spans()}\n`,
    );
    return verdict(results);
  } finally {
    clearInterval(scraping);
    await stack.stop();
    collector.stop();
  }
}

function summary(profile, samples) {
  const ratioOf = (name) => {
    const ratios = samples[name].map(({ cpuMs }, round) => cpuMs / samples.off[round].cpuMs);
    return { middle: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
  };
  const ratios = { metrics: ratioOf('metrics'), traced: ratioOf('traced') };
  const isCalm = Object.values(samples)
    .flat()
    .every((sample) => sample.isCalm);
  const cells = Object.entries(ratios).map(
    ([name, { middle, low, high }]) => `${name} ${middle.toFixed(3)} (${low.toFixed(2)}-${high.toFixed(2)})`,
  );
  const cpu = median(samples.off.map(({ cpuMs }) => cpuMs)).toFixed(3);
  const text = `${profile.title.padEnd(33)} off ${cpu} ms, ${cells.join(', ')}${isCalm ? '' : ', on a busy host'}`;
  return { ratios, text };
}

/** By the median of all profiles: a single one is told apart from noise of this size by nothing. */
function verdict(results) {
  let isWithin = true;
  for (const [name, most] of Object.entries(MOST)) {
    const found = median(results.map(({ ratios }) => ratios[name].middle));
    process.stdout.write(
      `CPU time ${name}: ${found.toFixed(3)} of off, at most ${most}: ${found <= most ? 'met' : 'missed'}\n`,
    );
    isWithin &&= found <= most;
  }
  return isWithin;
}

async function scrape(port) {
  const from = performance.now();
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return { lines: text.split('\n').length, ms: performance.now() - from };
}

/** Takes traces over OTLP/HTTP, and counts them. */
async function startCollector() {
  let spans = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      spans += body.split('"spanId"').length - 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${server.address().port}/v1/traces`,
    spans: () => spans,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
