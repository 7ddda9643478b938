// Asks as asker-wrk.lua does, where there is no wrk: by Node's client, which spends more on a request than many an answer costs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './asker.mjs';
import { Client } from './client.mjs';

const [url, folder, once] = process.argv.slice(2);
const requests = JSON.parse(readFileSync(join(folder, 'requests.json'), 'utf8'));
const client = new Client(url, requests.length);
await client.connect();
const next = requests.map(() => 0);
let pace = {};
let turns = 0;

for await (const line of createInterface(process.stdin)) {
  const [begin, ends, gap] = line.split(' ').map(Number);
  void turn(turns++ % requests.length, { begin, ends, gap });
}
process.exit();

/** What one connection asks for in one turn. */
async function turn(i, { begin, ends, gap }) {
  const times = [];
  const statuses = {};
  let last = begin;
  for (;;) {
    const due = gap > 0 ? takeDue(begin, gap) : Math.max(now(), begin);
    if (due >= ends) break;
    if (due > now()) await sleep(due - now());
    const { kind, status } = await client.send(nextOf(i));
    last = now();
    times.push(last - due);
    const counted = kind === 'ok' ? status : kind;
    statuses[counted] = (statuses[counted] ?? 0) + 1;
  }
  process.stdout.write(`${JSON.stringify({ last, statuses, times })}\n`);
}

function takeDue(begin, gap) {
  if (pace.begin !== begin) pace = { begin, due: begin };
  pace.due += gap;
  return pace.due - gap;
}

function nextOf(i) {
  const list = requests[i];
  if (once && next[i] >= list.length) throw new Error('More was asked for than there was');
  return list[next[i]++ % list.length];
}
