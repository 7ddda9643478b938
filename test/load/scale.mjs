// npm run bench -- --scale: every read at 10 thousand, 1 million and 10 million certificates, turn by turn.
import { chmodSync, mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ask } from './ask.mjs';
import { explainReads } from './plans.mjs';
import { lookAround, READS } from './reads.mjs';
import { startRegistry } from './registries.mjs';

/** Statements are prepared by then, and PostgreSQL has decided whether to plan them again for each request. */
const WARM_UP_ROUNDS = 15;
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
        samples: await measureRead(read, registries, worlds, rounds),
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

/** Of each registry the median time of an answer, and the CPU time it took of the product and of PostgreSQL. */
async function measureRead(read, registries, worlds, rounds) {
  const samples = registries.map(() => ({ times: [], cpuMs: undefined }));
  const [warmUp, measured] = read.isCount ? [1, COUNT_ROUNDS] : [WARM_UP_ROUNDS, rounds];
  let before;
  for (let round = 0; round < warmUp + measured; round += 1) {
    if (round === warmUp) before = registries.map((registry) => registry.cpuNow());
    for (const [index, registry] of registries.entries()) {
      const path = read.path(worlds[index], round);
      if (path === undefined) continue;
      const took = await ask(registry.product.url + path, read.own(worlds[index], round).headers);
      if (round >= warmUp) samples[index].times.push(took);
    }
  }
  return samples.map(({ times }, index) =>
    times.length === 0
      ? undefined
      : {
          ms: median(times),
          cpuMs: registries[index].cpuMsSince(before[index]) / measured,
        },
  );
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

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
