// npm run bench:memory: the memory of the API process after 20,000 mixed requests and after 200,000.
//   --early=20000 --late=200000
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { fill } from './data.mjs';
import { runLoad } from './load.mjs';
import { signEverybodyIn } from './people.mjs';
import { PROFILES } from './profiles.mjs';
import { Stack } from './stack.mjs';

const PEOPLE = 500;
const CONNECTIONS = 16;
const STEPS = 10;
/** Lets a collection of garbage that is due be done. */
const SETTLE_MS = 2000;
const MOST_MB = 300;
const MOST_GROWTH = 1.1;

const { values } = parseArgs({
  options: { early: { type: 'string', default: '20000' }, late: { type: 'string', default: '200000' } },
});
const [early, late] = [Number(values.early), Number(values.late)];

const stack = await Stack.start();
try {
  const organization = await fill(stack.database, { people: PEOPLE, certificates: 20_000 });
  const population = await signEverybodyIn(stack, organization, CONNECTIONS);
  const { requests: mixed } = PROFILES.find(({ name }) => name === 'mixed-day');
  const requests = Array.from({ length: CONNECTIONS }, (_, i) => mixed(population, i));

  const first = await after(0, early);
  let last = first;
  for (let step = 1; step <= STEPS; step += 1) {
    const from = early + ((step - 1) * (late - early)) / STEPS;
    last = await after(from, early + (step * (late - early)) / STEPS);
  }
  const growth = last / first;
  process.stdout.write(`Growth from ${early} to ${late} requests: ${(100 * (growth - 1)).toFixed(0)} %\n`);
  process.exitCode = growth <= MOST_GROWTH && last < MOST_MB ? 0 : 1;

  /** Resident memory once `to` requests are done. */
  async function after(from, to) {
    const amount = Math.round((to - from) / CONNECTIONS) * CONNECTIONS;
    const { failed, perSecond } = await runLoad('shoot.mjs', {
      url: stack.product.url,
      connections: CONNECTIONS,
      amount,
      requests,
    });
    if (failed > 0) throw new Error(`${failed} requests failed`);
    await sleep(SETTLE_MS);
    const memory = stack.product.memoryMb();
    process.stdout.write(
      `${String(Math.round(to)).padStart(7)} requests: ${memory.toFixed(0)} MB (${perSecond.toFixed(0)} per second)\n`,
    );
    return memory;
  }
} finally {
  await stack.stop();
}
