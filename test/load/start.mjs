// npm run bench:start: how long `npm start` takes on a data directory that is there already, and with what.
//   --rounds=5 --data-dir=folder (of your own, stopped; by default a new one with the demo data)
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../scripts/prepare.mjs';
import { median } from './median.mjs';

const STEPS = {
  loading: 'Node, configuration, TypeORM',
  postgres: 'PostgreSQL, and the rest of the code meanwhile',
  schema: 'look for migrations, roles',
  loadingApp: 'code that was not loaded yet',
  building: 'modules, entities, routes',
  demo: 'look for demo data',
  listening: 'first jobs, listen',
  all: 'Start to ready',
};

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, 'data-dir': { type: 'string' } },
});
const scratch = mkdtempSync(join(tmpdir(), 'credence-start-'));
// Started as root, PostgreSQL runs as another user, who has to get in.
chmodSync(scratch, 0o755);
const dataDir = options['data-dir'] ? resolve(options['data-dir']) : join(scratch, 'data');
try {
  if (!options['data-dir']) {
    const { all, demo } = await startOnce();
    process.stdout.write(`First start: ${all} ms, of which the demo data took ${demo} ms\n`);
  }
  const rounds = [];
  for (let round = 0; round < Number(options.rounds); round += 1) {
    rounds.push(await startOnce());
    const { all, cpuMs } = rounds.at(-1);
    process.stdout.write(
      `Round ${round + 1}: ${all} ms, ${cpuMs} ms of CPU (load of the machine: ${loadavg()[0].toFixed(1)})\n`,
    );
  }
  process.stdout.write(`\nNode ${process.versions.node}, medians:\n`);
  for (const [step, meaning] of Object.entries(STEPS)) {
    const middle = median(rounds.map((round) => round[step]));
    process.stdout.write(`${String(middle).padStart(6)} ms  ${meaning}\n`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Starts the product, waits until it answers, stops it. */
async function startOnce() {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(ROOT, 'dist/apps/api/src/main.js')], {
    cwd: scratch,
    env: { PATH, HOME, DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  const ready = new Promise((found) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        const address = /(http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
        // The log and what is printed come on streams of their own, in either order.
        const [line] = /^.*"context":"Start".*(?=\n)/m.exec(output) ?? [];
        if (address && line && output.includes('Credence is running')) found({ address, line });
      });
    }
  });
  try {
    const { address, line } = await Promise.race([ready, ended.then(() => ({ address: null }))]);
    if (!address || (await fetch(`${address}/health/ready`)).status !== 200) throw new Error(output);
    return { ...JSON.parse(line).ms, cpuMs: cpuMs(child.pid) };
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/** User and system, of the process alone (proc(5): ticks of 10 ms). Only Linux tells. */
function cpuMs(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return NaN;
  }
}
