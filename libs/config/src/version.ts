import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Of the program that runs: `0.1.0`. From package.json, which lies above both the sources and the build. */
export const VERSION = versionOf(__dirname);

function versionOf(start: string): string {
  let folder = start;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
