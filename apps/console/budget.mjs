import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Of everything that the heaviest screen loads at its first visit, gzipped; the viewer of documents comes on demand. */
const BUDGET_BYTES = 350_000;

/** @throws Error when a screen's first load is above the budget. */
export function checkBudget(folder, manifest) {
  const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
  const screens = manifest[entry].dynamicImports ?? [];
  const loads = screens
    .map((screen) => ({ screen, bytes: sizeOf(folder, manifest, [entry, screen]) }))
    .sort((a, b) => b.bytes - a.bytes);
  const shell = sizeOf(folder, manifest, [entry]);
  const [heaviest] = loads;
  const report = `First load, gzipped: shell ${kB(shell)}, heaviest screen ${heaviest.screen} ${kB(heaviest.bytes)} of ${kB(BUDGET_BYTES)}`;
  if (heaviest.bytes > BUDGET_BYTES) throw new Error(`Above the budget. ${report}`);
  process.stdout.write(`${report}\n`);
}

function sizeOf(folder, manifest, roots) {
  const files = new Set(['index.html', 'theme.js', 'icon.svg']);
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const { file, css = [], imports = [] } = manifest[name];
    for (const path of [file, ...css]) files.add(path);
    imports.forEach(visit);
  };
  roots.forEach(visit);
  return [...files].reduce((sum, file) => sum + gzippedSize(join(folder, file)), 0);
}

function gzippedSize(file) {
  const compressed = `${file}.gz`;
  return existsSync(compressed) ? readFileSync(compressed).length : gzipSync(readFileSync(file)).length;
}

function kB(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
