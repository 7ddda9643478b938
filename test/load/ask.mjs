// One request after the other, on one connection to each server.
import { Agent, get } from 'node:http';
import { performance } from 'node:perf_hooks';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Milliseconds until the whole answer is there. @throws Error for another answer than 200 */
export function ask(url, headers) {
  return new Promise((found, failed) => {
    const from = performance.now();
    get(url, { agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      answer.on('end', () => {
        if (answer.statusCode === 200) found(performance.now() - from);
        else failed(new Error(`${url}: ${answer.statusCode} ${text}`));
      });
    }).on('error', failed);
  });
}
