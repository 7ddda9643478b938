// npm run bench: the product as it ships against the reference server, on one database, turn by turn.
//   --rounds=5 --seconds=4 --connections=16 --only=queue,roster --write (updates docs/performance.md)
//   --steady (instead: the times of answers at 70 % of what each server can do; --seconds=20 --people=50000 --certificates=1000000)
//   --against=folder (another build besides, such as the commit before, ready to run in a folder of its own: all three by turns)
//   --cpu-within=0.95,1.05 (ends with 1 where CPU time per request, as a multiple of the other build's, is not)
//   --load=node (asks with Node's client though there is wrk)
//   --cpu-prof=folder (writes a CPU profile of the product, to be opened in a browser's developer tools)
// With --metrics instead: what metrics and traces cost; ends with 1 where that is too much. --only=list-certificates,mixed-day
// With --scale every read instead, at several sizes: --sizes=10000,1000000,10000000 --rounds=40 --only=queue,audit --write
//   --keep=folder (fills the registries there, or uses those that are there, and leaves them)
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PATIENCE } from './calm.mjs';
import { fill } from './data.mjs';
import { runLoad } from './load.mjs';
import { signEverybodyIn } from './people.mjs';
import { PROFILES } from './profiles.mjs';
import { writeReport, writeScale, writeSteady } from './report.mjs';
import { measureScale } from './scale.mjs';
import { Stack } from './stack.mjs';
import { outside, printRounds, printTable } from './tables.mjs';
import { measureTelemetry } from './telemetry.mjs';
import { findWrk } from './wrk.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string', default: '16' },
    people: { type: 'string' },
    certificates: { type: 'string' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
    steady: { type: 'boolean', default: false },
    scale: { type: 'boolean', default: false },
    metrics: { type: 'boolean', default: false },
    sizes: { type: 'string', default: '10000,1000000,10000000' },
    keep: { type: 'string' },
    'cpu-prof': { type: 'string' },
    against: { type: 'string' },
    'cpu-within': { type: 'string' },
    load: { type: 'string', default: 'wrk' },
  },
});
const rounds = Number(options.rounds ?? (options.scale ? 40 : 5));
const wanted = options.only?.split(',');
const profiles = PROFILES.filter(({ name }) => !wanted || wanted.includes(name));
if (profiles.length === 0 && !options.scale) throw new Error(`No profile is called ${options.only}`);
const bound = options['cpu-within']?.split(',').map(Number);
if (bound && !(options.against && bound.length === 2 && bound[0] <= bound[1])) {
  throw new Error('--cpu-within takes two numbers, and --against to compare with');
}
/** Of a round, in which the servers take turns. */
const seconds = Number(options.seconds ?? (options.steady ? 20 : options.against || options.metrics ? 6 : 4));
const connections = Number(options.connections);
/** To a small registry the load adds a tenth each minute, and PostgreSQL analyses its tables again; no matter for throughput, but for the slowest answers. */
const size = options.steady ? { people: 50_000, certificates: 1_000_000 } : { people: 2000, certificates: 40_000 };
const people = Number(options.people ?? size.people);
const certificates = Number(options.certificates ?? size.certificates);
/** Of each server, once: V8 has compiled what is hot after some thousand requests; where requests are slow, after a while. */
const WARM_UP = { requests: 4000, seconds: 15 };
/** Of each server in each later round, since the processes that ask are new. */
const SHORT_WARM_UP = { requests: 1000, seconds: 1 };
/** Of what a server can do: busy, as a server should be at most. */
const STEADY_SHARE = 0.7;
/** For finding out what a server can do. */
const SATURATION_SECONDS = 8;
/** More than any server here decides. */
const ONCE_PER_SECOND = 1500;

