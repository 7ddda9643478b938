// What PostgreSQL does for each read: its own plans, as auto_explain logs them while the product asks.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.mjs';
import { lookAround, READS } from './reads.mjs';
import { startRegistry } from './registries.mjs';

/** By then a statement is prepared, and PostgreSQL has decided whether one plan is good for all values. */
const ASKED_BEFORE = 12;
const ROLE = 'credence_runtime';
const SETTINGS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_parameter_max_length': '0',
};
/** The log is written by another process. */
const WRITTEN_MS = 100;
const ENTRY = /^\d{4}-.* LOG: {2}duration: ([\d.]+) ms {2}plan:$/;

/** For each read the statements that no read before had, with their plans. */
export async function explainReads(folder, size, isWanted) {
  const configured = await startRegistry(folder, size);
  await configured.database.query(
    Object.entries(SETTINGS)
      .map(([name, value]) => `alter role ${ROLE} set ${name} = '${value}'`)
      .join(';'),
  );
  await configured.stop();
  const registry = await startRegistry(folder, size);
  try {
    const world = await lookAround(registry);
    const log = join(registry.dataDir, 'postgres', 'server.log');
    const seen = new Set();
    const explained = [];
    let group = '';
    for (const read of READS) {
      if (!read.title.startsWith('...')) group = read.title;
      const path = read.path(world, 0);
      if (!isWanted(group) || path === undefined) continue;
      const once = (i) => ask(registry.product.url + read.path(world, i), read.own(world, i).headers);
      for (let i = 0; i < (read.isCount ? 1 : ASKED_BEFORE); i += 1) await once(i);
      const from = statSync(log).size;
      await once(0);
      await sleep(WRITTEN_MS);
      const plans = plansIn(textFrom(log, from)).filter(({ statement }) => !seen.has(statement) && seen.add(statement));
      explained.push({
        title: read.title.replace('...', group + ':'),
        path: masked(path),
        plans,
      });
    }
    return explained;
  } finally {
    await registry.database.query(`alter role ${ROLE} reset all`);
    await registry.stop();
  }
}

function textFrom(file, from) {
  const buffer = Buffer.alloc(statSync(file).size - from);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, buffer, 0, buffer.length, from);
  closeSync(descriptor);
  return buffer.toString();
}

function plansIn(text) {
  const plans = [];
  let lines = null;
  for (const line of text.split('\n')) {
    const [, ms] = ENTRY.exec(line) ?? [];
    if (ms !== undefined) plans.push({ ms: Number(ms), lines: (lines = []) });
    else if (line.startsWith('\t')) lines?.push(line.slice(1));
    else lines = null;
  }
  return plans.map(({ ms, lines: entry }) => {
    const start = entry.findIndex((line) => line.includes('(cost='));
    const statement = entry.slice(0, start).join(' ').replace('Query Text: ', '').replace(/\s+/g, ' ').trim();
    return {
      ms,
      statement,
      plan: entry
        .slice(start)
        .filter((line) => !line.includes('Index Searches:'))
        .map((line) => line.replace(/\(cost=\S+ rows=\S+ width=\d+\) /, '').replace(/ loops=1\)/, ')')),
    };
  });
}

/** Ids and cursors differ from run to run and say nothing. */
function masked(path) {
  return path
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}')
    .replace(/cursor=[\w-]+/, 'cursor={cursor}')
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '{time}');
}

/** `select ... from`: which columns are read says little of how. */
export function withoutColumns(statement) {
  if (!/^select /i.test(statement)) return statement;
  let depth = 0;
  for (let i = 0; i < statement.length; i += 1) {
    if (statement[i] === '(') depth += 1;
    if (statement[i] === ')') depth -= 1;
    if (depth === 0 && /^ from /i.test(statement.slice(i, i + 6)))
      return i > 60 ? `select ...${statement.slice(i)}` : statement;
  }
  return statement;
}
