// npm run bench:overload: four times what the product can do, for a minute, and what becomes of it.
//   --seconds=60 --times=4
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { prepare } from '../../scripts/prepare.mjs';
import { fill } from './data.mjs';
import { runLoad } from './load.mjs';
import { signEverybodyIn } from './people.mjs';
import { PROFILES } from './profiles.mjs';
import { Stack } from './stack.mjs';

const PEOPLE = 500;
const CERTIFICATES = 20_000;
const PERSONS = 16;
const PEAK_CONNECTIONS = 64;
const PEAK_SECONDS = 8;
/** The best one counts; the first ones warm up. */
const PEAK_ROUNDS = 3;
/** More than are worked on at once, so that there is something to refuse. */
const CONNECTIONS = 512;
/** As many as the product works on at once by default. */
const PLACES = 256;
/** Few enough to be refused before those that hold the places give up. */
const REFUSALS = 4096;
const AFTERWARDS_SECONDS = 8;
/** Of the peak: what an installation with some room asks for. */
const USUAL = 0.7;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, times: { type: 'string', default: '4' } },
});
const [seconds, times] = [Number(values.seconds), Number(values.times)];
const say = (line) => process.stdout.write(`${line}\n`);
const ms = (value) => `${value.toFixed(0)} ms`;
const percent = (value) => `${(100 * value).toFixed(0)} %`;

prepare();
const stack = await Stack.start();
try {
  const organization = await fill(stack.database, { people: PEOPLE, certificates: CERTIFICATES });
  const population = await signEverybodyIn(stack, organization, PERSONS);
  const { requests: mixed } = PROFILES.find(({ name }) => name === 'mixed-day');
  const requests = Array.from({ length: PERSONS }, (_, i) => mixed(population, i));
  const load = { url: stack.product.url, requests, connections: CONNECTIONS };

  const { perSecond: before, answerMs } = await measuredPeak();

  const refusalMs = await costOfRefusal(load);
  // Of the processor, x answers and (times - x) refusals use up what one peak of answers does.
  const ratio = refusalMs / answerMs;
  const left = Math.max(0, (1 - times * ratio) / (1 - ratio));
  say(
    `CPU time of an answer ${answerMs.toFixed(2)} ms, of a refusal ${refusalMs.toFixed(3)} ms: at ${times} times the peak the processor has ${percent(left)} of the peak left for answers`,
  );

  // What the last round left behind unanswered is still being done.
  await sleep(3000);
  const createdBefore = await createdSoFar();
  const cpuBefore = stack.product.cpuMs();
  const flood = await runLoad('flood.mjs', { ...load, seconds, rate: Math.round(times * before) });
  const cpu = stack.product.cpuMs() - cpuBefore;
  const after = await runLoad('flood.mjs', { ...load, seconds: AFTERWARDS_SECONDS, rate: Math.round(USUAL * before) });
  const created = (await createdSoFar()) - createdBefore;
  // Some machines are faster in one minute than in the next: what the flood is compared with is measured on both sides of it.
  const { perSecond: afterwards } = await measuredPeak();
  const peak = (before + afterwards) / 2;

  say(
    `Peak, ${PEAK_CONNECTIONS} connections, mixed day: ${before.toFixed(0)} requests/s before, ${afterwards.toFixed(0)} after (load of the machine: ${loadavg()[0].toFixed(1)})`,
  );
  const sustained = median(flood.perSecond.map(({ ok }) => ok));
  const recovery = after.perSecond.findIndex(({ refused }) => refused === 0);
  say(`${times} times as many for ${seconds} s: ${(flood.sent / seconds).toFixed(0)} requests/s sent`);
  say(
    `  answered   ${sustained.toFixed(0)} per second (median; worst second ${Math.min(...flood.perSecond.map(({ ok }) => ok))}), ${percent(sustained / peak)} of the peak; p50 ${ms(flood.ok.p50)}, p99 ${ms(flood.ok.p99)}`,
  );
  say(
    `  refused    ${flood.refused.count} with 503 overloaded and Retry-After; p50 ${ms(flood.refused.p50)}, p99 ${ms(flood.refused.p99)}, longest ${ms(flood.refused.max)}`,
  );
  say(`  otherwise  ${JSON.stringify({ ...flood.wrong, ...after.wrong })}`);
  say(`  CPU time   ${percent(cpu / seconds / 1000)} of a core; memory ${stack.product.memoryMb().toFixed(0)} MB`);
  say(
    `Afterwards, at ${percent(USUAL)} of the peak: ${recovery < 0 ? 'no' : `second ${recovery + 1} is the first`} without a refusal; p50 ${ms(after.ok.p50)}, p99 ${ms(after.ok.p99)}`,
  );
  say(`Certificates: ${flood.created + after.created} creations acknowledged, ${created} rows`);

  const isGood =
    sustained >= 0.8 * peak &&
    recovery >= 0 &&
    recovery < 5 &&
    Object.keys({ ...flood.wrong, ...after.wrong }).length === 0 &&
    created === flood.created + after.created;
  say(isGood ? 'As it should be.' : 'Not as it should be.');
  process.exitCode = isGood ? 0 : 1;

  /** Most requests per second, and CPU time for each of the round that came last. */
  async function measuredPeak() {
    let perSecond = 0;
    let answerMs = 0;
    for (let round = 0; round < PEAK_ROUNDS; round += 1) {
      const cpuMs = stack.product.cpuMs();
      const result = await runLoad('shoot.mjs', { ...load, connections: PEAK_CONNECTIONS, seconds: PEAK_SECONDS });
      if (result.failed > 0) throw new Error(`${result.failed} requests failed at ${PEAK_CONNECTIONS} connections`);
      perSecond = Math.max(perSecond, result.perSecond);
      answerMs = (stack.product.cpuMs() - cpuMs) / result.count;
    }
    return { perSecond, answerMs };
  }
} finally {
  await stack.stop();
}

/** CPU time of a refusal, while all places are held by requests that wait for a lock. */
async function costOfRefusal({ url, requests }) {
  const blocker = await stack.database.connect();
  await blocker.query('begin');
  await blocker.query('lock table titles in access exclusive mode');
  const { headers } = requests[0][0];
  const held = Array.from({ length: PLACES }, () => fetch(`${url}/users-organizations/v1/rs/titles`, { headers }));
  await sleep(1000);
  const before = stack.product.cpuMs();
  const { count, statuses } = await runLoad('shoot.mjs', { url, requests, connections: 16, amount: REFUSALS });
  const cost = (stack.product.cpuMs() - before) / count;
  if (statuses[503]?.count !== count) throw new Error(`Not all were refused: ${JSON.stringify(statuses)}`);
  await blocker.query('rollback');
  blocker.release();
  await Promise.all(held);
  return cost;
}

async function createdSoFar() {
  const { rows } = await stack.database.query('select count(*)::int as count from certificates');
  return rows[0].count;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
