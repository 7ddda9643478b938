// npm run test:metrics: the product watched by a real Prometheus, and each alert fired by its cause. Takes the prometheus and promtool on the path, else
// those of Debian's package, unpacked into a folder of the project without being installed. Needs Linux and root: one of the causes is a full disk.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './prepare.mjs';

const TOOLS = ['prometheus', 'promtool'];
const FOLDER = join(ROOT, 'node_modules', '.cache', 'credence', 'prometheus');
const UNPACKED = join(FOLDER, 'usr', 'bin');

if (process.getuid?.() !== 0) stop('npm run test:metrics has to be run as root: it mounts a small disk, to fill it.');
if (!arePresent()) unpack();
process.argv.push('--testMatch', '**/*.metrics.ts');
await import('./test.mjs');

function arePresent() {
  process.env.PATH = [process.env.PATH, UNPACKED].join(delimiter);
  const folders = process.env.PATH.split(delimiter).filter(Boolean);
  return TOOLS.every((tool) => folders.some((folder) => existsSync(join(folder, tool))));
}

function unpack() {
  const help = 'Install Prometheus (Debian: apt-get install prometheus) and run this again.';
  mkdirSync(FOLDER, { recursive: true });
  process.stdout.write("Fetching Debian's package prometheus ...\n");
  run('apt-get', ['download', 'prometheus']) || stop(`It could not be fetched. ${help}`);
  const [archive] = readdirSync(FOLDER).filter((name) => name.endsWith('.deb'));
  run('dpkg-deb', ['--extract', archive, FOLDER]) || stop(`It could not be unpacked. ${help}`);
}

function run(command, args) {
  return spawnSync(command, args, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
