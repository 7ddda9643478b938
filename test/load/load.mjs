// Runs a script that loads a server, on other cores than the server's.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../scripts/prepare.mjs';
import { LOAD_CORES, pinned } from './stack.mjs';

export function runLoad(script, load) {
  const [command, ...args] = pinned(LOAD_CORES, [process.execPath, join(ROOT, 'test/load', script)]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(load));
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`The load ended with ${code}`)),
    );
  });
}
