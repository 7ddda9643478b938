// npm run picture: draws docs/libs.svg from test/architecture/lib-order.json and what the sources import. With --check it compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLibs } from './libs-picture/imports.mjs';
import { layOut } from './libs-picture/layout.mjs';
import { drawn } from './libs-picture/svg.mjs';

const FILE = join('docs', 'libs.svg');

const libs = readLibs();
if (libs.wrong.length > 0) fail(`The libs are not in order:\n${libs.wrong.map((line) => `- ${line}`).join('\n')}`);
const picture = drawn(libs, layOut(libs));
if (process.argv[2] !== '--check') writeFileSync(FILE, picture);
else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== picture) fail(`${FILE} is not what the code says.`);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
