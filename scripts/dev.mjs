// npm run dev: compiles on every change and starts the product again; the console is built anew on every change. Ctrl-C ends all.
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
  node(join('apps', 'console', 'build.mjs'), '--watch'),
  node('--watch', '--watch-preserve-output', join('dist', 'apps', 'api', 'src', 'main.js')),
];
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => children.forEach((child) => child.kill(signal)));
}
