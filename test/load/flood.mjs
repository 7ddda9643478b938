// Load at a fixed pace, whether answers come or not, from a process of its own: reads what to do from stdin, prints what came of it.
// (autocannon paces each connection once per second, so that all of them ask in the same moment.)
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, readJson, spread } from './client.mjs';

const TICK_MS = 5;
/** So long may the last answers take. */
const DRAIN_MS = 20_000;

const { url, connections, seconds, rate, requests } = await readJson(process.stdin);
const client = new Client(url, connections);
const lists = requests.flat();
const perSecond = Array.from({ length: seconds }, () => ({ ok: 0, refused: 0 }));
const latencies = { ok: [], refused: [] };
const wrong = {};
let [sent, done, created] = [0, 0, 0];

await client.connect();

const begin = performance.now();
for (let now = 0; now < seconds * 1000; now = performance.now() - begin) {
  for (const due = (now * rate) / 1000; sent < due; sent += 1) {
    const wanted = lists[sent % lists.length];
    void client.send(wanted).then((answer) => settle(wanted, answer));
  }
  await sleep(TICK_MS);
}
for (const until = performance.now() + DRAIN_MS; done < sent && performance.now() < until;) await sleep(TICK_MS);
if (done < sent) wrong.unanswered = sent - done;
process.stdout.write(
  JSON.stringify({ sent, perSecond, ok: spread(latencies.ok), refused: spread(latencies.refused), created, wrong }),
);
process.exit();

function settle({ path }, { kind, status, ms }) {
  done += 1;
  if (status === 201 && path.endsWith('/certificates')) created += 1;
  if (kind !== 'ok' && kind !== 'refused') {
    wrong[kind] = (wrong[kind] ?? 0) + 1;
    return;
  }
  latencies[kind].push(ms);
  const second = perSecond[Math.floor((performance.now() - begin) / 1000)];
  if (second) second[kind] += 1;
}
