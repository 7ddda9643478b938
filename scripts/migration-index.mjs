// npm run migration:index: writes libs/database/src/migrations/index.ts from the files beside it. With --check it compares.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './prepare.mjs';

export const MIGRATIONS = join('libs', 'database', 'src', 'migrations');
const INDEX = join(MIGRATIONS, 'index.ts');

/** In the order of their timestamps, which all have 13 digits. */
export function writeMigrationIndex() {
  writeFileSync(join(ROOT, INDEX), migrationIndex());
}

function migrationIndex() {
  const names = readdirSync(join(ROOT, MIGRATIONS))
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
  const migrations = names.map((name) => ({ name, className: classOf(name) }));
  return `// Written by npm run migration:index.
${migrations.map(({ name, className }) => `import { ${className} } from './${name}';\n`).join('')}
/** In order. A class list instead of a file pattern: the same under tsc and jest. */
export const MIGRATIONS = [
${migrations.map(({ className }) => `  ${className},\n`).join('')}];
`;
}

/** TypeORM orders by the end of the class's name, so it has to be the timestamp that the file begins with. */
function classOf(name) {
  const [timestamp] = /^\d{13}(?=-)/.exec(name) ?? [];
  const text = readFileSync(join(ROOT, MIGRATIONS, `${name}.ts`), 'utf8');
  const [, className] = /^export class (\w+)/m.exec(text) ?? [];
  if (timestamp && className?.endsWith(timestamp)) return className;
  throw new Error(`${MIGRATIONS}/${name}.ts: its name has to begin, and that of its class to end, with one timestamp`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] !== '--check') writeMigrationIndex();
  else if (readFileSync(join(ROOT, INDEX), 'utf8') !== migrationIndex()) {
    process.stderr.write(`${INDEX} does not list the files beside it.\n`);
    process.exitCode = 1;
  }
}
