// What asks a server, a process of its own: wrk with a script, and where there is no wrk Node's client. Both are told line by line when to
// ask (asker-wrk.lua says how), and tell alike what came of it.
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../../scripts/prepare.mjs';

const script = (name) => join(ROOT, 'test/load', name);

/** Milliseconds of the clock that the askers look at too. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;

/** Asks one server, over a connection for each of the lists of requests. */
export class Asker {
  #child;
  #reports = [];
  #settle = {};

  constructor({ name, url, requests, once }, { hasWrk, scratch }) {
    this.name = name;
    this.connections = requests.length;
    const folder = mkdtempSync(join(scratch, 'asker-'));
    for (const [i, list] of requests.entries()) {
      writeFileSync(join(folder, String(i)), list.map((request) => written(request, new URL(url).host)).join(''));
    }
    writeFileSync(join(folder, 'requests.json'), JSON.stringify(requests));
    const each = [url, folder, ...(once ? ['once'] : [])];
    const threads = [`-t${this.connections}`, `-c${this.connections}`, '-d24h', '-s', script('asker-wrk.lua')];
    const [command, args] = hasWrk ? ['wrk', threads] : [process.execPath, [script('asker-node.mjs')]];
    this.#child = spawn(command, [...args, ...each], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface(this.#child.stdout).on('line', (line) => this.#hear(line));
    for (const event of ['error', 'exit']) {
      this.#child.once(event, (reason) => this.#settle.failed?.(new Error(`${command} ended: ${reason}`)));
    }
  }

  /**
   * From one moment to another: as soon as the one before is answered, or with a gap at an even pace, whether answers come or not. When
   * the last answer was there, and how long each took since it was due. @throws Error for any other answer than those wanted
   */
  async turn(begin, ends, gap = 0) {
    const all = new Promise((found, failed) => (this.#settle = { found, failed }));
    this.#child.stdin.write(`${begin} ${ends} ${gap}\n`.repeat(this.connections));
    const reports = await all;
    const statuses = {};
    for (const [status, count] of reports.flatMap((report) => Object.entries(report.statuses))) {
      statuses[status] = (statuses[status] ?? 0) + count;
    }
    if (!Object.keys(statuses).every((status) => /^2\d\d$/.test(status))) {
      throw new Error(`${this.name}: not only what was asked for: ${JSON.stringify(statuses)}`);
    }
    return { last: Math.max(...reports.map(({ last }) => last)), times: reports.flatMap(({ times }) => times) };
  }

  #hear(line) {
    // wrk has something to say besides.
    if (!line.startsWith('{')) return;
    this.#reports.push(JSON.parse(line));
    if (this.#reports.length === this.connections) this.#settle.found(this.#reports.splice(0));
  }
}

/** The request as it goes over the wire, after its length. */
function written({ method, path, headers, body = '' }, host) {
  const all = { host, ...headers, ...(method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body) }) };
  const lines = [`${method} ${path} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)];
  const text = `${lines.join('\r\n')}\r\n\r\n${body}`;
  return `${Buffer.byteLength(text)}\n${text}`;
}
