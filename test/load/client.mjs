// What asks a server in the load's own process, and what its answers are counted as.
import { Agent, request } from 'node:http';

/** Asks one server, over connections that stay, as a load balancer's do. */
export class Client {
  #agent;
  #target;

  constructor(url, connections) {
    const { hostname, port } = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
    this.#target = { agent: this.#agent, hostname, port };
    this.connections = connections;
  }

  /**
   * All connections at once, before anything is measured: that is requests, not how fast a process accepts connections.
   * @throws Error where one of them fails; which answer comes does not matter
   */
  async connect() {
    const calls = Array.from({ length: this.connections }, () => this.send({ method: 'GET', path: '/health/live' }));
    for (const { kind, status } of await Promise.all(calls)) if (status === undefined) throw new Error(kind);
  }

  /** Milliseconds from here to the end of the answer, and what it was: `ok` and `refused` are what should be; everything else is named. */
  send({ method, path, headers, body }) {
    const from = performance.now();
    const length = body ? { 'content-length': Buffer.byteLength(body) } : {};
    return new Promise((resolve) => {
      const settle = (kind, status) => resolve({ kind, status, ms: performance.now() - from });
      const call = request({ ...this.#target, method, path, headers: { ...headers, ...length } }, (answer) => {
        let content = '';
        answer.setEncoding('utf8').on('data', (chunk) => (content += chunk));
        answer.once('end', () => settle(kindOf(answer, content), answer.statusCode));
        answer.once('error', (error) => settle(error.code));
      });
      call.once('error', (error) => settle(error.code));
      call.end(body);
    });
  }
}

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

export function spread(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

export async function readJson(stream) {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return JSON.parse(all);
}
