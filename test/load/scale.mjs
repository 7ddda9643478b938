// npm run bench -- --scale: every read at 10 thousand, 1 million and 10 million certificates, turn by turn.
import { chmodSync, mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ask } from './ask.mjs';
import { calmest } from './calm.mjs';
import { median } from './median.mjs';
import { explainReads } from './plans.mjs';
import { lookAround, READS } from './reads.mjs';
import { startRegistry } from './registries.mjs';

/** Statements are prepared by then, PostgreSQL has decided whether to plan them again for each request, and V8 has compiled what they need. */
const WARM_UP_ROUNDS = 60;
/** Counting all of a long list takes seconds: a few times are enough. */
const COUNT_ROUNDS = 3;
const MOST_RATIO = 1.3;

/** Measures, and prints while it does. `keep`: a folder whose registries are used again, and stay. */
export async function measureScale({ sizes, rounds, keep, isWanted, withPlans }) {
  const folder = keep ? resolve(keep) : mkdtempSync(join(tmpdir(), 'credence-scale-'));
  mkdirSync(folder, { recursive: true });
  // Started as root, PostgreSQL runs as another user, who has to get in.
  if (!keep) chmodSync(folder, 0o755);
  const registries = [];
  try {
    for (const size of sizes) registries.push(await startRegistry(folder, size));
    const worlds = [];
    for (const registry of registries) worlds.push(await lookAround(registry));
    const results = [];
    let group = '';
    for (const read of READS) {
      if (!read.title.startsWith('...')) group = read.title;
      if (!isWanted(group)) continue;
      results.push({
        read,
        group,
        ...(await measureRead(read, registries, worlds, rounds)),
      });
      print(results.at(-1), results, sizes);
    }
    await stopAll(registries);
    return {
      results,
      plans: withPlans ? await explainReads(folder, sizes.at(-1), isWanted) : [],
    };
  } finally {
    await stopAll(registries);
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

async function stopAll(registries) {
  for (const registry of registries.splice(0)) await registry.stop();
}

/**
 * Of each registry the median time of a calm answer, and the CPU time that one took of the product and of PostgreSQL: of all
 * answers, since what the host of a virtual machine takes is not in it. Undefined where there is nothing to ask for.
 */
async function measureRead(read, registries, worlds, rounds) {
  const [warmUp, wanted] = read.isCount ? [1, COUNT_ROUNDS] : [WARM_UP_ROUNDS, rounds];
  const there = registries.map((_, index) => index).filter((index) => read.path(worlds[index], 0) !== undefined);
  const asked = registries.map(() => 0);
  const measures = there.map((index) => () => {
    const i = asked[index]++;
    return ask(registries[index].product.url + read.path(worlds[index], i), read.own(worlds[index], i).headers);
  });
  for (let i = 0; i < warmUp; i += 1) for (const measure of measures) await measure();
  const before = registries.map((registry) => registry.cpuNow());
  const answers = await calmest(wanted, measures);
  const samples = registries.map(() => undefined);
  for (const [n, index] of there.entries()) {
    const { kept, leftOut } = answers[n];
    samples[index] = {
      ms: median(kept),
      cpuMs: registries[index].cpuMsSince(before[index]) / (wanted + leftOut),
    };
  }
  return { samples, isCalm: answers.every(({ isCalm }) => isCalm) };
}

/** How much longer it takes in the largest registry than in the smallest. */
export function ratioOf({ samples }, field) {
  const [first, last] = [samples[0], samples.at(-1)];
  return first && last && last[field] / first[field];
}

/** How much longer a page far down takes than the first one, in the largest registry. */
export function depthOf({ read, group, samples }, results, field) {
  const first = results.find((other) => other.group === group && other.read.title === read.like);
  return first && samples.at(-1) && samples.at(-1)[field] / first.samples.at(-1)[field];
}

export const isFlat = ({ read }, ratio) => read.isCount || ratio === undefined || ratio <= MOST_RATIO;

function print(result, results, sizes) {
  const line = (title, cells) =>
    process.stdout.write(`${title.padEnd(40)}${cells.map((cell) => cell.padStart(11)).join('')}\n`);
  if (results.length === 1) line('', [...sizes.flatMap((size) => [`${size} ms`, 'CPU ms']), 'ratio', 'CPU ratio']);
  const cells = result.samples.flatMap((sample) =>
    [sample?.ms, sample?.cpuMs].map((value) => value?.toFixed(2) ?? '-'),
  );
  const ratios = ['ms', 'cpuMs'].map((field) => {
    const ratio = result.read.like ? depthOf(result, results, field) : ratioOf(result, field);
    return ratio === undefined ? '-' : `${ratio.toFixed(2)}${isFlat(result, ratio) ? '' : ' !'}`;
  });
  line(result.read.title, [...cells, ...ratios]);
}
