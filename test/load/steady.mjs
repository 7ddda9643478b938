// One round: how long answers take at a share of what each server can do. Both are asked in turns of a second, so that a moment in which
// the machine is slower falls on both. Reads what to do from stdin, prints what came of it.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, readJson, spread } from './client.mjs';

const TICK_MS = 5;
const TURN_MS = 1000;
const SATURATION_TURNS = 3;

const { servers, connections, seconds, share } = await readJson(process.stdin);
const sides = await Promise.all(
  servers.map(async ({ url, requests, once }) => {
    const client = new Client(url, connections);
    await client.connect();
    return { client, requests, once, next: requests.map(() => 0), asked: 0, saturation: [], latencies: [] };
  }),
);

for (let turn = 0; turn < SATURATION_TURNS; turn += 1) {
  for (const side of inTurn(turn)) side.saturation.push(await saturate(side));
}
for (const side of sides) side.rate = share * spread(side.saturation).p50;
for (let turn = 0; turn < seconds; turn += 1) {
  for (const side of inTurn(turn)) side.latencies.push(...(await pace(side)));
}
process.stdout.write(JSON.stringify(sides.map(({ rate, latencies }) => ({ rate, ...spread(latencies) }))));
process.exit();

/** A B, B A: none of them always comes after the other. */
function inTurn(turn) {
  return turn % 2 === 0 ? sides : [...sides].reverse();
}

/** Requests per second where each connection asks again as soon as it is answered. */
async function saturate(side) {
  const begin = performance.now();
  let count = 0;
  const asking = side.requests.map(async (_, i) => {
    while (performance.now() - begin < TURN_MS) {
      await ask(side, i);
      count += 1;
    }
  });
  await Promise.all(asking);
  return (count * 1000) / (performance.now() - begin);
}

/** At an even pace, whether answers come or not; milliseconds of each, those that come after the turn among them. */
async function pace(side) {
  const begin = performance.now();
  const answers = [];
  for (let now = 0; now < TURN_MS; now = performance.now() - begin) {
    const due = (now * side.rate) / 1000;
    while (answers.length < due) answers.push(ask(side, side.asked++ % side.requests.length));
    await sleep(TICK_MS);
  }
  return Promise.all(answers);
}

/** What connection i asks for next. Milliseconds until it was there. @throws Error for any other answer than the one wanted */
async function ask(side, i) {
  const list = side.requests[i];
  const n = side.next[i]++;
  if (side.once && n >= list.length) throw new Error('More was asked for than there was');
  const { kind, ms } = await side.client.send(list[n % list.length]);
  if (kind !== 'ok') throw new Error(`${list[n % list.length].path}: ${kind}`);
  return ms;
}