if (options.scale) {
  const sizes = options.sizes.split(',').map(Number);
  const isWanted = (title) => !wanted || wanted.some((name) => title.toLowerCase().includes(name.toLowerCase()));
  const { results, plans } = await measureScale({
    sizes,
    rounds,
    keep: options.keep,
    isWanted,
    withPlans: options.write,
  });
  if (options.write) await writeScale(results, plans, { sizes, rounds });
  process.exit();
}
const wrk = options.load === 'wrk' ? findWrk() : undefined;
process.stdout.write(
  wrk
    ? `Load: ${wrk}${options.steady ? ', paced by test/load/asker-wrk.lua; times count from when a request was due' : ''}\n`
    : "Load: Node's own client, which takes more of a core; for better figures install wrk (Debian: apt-get install wrk)\n",
);
if (options.metrics) {
  // Those of which each request works one time only would need new targets for each of three servers.
  const repeatable = profiles.filter(({ once, name }) => !once && name !== 'sign-in');
  const isWithin = await measureTelemetry({
    profiles: repeatable,
    rounds,
    seconds,
    connections,
    people,
    certificates,
    wrk,
  });
  process.exit(isWithin ? 0 : 1);
}
const stack = await Stack.start({ profileDirectory: options['cpu-prof'] });
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  // What is running fails then, and the end below clears away.
  process.once(signal, () => {
    isStopping = true;
    void stack.stop();
  });
}
try {
  stack.movePostgres();
  const organization = await fill(stack.database, { people, certificates });
  if (options.against) await stack.startBefore(resolve(options.against));
  await stack.startReference();
  const results = [];
  for (const profile of profiles) {
    // Anew for each: an access token is good for a quarter of an hour.
    const population = await signEverybodyIn(stack, organization, connections);
    // V8 compiles for what it has seen: the other build is to have seen the same.
    if (stack.before) await signEverybodyIn({ ...stack, product: stack.before }, organization, connections);
    await requireSameAnswers(profile, population, organization);
    results.push(await measure(profile, population, organization));
    printTable(results.at(-1), { isSteady: options.steady, isFirst: results.length === 1 });
    printRounds(results.at(-1));
  }
  const memory = Object.fromEntries(Object.entries(stack.servers).map(([name, server]) => [name, server.memoryMb()]));
  const inMb = Object.values(stack.servers).map((server) => `${server.name} ${server.memoryMb().toFixed(0)} MB`);
  process.stdout.write(`Memory after it all: ${inMb.join(', ')}\n`);
  if (options.write && options.steady) await writeSteady(results, { rounds, seconds, connections, certificates, wrk });
  else if (options.write) await writeReport(results, { rounds, seconds, connections, memory, wrk });
  if (bound) requireBound(results);
} catch (error) {
  if (!isStopping) throw error;
} finally {
  await stack.stop();
}

/** With `--steady` each server at 70 % of its own saturation, at an even pace; else at saturation. See turns.mjs for a round. */
async function measure(profile, population, organization) {
  const servers = Object.entries(stack.servers);
  const saturationSeconds = options.steady ? SATURATION_SECONDS : seconds;
  const pace = options.steady ? { seconds, share: STEADY_SHARE } : undefined;
  const longest = (PATIENCE * (saturationSeconds + (pace?.seconds ?? 0))) / servers.length;
  const result = { profile, ...Object.fromEntries(servers.map(([name]) => [name, []])) };
  for (let i = 0; i < rounds; i += 1) {
    const warmUp = i === 0 ? WARM_UP : SHORT_WARM_UP;
    const loads = [];
    for (const [, server] of servers) {
      const most = 2 * warmUp.requests + longest * ONCE_PER_SECOND;
      const requests = await requestsOf(profile, population, organization, most);
      const { url, pid } = server;
      loads.push({ name: `${profile.name} at ${server.name}`, url, pid, requests, once: profile.once });
    }
    const samples = await runLoad('turns.mjs', {
      servers: loads,
      warmUp,
      saturationSeconds,
      pace,
      hasWrk: wrk !== undefined,
      directory: stack.directory,
    });
    for (const [index, [name]] of servers.entries()) result[name].push(samples[index]);
  }
  return result;
}

/** A list for each connection; where a request works only once, enough of them. */
async function requestsOf(profile, population, organization, most) {
  const targets = profile.once ? await profile.targets(stack.database, organization, Math.ceil(most)) : [];
  const each = Math.floor(targets.length / connections);
  return Array.from({ length: connections }, (_, i) =>
    profile.requests(population, i, profile.once && targets.slice(i * each, (i + 1) * each)),
  );
}

/** A faster server that answers something else would prove nothing. Another build may: what an answer carries changes from one to the next. */
async function requireSameAnswers(profile, population, organization) {
  const servers = Object.values(stack.servers);
  const targets = profile.once ? await profile.targets(stack.database, organization, 100) : undefined;
  const shapes = new Map();
  for (const [index, server] of servers.entries()) {
    const [{ method, path, headers, body }] = profile.requests(population, 0, targets?.slice(index, index + 1));
    const answer = await fetch(server.url + path, { method, headers, body });
    shapes.set(server, JSON.stringify([answer.status, answer.headers.has('etag'), shapeOf(await answer.json())]));
  }
  const ofProduct = shapes.get(stack.product);
  for (const server of servers.filter((each) => shapes.get(each) !== ofProduct)) {
    const text = `${profile.name}: ${server.name} answers differently:\n${ofProduct}\n${shapes.get(server)}`;
    if (server !== stack.before) throw new Error(text);
    process.stdout.write(`${text}\n`);
  }
}

function requireBound(results) {
  const found = outside(results, bound);
  const list = found.map(({ profile, ratio }) => `${profile.name} ${ratio.toFixed(2)}`).join(', ');
  process.stdout.write(
    found.length === 0
      ? `CPU time is within ${bound.join(' to ')} of the other build's in every profile\n`
      : `CPU time is not within ${bound.join(' to ')} of the other build's: ${list}\n`,
  );
  if (found.length > 0) process.exitCode = 1;
}

/** Names and kinds of values, in order; the values of tokens, ids and times differ by nature. */
function shapeOf(value) {
  if (Array.isArray(value)) return [value.length, ...value.slice(0, 1).map(shapeOf)];
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort()
      .map(([name, inner]) => [name, shapeOf(inner)]),
  );
}
