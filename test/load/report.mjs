// The table on the screen, and docs/performance.md with its chart.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/prepare.mjs';
import { median } from './median.mjs';
import { withoutColumns } from './plans.mjs';
import { depthOf, isFlat, ratioOf } from './scale.mjs';

const COLUMNS = [
  ['Profile', 32],
  ['req/s', 7],
  ['reference', 10],
  ['ratio (spread)', 18],
  ['p50 ms', 7],
  ['p99 ms', 7],
  ['ref. p99', 9],
  ['CPU ms', 7],
  ['reference', 10],
  ['ratio (spread)', 18],
  ['left out', 8],
  ['goal', 12],
];

const of = (samples, field) => median(samples.map((sample) => sample[field]));

/** Ratios are taken round by round, of neighbours in time; the spread is the lowest and the highest. */
function ratio({ product, reference }, field) {
  const ratios = product.map((sample, round) => sample[field] / reference[round][field]);
  return {
    median: median(ratios),
    low: Math.min(...ratios),
    high: Math.max(...ratios),
  };
}

const figure = (value, digits = 2) => value.toFixed(digits);
const withSpread = ({ median: middle, low, high }) => `${figure(middle)} (${figure(low)}-${figure(high)})`;

function goalOf(result, throughput, cpu) {
  const { goal } = result.profile;
  if (!goal) return onWhichHost('', result);
  const isMet = (!goal.cpu || cpu.median <= goal.cpu) && throughput.median >= goal.throughput;
  return onWhichHost(`${goal.cpu ?? '-'} / ${goal.throughput} ${isMet ? 'met' : 'missed'}`, result);
}

/** Turns, of both servers; see calm.mjs. */
const leftOut = ({ product, reference }) =>
  String([...product, ...reference].reduce((sum, round) => sum + round.leftOut, 0));
const onWhichHost = (verdict, { product, reference }) => {
  const isCalm = [...product, ...reference].every((round) => round.isCalm);
  return [verdict, !isCalm && 'on a busy host'].filter(Boolean).join(', ');
};

function cells(result) {
  const { profile, product, reference } = result;
  const [throughput, cpu] = [ratio(result, 'perSecond'), ratio(result, 'cpuMs')];
  return [
    profile.title,
    figure(of(product, 'perSecond'), 0),
    figure(of(reference, 'perSecond'), 0),
    withSpread(throughput),
    figure(of(product, 'p50'), 0),
    figure(of(product, 'p99'), 0),
    figure(of(reference, 'p99'), 0),
    figure(of(product, 'cpuMs')),
    figure(of(reference, 'cpuMs')),
    withSpread(cpu),
    leftOut(result),
    goalOf(result, throughput, cpu),
  ];
}

export function printTable(results, withHeader) {
  const line = (values) => values.map((value, i) => String(value).padEnd(COLUMNS[i][1])).join(' ');
  if (withHeader) process.stdout.write(`${line(COLUMNS.map(([name]) => name))}\n`);
  for (const result of results) process.stdout.write(`${line(cells(result))}\n`);
}

/** Rewrites the part of docs/performance.md between the marks. */
export async function writeReport(results, { rounds, seconds, connections, memory }) {
  const text = [
    `Measured on ${today()} with \`npm run bench -- --write\`: ${machine()},`,
    `${rounds} rounds of ${seconds} s, in which the servers take turns, ${connections} connections; "left out" says how many turns the host of the virtual machine spoilt. Ratios are Credence to reference, medians of the rounds.`,
    '',
    table([COLUMNS.map(([name]) => name), COLUMNS.map(() => '---'), ...results.map(cells)]),
    '',
    "![CPU time per request as a multiple of the reference server's](performance.svg)",
    '',
    `Resident memory after the run: Credence ${figure(memory.product, 0)} MB, reference ${figure(memory.reference, 0)} MB.`,
  ].join('\n');
  await writeBetween('performance.md', 'bench', text);
  writeFileSync(join(ROOT, 'docs/performance.svg'), chart(results));
}

/** Puts the text between two marks of a page in docs. */
async function writeBetween(page, mark, text) {
  const path = join(ROOT, 'docs', page);
  const between = new RegExp(`<!-- ${mark} -->[\\s\\S]*?<!-- /${mark} -->`);
  const before = readFileSync(path, 'utf8');
  if (!between.test(before)) throw new Error(`${page} has no place for ${mark}`);
  const after = before.replace(between, () => `<!-- ${mark} -->\n\n${text}\n\n<!-- /${mark} -->`);
  const prettier = await import('prettier');
  const options = (await prettier.resolveConfig(path)) ?? {};
  writeFileSync(path, await prettier.format(after, { ...options, parser: 'markdown' }));
}

const today = () => new Date().toISOString().slice(0, 10);
const machine = () => `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0].model.trim()})`;
const table = (rows) => rows.map((row) => `| ${row.join(' | ')} |`).join('\n');

const STEADY_COLUMNS = [
  'Profile',
  'req/s',
  'reference',
  'p50 ms',
  'reference',
  'p99 ms',
  'reference',
  'p99 ratio (spread)',
  'left out',
  'goal 1.5',
];
const MOST_STEADY = 1.5;

