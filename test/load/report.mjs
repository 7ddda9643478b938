// What is written to docs/performance.md, with its chart.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/prepare.mjs';
import { withoutColumns } from './plans.mjs';
import { depthOf, isFlat, ratioOf } from './scale.mjs';
import { figure, markdown, ratio, tableOf } from './tables.mjs';

/** Rewrites the part of docs/performance.md between the marks. */
export async function writeReport(results, { rounds, seconds, connections, memory, wrk }) {
  const text = [
    `Measured on ${today()} with \`npm run bench -- --write\`: ${machine()},`,
    `${rounds} rounds of ${seconds} s, in which the servers take turns, ${connections} connections, asked by ${askedBy(wrk)}; "left out" says how many turns the host of the virtual machine spoilt.`,
    'Ratios are Credence to reference, medians of the rounds. "By CPU alone": a server used less than 80 % of its core, so that how much it answered says nothing about it.',
    '',
    tableOf(results),
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
const askedBy = (wrk) => wrk ?? "Node's own client";

/** Times of answers at 70 % of what each server can do. */
export async function writeSteady(results, { rounds, seconds, connections, certificates, wrk }) {
  const text = [
    `Measured on ${today()} with \`npm run bench -- --steady --write\`: ${machine()}, ${rounds} rounds of ${seconds} s, at most ${connections} requests at once,`,
    `a registry of ${certificates.toLocaleString('en')} certificates, asked by ${askedBy(wrk)}; times count from when a request was due.`,
    '',
    tableOf(results, true),
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
    markdown([header, header.map(() => '---'), ...rows]),
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
