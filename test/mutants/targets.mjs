import { existsSync, readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';

/** By the name of a file of the product: the specs that should notice a change in it, besides the one that lies beside it. */
export const TARGETS = JSON.parse(readFileSync(new URL('targets.json', import.meta.url), 'utf8'));

/** The specs of a file of the product, those that take least time first. Paths from where the process stands, as jest does. */
export function specsOf(file) {
  const beside = relative(process.cwd(), file).replace(/\.ts$/, '.spec.ts');
  return [...(existsSync(beside) ? [beside] : []), ...(TARGETS[basename(file)] ?? [])];
}
