// One round: what each of two servers can do, and with `pace` how long answers take at a share of it. Reads what to do from stdin, prints
// what came of it. Both are asked by turns that are short against what else comes and goes on the machine (an autovacuum, a checkpoint),
// so that it falls on both; and turns in which the host of a virtual machine ran others instead of it do not count.
import { setTimeout as sleep } from 'node:timers/promises';
import { calmest } from './calm.mjs';
import { Client, readJson, spread } from './client.mjs';
import { cpuNsOf } from './cpu.mjs';

const TICK_MS = 5;
const TURN_MS = 250;

const { servers, connections, warmUpSeconds, saturationSeconds, pace } = await readJson(process.stdin);
const sides = await Promise.all(
  servers.map(async ({ url, pid, requests, once }) => {
    const client = new Client(url, connections);
    await client.connect();
    return { client, pid, requests, once, next: requests.map(() => 0), asked: 0 };
  }),
);

// This process has to be compiled as well; it is new in each round.
await byTurns(warmUpSeconds, saturate);
let results = await byTurns(saturationSeconds, saturate);
if (pace) {
  for (const [index, { perSecond }] of results.entries()) sides[index].rate = pace.share * perSecond;
  results = await byTurns(pace.seconds, askAtPace);
}
process.stdout.write(JSON.stringify(results));
process.exit();

/** So many seconds of calm turns, half of them of each side. CPU time is of all turns: what a server does after its own belongs to it too. */
async function byTurns(seconds, measure) {
  const cpuBefore = sides.map(({ pid }) => cpuNsOf(pid));
  const answered = sides.map(() => 0);
  const measures = sides.map((side, index) => async () => {
    const turn = await measure(side);
    answered[index] += turn.times.length;
    return turn;
  });
  const turns = await calmest((seconds * 1000) / TURN_MS / sides.length, measures);
  return turns.map(({ kept, leftOut, isCalm }, index) => {
    const times = kept.flatMap((turn) => turn.times);
    return {
      perSecond: (1000 * times.length) / kept.reduce((sum, { ms }) => sum + ms, 0),
      cpuMs: (cpuNsOf(sides[index].pid) - cpuBefore[index]) / 1e6 / answered[index],
      ...spread(times),
      leftOut,
      isCalm,
    };
  });
}

/** Each connection asks again as soon as it is answered. How long the turn took, and each answer, in milliseconds. */
async function saturate(side) {
  const begin = performance.now();
  const times = [];
  const asking = side.requests.map(async (_, i) => {
    while (performance.now() - begin < TURN_MS) times.push(await ask(side, i));
  });
  await Promise.all(asking);
  return { ms: performance.now() - begin, times };
}

/** At an even pace, whether answers come or not; those that come after the turn are among them. */
async function askAtPace(side) {
  const begin = performance.now();
  const answers = [];
  for (let now = 0; now < TURN_MS; now = performance.now() - begin) {
    const due = (now * side.rate) / 1000;
    while (answers.length < due) answers.push(ask(side, side.asked++ % side.requests.length));
    await sleep(TICK_MS);
  }
  return { ms: performance.now() - begin, times: await Promise.all(answers) };
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
