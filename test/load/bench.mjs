// npm run bench: the product as it ships against the reference server, on one database, turn by turn.
//   --rounds=5 --seconds=2 --connections=16 --only=queue,roster --write (updates docs/performance.md)
//   --cpu-prof=folder (writes a CPU profile of the product, to be opened in a browser's developer tools)
// With --scale every read instead, at several sizes: --sizes=10000,1000000,10000000 --rounds=25 --only=queue,audit --write
//   --keep=folder (fills the registries there, or uses those that are there, and leaves them)
import { parseArgs } from 'node:util';
import { prepare } from '../../scripts/prepare.mjs';
import { fill } from './data.mjs';
import { runLoad } from './load.mjs';
import { signEverybodyIn } from './people.mjs';
import { PROFILES } from './profiles.mjs';
import { printTable, writeReport } from './report.mjs';
import { measureScale } from './scale.mjs';
import { Stack } from './stack.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '16' },
    people: { type: 'string', default: '2000' },
    certificates: { type: 'string', default: '40000' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
    scale: { type: 'boolean', default: false },
    sizes: { type: 'string', default: '10000,1000000,10000000' },
    keep: { type: 'string' },
    'cpu-prof': { type: 'string' },
  },
});
const rounds = Number(options.rounds ?? (options.scale ? 25 : 5));
const wanted = options.only?.split(',');
const seconds = Number(options.seconds);
const connections = Number(options.connections);
/** By number, not by time: on a busy machine a few seconds are too few requests for V8 to have compiled what they run through. */
const WARM_UP_REQUESTS = 1_500;
const WARM_UP_SECONDS = 3;
/** More than any server here decides in a round. */
const ONCE_PER_SECOND = 1500;

prepare();
if (options.scale) {
  await measureScale({ sizes: options.sizes.split(',').map(Number), rounds, keep: options.keep, only: wanted });
  process.exit();
}
const stack = await Stack.start({ profileDirectory: options['cpu-prof'] });
try {
  const people = Number(options.people);
  const organization = await fill(stack.database, { people, certificates: Number(options.certificates) });
  await stack.startReference();
  const population = await signEverybodyIn(stack, organization, connections);
  const results = [];
  for (const profile of PROFILES.filter(({ name }) => !wanted || wanted.includes(name))) {
    await requireSameAnswers(profile, population, organization);
    results.push(await measure(profile, population, organization));
    printTable(results.slice(-1), results.length === 1);
  }
  const memory = { product: stack.product.memoryMb(), reference: stack.reference.memoryMb() };
  process.stdout.write(
    `Memory after it all: Credence ${memory.product.toFixed(0)} MB, reference ${memory.reference.toFixed(0)} MB\n`,
  );
  if (options.write) await writeReport(results, { rounds, seconds, connections, memory });
} finally {
  await stack.stop();
}

/** Interleaved, A B A B, so that what else the machine does falls on both. */
async function measure(profile, population, organization) {
  const servers = [stack.product, stack.reference];
  for (const server of servers) {
    await shoot(profile, server, population, organization, WARM_UP_SECONDS, WARM_UP_REQUESTS);
  }
  const samples = { product: [], reference: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, name] of ['product', 'reference'].entries()) {
      samples[name].push(await shoot(profile, servers[index], population, organization, seconds));
    }
  }
  return { profile, ...samples };
}

async function shoot(profile, server, population, organization, duration, amount) {
  const load = { url: server.url, connections, seconds: duration, amount };
  let share = () => undefined;
  if (profile.once) {
    const targets = await profile.targets(stack.database, organization, duration * ONCE_PER_SECOND);
    const each = Math.floor(targets.length / connections);
    // As many as there are, in whatever time: asking on would measure refusals.
    load.amount = each * connections;
    share = (i) => targets.slice(i * each, (i + 1) * each);
  }
  load.requests = Array.from({ length: connections }, (_, i) => profile.requests(population, i, share(i)));
  const before = server.cpuMs();
  const result = await runLoad('shoot.mjs', load);
  if (result.failed > 0) {
    throw new Error(`${profile.name} at ${server.name}: ${result.failed} failed, ${JSON.stringify(result.statuses)}`);
  }
  return { ...result, cpuMs: (server.cpuMs() - before) / result.count };
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
