// npm run bench: the product as it ships against the reference server, on one database, turn by turn.
//   --rounds=5 --seconds=4 --connections=16 --only=queue,roster --write (updates docs/performance.md)
//   --steady (instead: the times of answers at 70 % of what each server can do; --seconds=20 --people=50000 --certificates=1000000)
//   --cpu-prof=folder (writes a CPU profile of the product, to be opened in a browser's developer tools)
// With --scale every read instead, at several sizes: --sizes=10000,1000000,10000000 --rounds=40 --only=queue,audit --write
//   --keep=folder (fills the registries there, or uses those that are there, and leaves them)
import { parseArgs } from 'node:util';
import { PATIENCE } from './calm.mjs';
import { fill } from './data.mjs';
import { runLoad } from './load.mjs';
import { signEverybodyIn } from './people.mjs';
import { PROFILES } from './profiles.mjs';
import { printSteady, printTable, writeReport, writeScale, writeSteady } from './report.mjs';
import { measureScale } from './scale.mjs';
import { Stack } from './stack.mjs';

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
    sizes: { type: 'string', default: '10000,1000000,10000000' },
    keep: { type: 'string' },
    'cpu-prof': { type: 'string' },
  },
});
const rounds = Number(options.rounds ?? (options.scale ? 40 : 5));
const wanted = options.only?.split(',');
/** Of a round; each server is asked in half of it. */
const seconds = Number(options.seconds ?? (options.steady ? 20 : 4));
const connections = Number(options.connections);
/** To a small registry the load adds a tenth each minute, and PostgreSQL analyses its tables again; no matter for throughput, but for the slowest answers. */
const size = options.steady ? { people: 50_000, certificates: 1_000_000 } : { people: 2000, certificates: 40_000 };
const people = Number(options.people ?? size.people);
const certificates = Number(options.certificates ?? size.certificates);
/** V8 has compiled what is hot after some thousand requests; where requests are slow, or can be had only once, after a while. */
const WARM_UP_REQUESTS = 4000;
const WARM_UP_SECONDS = 3;
/** Of what a server can do: busy, as a server should be at most. */
const STEADY_SHARE = 0.7;
/** For finding out what a server can do. */
const SATURATION_SECONDS = 8;
/** Of the process that asks, in each round. */
const LOAD_WARM_UP_SECONDS = 2;
const WARM_UP_TURNS = 5;
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
  const organization = await fill(stack.database, { people, certificates });
  await stack.startReference();
  const results = [];
  for (const profile of PROFILES.filter(({ name }) => !wanted || wanted.includes(name))) {
    // Anew for each: an access token is good for a quarter of an hour.
    const population = await signEverybodyIn(stack, organization, connections);
    await requireSameAnswers(profile, population, organization);
    results.push(await measure(profile, population, organization));
    const print = options.steady ? printSteady : printTable;
    print(results.slice(-1), results.length === 1);
  }
  const memory = {
    product: stack.product.memoryMb(),
    reference: stack.reference.memoryMb(),
  };
  process.stdout.write(
    `Memory after it all: Credence ${memory.product.toFixed(0)} MB, reference ${memory.reference.toFixed(0)} MB\n`,
  );
  if (options.write && options.steady) await writeSteady(results, { rounds, seconds, connections, certificates });
  else if (options.write) await writeReport(results, { rounds, seconds, connections, memory });
} catch (error) {
  if (!isStopping) throw error;
} finally {
  await stack.stop();
}

/** With `--steady` each server at 70 % of its own saturation, at an even pace; else at saturation. See turns.mjs for a round. */
async function measure(profile, population, organization) {
  const servers = [stack.product, stack.reference];
  for (const server of servers) await warmUp(profile, server, population, organization);
  const round = {
    warmUpSeconds: LOAD_WARM_UP_SECONDS,
    saturationSeconds: options.steady ? SATURATION_SECONDS : seconds,
    pace: options.steady ? { seconds, share: STEADY_SHARE } : undefined,
  };
  const longest = PATIENCE * (round.warmUpSeconds + round.saturationSeconds + (round.pace?.seconds ?? 0));
  const samples = { product: [], reference: [] };
  for (let i = 0; i < rounds; i += 1) {
    const loads = [];
    for (const server of servers) {
      const { url, requests } = await loadFor(profile, server, population, organization, longest / 2);
      loads.push({ url, pid: server.pid, requests, once: profile.once });
    }
    const [product, reference] = await runLoad('turns.mjs', { servers: loads, connections, ...round });
    samples.product.push(product);
    samples.reference.push(reference);
  }
  return { profile, ...samples };
}

async function warmUp(profile, server, population, organization) {
  let count = 0;
  for (let turn = 0; turn < WARM_UP_TURNS && count < WARM_UP_REQUESTS; turn += 1) {
    const load = await loadFor(profile, server, population, organization, WARM_UP_SECONDS);
    const result = await runLoad('shoot.mjs', load);
    if (result.failed > 0) {
      throw new Error(`${profile.name} at ${server.name}: ${result.failed} failed, ${JSON.stringify(result.statuses)}`);
    }
    count += result.count;
  }
}

async function loadFor(profile, server, population, organization, duration) {
  const load = { url: server.url, connections, seconds: duration };
  let share = () => undefined;
  if (profile.once) {
    const targets = await profile.targets(stack.database, organization, duration * ONCE_PER_SECOND);
    const each = Math.floor(targets.length / connections);
    // As many as there are, in whatever time: asking on would measure refusals.
    load.amount = each * connections;
    share = (i) => targets.slice(i * each, (i + 1) * each);
  }
  load.requests = Array.from({ length: connections }, (_, i) => profile.requests(population, i, share(i)));
  return load;
}

/** A faster server that answers something else would prove nothing. */
async function requireSameAnswers(profile, population, organization) {
  const targets = profile.once ? await profile.targets(stack.database, organization, 100) : undefined;
  const shapes = [];
  for (const [index, server] of [stack.product, stack.reference].entries()) {
    const [{ method, path, headers, body }] = profile.requests(population, 0, targets?.slice(index, index + 1));
    const answer = await fetch(server.url + path, { method, headers, body });
    shapes.push(JSON.stringify([answer.status, answer.headers.has('etag'), shapeOf(await answer.json())]));
  }
  if (shapes[0] !== shapes[1]) throw new Error(`${profile.name}: the answers differ:\n${shapes.join('\n')}`);
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
