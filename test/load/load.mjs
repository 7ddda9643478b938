// Runs a script that loads a server, on other cores than the server's.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../scripts/prepare.mjs';
import { LOAD_CORES, pinned } from './stack.mjs';

export async function runLoad(script, load) {
  const [command, ...args] = pinned(LOAD_CORES, [process.execPath, join(ROOT, 'test/load', script)]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(load));
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`The load ended with ${code}`);
  return JSON.parse(output);
}
