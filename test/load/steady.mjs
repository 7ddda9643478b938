// One round: how long answers take at a share of what each server can do. Reads what to do from stdin, prints what came of it.
// Both are asked by turns that are short against what else comes and goes on the machine (an autovacuum, a checkpoint), so that it falls on
// both; and seconds in which the host of a virtual machine ran others instead of it do not count, for either.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, readJson, spread } from './client.mjs';

const TICK_MS = 5;
const TURN_MS = 250;
const SATURATION_SECONDS = 8;
/** Of the time of one core: what the host may have taken in a second that counts as calm. */
const STOLEN_SHARE = 0.02;
/** How many times as long as wanted it may take to find calm seconds. After that the calmest there were have to do. */
const PATIENCE = 3;

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

/** What as many seconds as are wanted gave: those in which the host took least of the machine's time, how many were left out, and whether all were calm. */
async function calmest(wanted, measure) {
  const all = [];
  const calm = () => all.filter(({ stolen }) => stolen <= STOLEN_SHARE).length;
  while (calm() < wanted && all.length < wanted * PATIENCE) {
    const [begin, before] = [performance.now(), stolenMs()];
    const result = await measure();
    all.push({ result, stolen: (stolenMs() - before) / (performance.now() - begin) });
  }
  const kept = all.sort((a, b) => a.stolen - b.stolen).slice(0, wanted);
  return {
    kept: kept.map(({ result }) => result),
    leftOut: all.length - wanted,
    isCalm: calm() >= wanted,
  };
}

/** Milliseconds for which a processor had something to do and the host ran another machine (proc(5): steal, in ticks of 10 ms); 0 where there is none. */
function stolenMs() {
  if (!existsSync('/proc/stat')) return 0;
  const [, ...fields] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/);
  return Number(fields[7]) * 10;
}

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
