// One round: how long answers take at a share of what each server can do. Reads what to do from stdin, prints what came of it.
// Both are asked by turns that are short against what else comes and goes on the machine (an autovacuum, a checkpoint), so that it falls on
// both; and seconds in which the host of a virtual machine ran others instead of it do not count, for either.
import { setTimeout as sleep } from 'node:timers/promises';
import { calmest } from './calm.mjs';
import { Client, readJson, spread } from './client.mjs';

const TICK_MS = 5;
const TURN_MS = 250;
const SATURATION_SECONDS = 8;

const { servers, connections, seconds, share } = await readJson(process.stdin);
const sides = await Promise.all(
  servers.map(async ({ url, requests, once }) => {
    const client = new Client(url, connections);
    await client.connect();
    return { client, requests, once, next: requests.map(() => 0), asked: 0 };
  }),
);

// This process has to be compiled as well; it is new in each round.
await bothTwice(saturate);
const saturation = await calmest(SATURATION_SECONDS, () => bothTwice(saturate));
for (const [index, side] of sides.entries()) {
  const perSecond = saturation.kept.flatMap((second) => second[index]);
  side.rate = (share * perSecond.reduce((sum, each) => sum + each, 0)) / perSecond.length;
}
const { kept, leftOut, isCalm } = await calmest(seconds, () => bothTwice(pace));
const times = sides.map((_, index) => kept.flatMap((second) => second[index].flat()));
process.stdout.write(
  JSON.stringify(sides.map(({ rate }, index) => ({ rate, leftOut, isCalm, ...spread(times[index]) }))),
);
process.exit();

/** A B B A, so that none of them always comes after the other: what the two turns of each side gave, in the order of the sides. */
async function bothTwice(measure) {
  const results = sides.map(() => []);
  for (const index of [0, 1, 1, 0]) results[index].push(await measure(sides[index]));
  return results;
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
