// Builds the console into dist/console, compresses what is served, and refuses a first load above the budget.
//   node apps/console/build.mjs [--watch]
import { cpSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { checkBudget } from './budget.mjs';
import { compressFiles } from './compress.mjs';

/** What the viewer fetches when a PDF needs it: decoders, fonts and characters that are not in the file. */
const PDF_FILES = ['cmaps', 'standard_fonts', 'wasm'];
const PDFJS = fileURLToPath(new URL('../../node_modules/pdfjs-dist/', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../../dist/console', import.meta.url));
const isWatching = process.argv.includes('--watch');

const result = await build({
  configFile: fileURLToPath(new URL('vite.config.mjs', import.meta.url)),
  logLevel: isWatching ? 'info' : 'warn',
  build: isWatching ? { watch: {} } : {},
});
if (isWatching) {
  result.on('event', ({ code }) => {
    if (code === 'END') finish();
  });
} else {
  finish();
  checkBudget(OUTPUT, JSON.parse(readFileSync(`${OUTPUT}/.vite/manifest.json`, 'utf8')));
}

function finish() {
  for (const name of PDF_FILES) cpSync(`${PDFJS}${name}`, `${OUTPUT}/pdfjs/${name}`, { recursive: true });
  compressFiles(OUTPUT);
}
