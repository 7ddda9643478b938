import { readFileSync } from 'node:fs';
import { StartRefused } from '../start-refused';

/** The first line of a file with nothing but a key in it, without comments as age-keygen writes them. @throws StartRefused */
export function keyFromFile(path: string): string {
  try {
    const lines = readFileSync(path, 'utf8').split(/\r?\n/);
    const key = lines.find((line) => line.trim() !== '' && !line.startsWith('#'));
    if (key) return key.trim();
  } catch (error) {
    throw new StartRefused(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  throw new StartRefused(`${path} is empty.`);
}
