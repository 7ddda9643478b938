// npm run test:mutants: changes the product in many small ways and sees whether the tests notice (CONTRIBUTING.md). Arguments go to Stryker, but for
// `--one-in=N`: one change in N, evenly over all targets, for a score in a part of the time.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, ROOT } from './prepare.mjs';

const SOURCE = join(ROOT, 'test', 'mutants');
const FOLDER = join(ROOT, '.data', 'mutants');
const STRYKER = join(FOLDER, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');

prepare();
install();
// What a run that was killed left behind.
rmSync(join(FOLDER, 'sandbox'), { recursive: true, force: true });

const require = createRequire(import.meta.url);
readTypeScript();
await require('../test/support/global-setup.ts').default();
// For what tests leave behind that a mutant has cut short.
const leftovers = mkdtempSync(join(tmpdir(), 'credence-mutants-'));
// Started as root, PostgreSQL runs as a user of its own.
chmodSync(leftovers, 0o755);
process.env.TMPDIR = leftovers;
const oneIn = process.argv.find((argument) => /^--one-in=\d+$/.test(argument));
if (oneIn) process.env.MUTANTS_ONE_IN = oneIn.slice('--one-in='.length);
const forStryker = process.argv.slice(2).filter((argument) => argument !== oneIn);
const args = [STRYKER, 'run', join('test', 'mutants', 'stryker.config.mjs'), ...forStryker];
const stryker = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stryker.kill(signal));
const code = await new Promise((ended) => stryker.on('exit', ended));
await require('../test/support/global-teardown.ts').default();
// Those that are interrupted may still be writing.
rmSync(leftovers, { recursive: true, force: true, maxRetries: 20 });
process.exit(code ?? 1);

/** Stryker, 64 MB, is not for everybody who clones: it has a folder of its own. */
function install() {
  const isSame = (name) =>
    existsSync(join(FOLDER, name)) && readFileSync(join(SOURCE, name)).equals(readFileSync(join(FOLDER, name)));
  const names = ['package.json', 'package-lock.json'];
  // npm writes this one last.
  if (names.every(isSame) && existsSync(join(FOLDER, 'node_modules', '.package-lock.json'))) return;
  mkdirSync(FOLDER, { recursive: true });
  for (const name of names) cpSync(join(SOURCE, name), join(FOLDER, name));
  const shell = process.platform === 'win32';
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: 'inherit', shell });
  if (status !== 0) process.exit(1);
}

/** As jest reads it, for what the tests and this have in common. */
function readTypeScript() {
  const { transformFileSync } = require('@swc/core');
  const [[, options]] = Object.values(require('../jest.config.js').transform);
  require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);
}
