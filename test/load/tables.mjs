// The table of a measurement, on the screen and in docs/performance.md: Credence, beside it another build where there is one, and the reference.
import { median } from './median.mjs';

/** Of its core. A server that uses less waits for something else, and how much it answers says nothing about it. */
const LEAST_CORE = 0.8;
const MOST_STEADY = 1.5;
const TITLE_WIDTH = 33;

export const figure = (value, digits = 2) => value.toFixed(digits);
const percent = (share) => figure(100 * share, 0);

const of = (samples, field) => median(samples.map((sample) => sample[field]));

/** Credence to another; round by round, of neighbours in time. The spread is the lowest and the highest. */
export function ratio(result, field, other = 'reference') {
  const ratios = result.product.map((sample, round) => sample[field] / result[other][round][field]);
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

const withSpread = ({ median: middle, low, high }) => `${figure(middle)} (${figure(low)}-${figure(high)})`;

/** All samples of a result, of whichever server. */
const sidesOf = ({ product, before, reference }) => [product, before, reference].filter(Boolean);
const isSaturated = (result) => sidesOf(result).every((samples) => of(samples, 'core') >= LEAST_CORE);

function verdictOf(result) {
  const { cpu, throughput } = result.profile.goal ?? {};
  const isMet = [];
  if (cpu) isMet.push(ratio(result, 'cpuMs').median <= cpu);
  if (throughput && isSaturated(result)) isMet.push(ratio(result, 'perSecond').median >= throughput);
  const verdict = isMet.length > 0 && `${cpu ?? '-'} / ${throughput} ${isMet.every(Boolean) ? 'met' : 'missed'}`;
  return onWhichHost([verdict, !isSaturated(result) && 'by CPU alone'], result);
}

function steadyVerdictOf(result) {
  return onWhichHost([ratio(result, 'p99').median <= MOST_STEADY ? 'met' : 'missed'], result);
}

/** Turns, of all servers; see calm.mjs. */
const leftOut = (result) =>
  String(
    sidesOf(result)
      .flat()
      .reduce((sum, round) => sum + round.leftOut, 0),
  );
const onWhichHost = (verdict, result) => {
  const isCalm = sidesOf(result)
    .flat()
    .every((round) => round.isCalm);
  return [...verdict, !isCalm && 'on a busy host'].filter(Boolean).join(', ');
};

/** Names of columns with what stands in them. */
function columnsOf(others, isSteady) {
  const values = (name, field, format) =>
    ['product', ...others].map((side) => [
      side === 'product' ? name : side,
      (result) => format(of(result[side], field)),
    ]);
  const ratios = (field) =>
    others.map((other) => [`to ${other} (spread)`, (result) => withSpread(ratio(result, field, other))]);
  const [whole, tenths, hundredths] = [0, 1, 2].map((digits) => (value) => figure(value, digits));
  const profile = ['Profile', (result) => result.profile.title];
  if (isSteady) {
    return [
      profile,
      ...values('req/s', 'perSecond', whole),
      ...values('p50 ms', 'p50', tenths),
      ...values('p99 ms', 'p99', tenths),
      ...ratios('p99'),
      ['left out', leftOut],
      ['goal 1.5', steadyVerdictOf],
    ];
  }
  return [
    profile,
    ...values('req/s', 'perSecond', whole),
    ...ratios('perSecond'),
    ...values('p99 ms', 'p99', tenths),
    ...values('CPU ms', 'cpuMs', hundredths),
    ...ratios('cpuMs'),
    ...values('core %', 'core', percent),
    ['left out', leftOut],
    ['goal', verdictOf],
  ];
}

export function printTable(result, { isSteady, isFirst }) {
  const columns = columnsOf(result.before ? ['before', 'reference'] : ['reference'], isSteady);
  const widths = columns.map(([name], i) => (i === 0 ? TITLE_WIDTH : Math.max(8, name.length + 1)));
  const print = (cells) => process.stdout.write(`${cells.map((cell, i) => cell.padEnd(widths[i])).join('')}\n`);
  if (isFirst) print(columns.map(([name]) => name));
  print(columns.map(([, cell]) => cell(result)));
}

/** The share of its core that each server used, round by round. */
export function printRounds({ product, before, reference }) {
  const sides = Object.entries({ Credence: product, before, reference }).filter(([, samples]) => samples);
  const shares = sides.map(([name, samples]) => `${name} ${samples.map(({ core }) => percent(core)).join(' ')} %`);
  process.stdout.write(`  of its core in each round: ${shares.join(', ')}\n`);
}

/** Of Markdown; of Credence and the reference. */
export function tableOf(results, isSteady) {
  const columns = columnsOf(['reference'], isSteady);
  const rows = results.map((result) => columns.map(([, cell]) => cell(result)));
  return markdown([columns.map(([name]) => name), columns.map(() => '---'), ...rows]);
}

export const markdown = (rows) => rows.map((row) => `| ${row.join(' | ')} |`).join('\n');

/** Profiles whose CPU time is not between two multiples of the other build's. */
export function outside(results, [least, most]) {
  const all = results.map((result) => ({ profile: result.profile, ratio: ratio(result, 'cpuMs', 'before').median }));
  return all.filter(({ ratio: own }) => !(own >= least && own <= most));
}
