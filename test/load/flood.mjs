// Load at a fixed pace, whether answers come or not, from a process of its own: reads what to do from stdin, prints what came of it.
// (autocannon paces each connection once per second, so that all of them ask in the same moment.)
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const TICK_MS = 5;
/** So long may the last answers take. */
const DRAIN_MS = 20_000;

const { url, connections, seconds, rate, requests } = JSON.parse(await text(process.stdin));
const { hostname, port } = new URL(url);
const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
const lists = requests.flat();
const perSecond = Array.from({ length: seconds }, () => ({ ok: 0, refused: 0 }));
const latencies = { ok: [], refused: [] };
const wrong = {};
let [sent, done, created] = [0, 0, 0];

// As behind a load balancer, which keeps its connections: what is measured is requests, not how fast a process accepts connections.
await Promise.all(Array.from({ length: connections }, connect));

const begin = performance.now();
for (let now = 0; now < seconds * 1000; now = performance.now() - begin) {
  for (const due = (now * rate) / 1000; sent < due; sent += 1) send(lists[sent % lists.length]);
  await sleep(TICK_MS);
}
for (const until = performance.now() + DRAIN_MS; done < sent && performance.now() < until;) await sleep(TICK_MS);
if (done < sent) wrong.unanswered = sent - done;
process.stdout.write(
  JSON.stringify({ sent, perSecond, ok: spread(latencies.ok), refused: spread(latencies.refused), created, wrong }),
);
process.exit();

function connect() {
  return new Promise((resolve, reject) => {
    const call = request({ agent, hostname, port, path: '/health/live' }, (answer) =>
      answer.resume().once('end', resolve),
    );
    call.once('error', reject).end();
  });
}

function send({ method, path, headers, body }) {
  const from = performance.now();
  const length = body ? { 'content-length': Buffer.byteLength(body) } : {};
  const call = request({ agent, hostname, port, method, path, headers: { ...headers, ...length } }, (answer) => {
    let content = '';
    answer.setEncoding('utf8').on('data', (chunk) => (content += chunk));
    answer.once('end', () => {
      if (answer.statusCode === 201 && path.endsWith('/certificates')) created += 1;
      settle(from, kindOf(answer, content));
    });
    answer.once('error', (error) => settle(from, error.code));
  });
  call.once('error', (error) => settle(from, error.code));
  call.end(body);
}

/** `ok` and `refused` are what should be; everything else is named. */
function kindOf({ statusCode, headers }, content) {
  if (statusCode < 300) return isJson(content) ? 'ok' : 'not JSON';
  const isRefusal = statusCode === 503 && headers['retry-after'] && content.includes('"code":"overloaded"');
  return isRefusal ? 'refused' : `${statusCode} ${/"code":"(\w+)"/.exec(content)?.[1]}`;
}

function isJson(content) {
  try {
    return JSON.parse(content) !== null;
  } catch {
    return false;
  }
}

function settle(from, kind) {
  const now = performance.now();
  done += 1;
  if (kind !== 'ok' && kind !== 'refused') {
    wrong[kind] = (wrong[kind] ?? 0) + 1;
    return;
  }
  latencies[kind].push(now - from);
  const second = perSecond[Math.floor((now - begin) / 1000)];
  if (second) second[kind] += 1;
}

function spread(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

async function text(stream) {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}