function steadyCells(result) {
  const { profile, product, reference } = result;
  const p99 = ratio(result, 'p99');
  const pairs = ['perSecond', 'p50', 'p99'].flatMap((field) =>
    [product, reference].map((samples) => figure(of(samples, field), field === 'perSecond' ? 0 : 1)),
  );
  const verdict = p99.median <= MOST_STEADY ? 'met' : 'missed';
  return [profile.title, ...pairs, withSpread(p99), leftOut(result), onWhichHost(verdict, result)];
}

export function printSteady(results, withHeader) {
  const line = (cells) =>
    process.stdout.write(
      `${cells[0].padEnd(32)} ${cells
        .slice(1)
        .map((cell) => cell.padEnd(10))
        .join(' ')}\n`,
    );
  if (withHeader) line(STEADY_COLUMNS);
  for (const result of results) line(steadyCells(result));
}

/** Times of answers at 70 % of what each server can do. */
export async function writeSteady(results, { rounds, seconds, connections, certificates }) {
  const text = [
    `Measured on ${today()} with \`npm run bench -- --steady --write\`: ${machine()}, ${rounds} rounds of ${seconds} s, at most ${connections} requests at once,`,
    `a registry of ${certificates.toLocaleString('en')} certificates.`,
    '',
    table([STEADY_COLUMNS, STEADY_COLUMNS.map(() => '---'), ...results.map(steadyCells)]),
  ].join('\n');
  await writeBetween('performance.md', 'steady', text);
}

/** Every read at every size, and the plans at the largest. */
export async function writeScale(results, plans, { sizes, rounds }) {
  const named = sizes.map((size) => size.toLocaleString('en'));
  const header = [
    'Read',
    ...named.map((size) => `${size}: ms`),
    ...named.map((size) => `${size}: CPU ms`),
    'time',
    'CPU',
  ];
  const rows = results.map((result) => [
    result.read.title.replace('...', '…'),
    ...['ms', 'cpuMs'].flatMap((field) => result.samples.map((sample) => (sample ? figure(sample[field], 1) : ''))),
    ...['ms', 'cpuMs'].map((field) => growth(result, results, field)),
  ]);
  const busy = results.filter(({ isCalm }) => !isCalm).length;
  const text = [
    `Measured on ${today()} with \`npm run bench -- --scale --write\`: ${machine()}, medians of ${rounds} rounds from which the host took nothing`,
    `(in ${busy} of ${results.length} rows there were fewer, and the calmest are taken). The last two columns are the ratio of the largest to the smallest`,
    '(of a page far down to the first one); above 1.3 it is bold, but for counts.',
    '',
    table([header, header.map(() => '---'), ...rows]),
  ].join('\n');
  await writeBetween('performance.md', 'scale', text);
  const explained = plans.map(({ title, path, plans: own }) => [
    `## ${title}`,
    '',
    `\`GET ${path}\``,
    '',
    ...(own.length === 0
      ? ['Statements of above.', '']
      : own.flatMap(({ ms, statement, plan }) => [
          '```text',
          `${withoutColumns(statement)}`,
          '',
          ...plan,
          `${ms} ms`,
          '```',
          '',
        ])),
  ]);
  await writeBetween('explain.md', 'plans', explained.flat().join('\n'));
}

function growth(result, results, field) {
  const value = result.read.like ? depthOf(result, results, field) : ratioOf(result, field);
  if (value === undefined) return '';
  return isFlat(result, value) ? figure(value) : `**${figure(value)}**`;
}

const BAR = 22;
const LEFT = 230;
const WIDTH = 760;

/** CPU per request of each profile as a multiple of the reference's. */
function chart(results) {
  const bars = results.map((result) => ({
    title: result.profile.title,
    goal: result.profile.goal?.cpu,
    ...ratio(result, 'cpuMs'),
  }));
  const most = Math.max(2, ...bars.map(({ high }) => high));
  const x = (value) => LEFT + (value / most) * (WIDTH - LEFT - 60);
  const height = 46 + bars.length * (BAR + 8);
  const rows = bars.map(({ title, goal, median: middle }, i) => {
    const y = 40 + i * (BAR + 8);
    return [
      `<text x="${LEFT - 10}" y="${y + 15}" text-anchor="end">${title.replaceAll('`', '')}</text>`,
      `<rect x="${LEFT}" y="${y}" width="${figure(x(middle) - LEFT, 1)}" height="${BAR}" rx="3" class="bar"/>`,
      `<text x="${WIDTH - 10}" y="${y + 15}" text-anchor="end">${figure(middle)}</text>`,
      goal
        ? `<line x1="${figure(x(goal), 1)}" x2="${figure(x(goal), 1)}" y1="${y - 3}" y2="${y + BAR + 3}" class="goal"/>`
        : '',
    ].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="CPU time per request as a multiple of the reference server's">
<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2933; }
  .bar { fill: #3b7dd8; } .goal { stroke: #c2410c; stroke-width: 2; } .one { stroke: #7b8794; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) { text { fill: #e4e7eb; } .bar { fill: #6ea8fe; } .goal { stroke: #fb923c; } }
</style>
<text x="${LEFT}" y="18">CPU time per request, reference = 1 (line: goal)</text>
<line x1="${figure(x(1), 1)}" x2="${figure(x(1), 1)}" y1="28" y2="${height - 4}" class="one"/>
${rows.filter(Boolean).join('\n')}
</svg>
`;
}
