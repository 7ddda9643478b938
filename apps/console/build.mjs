// Builds the console into dist/console, compresses what is served, and refuses a first load above the budget.
//   node apps/console/build.mjs [--watch]
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { checkBudget } from './budget.mjs';
import { compressFiles } from './compress.mjs';

const OUTPUT = fileURLToPath(new URL('../../dist/console', import.meta.url));
const isWatching = process.argv.includes('--watch');

const result = await build({
  configFile: fileURLToPath(new URL('vite.config.mjs', import.meta.url)),
  logLevel: isWatching ? 'info' : 'warn',
  build: isWatching ? { watch: {} } : {},
});
if (isWatching) {
  result.on('event', ({ code }) => {
    if (code === 'END') compressFiles(OUTPUT);
  });
} else {
  compressFiles(OUTPUT);
  checkBudget(OUTPUT, JSON.parse(readFileSync(`${OUTPUT}/.vite/manifest.json`, 'utf8')));
}
