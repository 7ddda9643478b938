// One round: what each of the servers can do, and with `pace` how long answers take at a share of it. Reads what to do from stdin, prints
// what came of it. All are asked by turns that are short against what else comes and goes on the machine (an autovacuum, a checkpoint),
// so that it falls on each; and turns in which the host of a virtual machine ran others instead of it do not count.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Asker, now } from './asker.mjs';
import { calmest } from './calm.mjs';
import { readJson, spread } from './client.mjs';
import { cpuNsOf } from './cpu.mjs';

const TURN_MS = 250;
/** For every connection to hear of a turn before it begins. */
const LEAD_MS = 5;

const { servers, warmUp, saturationSeconds, pace, hasWrk, directory } = await readJson(process.stdin);
const scratch = mkdtempSync(join(directory, 'turns-'));
const sides = servers.map((server) => ({
  asker: new Asker(server, { hasWrk, scratch }),
  pid: server.pid,
  answered: 0,
  offset: 0,
}));

await getWarm();
let results = await byTurns(saturationSeconds, saturate);
if (pace) {
  for (const [index, { perSecond }] of results.entries()) sides[index].gap = 1000 / (pace.share * perSecond);
  results = await byTurns(pace.seconds, askAtPace);
}
process.stdout.write(JSON.stringify(results));
rmSync(scratch, { recursive: true });
// What asks ends with what told it to.
process.exit();

/** Until each side has answered as often as V8 needs, or for as long as it may take. */
async function getWarm() {
  for (let spent = 0; spent < warmUp.seconds * 1000; spent += TURN_MS) {
    for (const side of sides.filter(({ answered }) => answered < warmUp.requests)) {
      side.answered += (await saturate(side)).times.length;
    }
  }
}

/**
 * So many seconds of calm turns, as many of each side. CPU time, and the share of a core that it is, are of all turns: what a server does
 * after its own belongs to it too.
 */
async function byTurns(seconds, measure) {
  const cpuBefore = sides.map(({ pid }) => cpuNsOf(pid));
  const all = sides.map(() => ({ answers: 0, ms: 0 }));
  const measures = sides.map((side, index) => async () => {
    const turn = await measure(side);
    all[index].answers += turn.times.length;
    all[index].ms += turn.ms;
    return turn;
  });
  const turns = await calmest(Math.ceil((seconds * 1000) / TURN_MS / sides.length), measures);
  return turns.map(({ kept, leftOut, isCalm }, index) => {
    const cpuMs = (cpuNsOf(sides[index].pid) - cpuBefore[index]) / 1e6;
    const times = kept.flatMap((turn) => turn.times);
    return {
      perSecond: (1000 * times.length) / kept.reduce((sum, { ms }) => sum + ms, 0),
      cpuMs: cpuMs / all[index].answers,
      core: cpuMs / all[index].ms,
      ...spread(times),
      leftOut,
      isCalm,
    };
  });
}

/** Each connection asks again as soon as it is answered. How long the turn took, and each answer, in milliseconds. */
async function saturate({ asker }) {
  const begin = now() + LEAD_MS;
  const { last, times } = await asker.turn(begin, begin + TURN_MS);
  return { ms: last - begin, times };
}

/** At an even pace that goes on from turn to turn; answers that come after the turn are among its own. */
async function askAtPace(side) {
  const begin = now() + LEAD_MS;
  const { times } = await side.asker.turn(begin + side.offset, begin + TURN_MS, side.gap);
  side.offset += times.length * side.gap - TURN_MS;
  return { ms: TURN_MS, times };
}
