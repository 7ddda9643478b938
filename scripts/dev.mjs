// npm run dev: compiles on every change and starts the product again. Ctrl-C ends both.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepare, ROOT } from './prepare.mjs';

prepare();
const node = (...args) => spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
const children = [
  node(
    join('node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    'tsconfig.build.json',
    '--watch',
    '--preserveWatchOutput',
  ),
  node('--watch', '--watch-preserve-output', join('dist', 'apps', 'api', 'src', 'main.js')),
];
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => children.forEach((child) => child.kill(signal)));
}
