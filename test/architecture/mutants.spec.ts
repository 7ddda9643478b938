import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const TARGETS = JSON.parse(readFileSync(join(ROOT, 'test/mutants/targets.json'), 'utf8')) as Record<string, string[]>;
const files = readdirSync(join(ROOT, 'libs'), { recursive: true, encoding: 'utf8' }).map((file) => join('libs', file));

// No part of CI runs it: what is moved or renamed would leave it unnoticed.
describe('npm run test:mutants', () => {
  it('changes files that are there, and each has a spec that should notice', () => {
    const withoutSpec = Object.entries(TARGETS).filter(([name, specs]) => {
      const targets = files.filter((file) => basename(file) === name);
      const beside = targets.map((file) => file.replace(/\.ts$/, '.spec.ts')).filter((spec) => files.includes(spec));
      return targets.length === 0 || [...beside, ...specs].length === 0;
    });
    expect(withoutSpec).toEqual([]);
  });

  it('runs specs that are there', () => {
    const specs = Object.values(TARGETS).flat();
    expect(specs.filter((spec) => !existsSync(join(ROOT, spec)))).toEqual([]);
  });
});
