import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const page = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8');

const specs = new Map(
  ['apps', 'libs', 'test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(spec|long)\.ts$/.test(file))
      .map((file) => [basename(file), readFileSync(join(ROOT, folder, file), 'utf8')] as const),
  ),
);

/**
 * The requirements of OWASP ASVS 5.0.0 by level, as its chapters list them (github.com/OWASP/ASVS, tag v5.0.0_release, 5.0/en):
 * V1, V2, V5, V6, V7 and V8. Level 3 is not promised.
 */
const LEVEL_1 = `
  1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1
  2.1.1 2.2.1 2.2.2 2.3.1
  5.2.1 5.2.2 5.3.1 5.3.2
  6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2
  7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2
  8.1.1 8.2.1 8.2.2 8.3.1`;
const LEVEL_2 = `
  1.1.1 1.1.2 1.2.6 1.2.7 1.2.8 1.2.9 1.3.3 1.3.4 1.3.5 1.3.6 1.3.7 1.3.8 1.3.9 1.3.10 1.3.11 1.4.1 1.4.2 1.4.3 1.5.2
  2.1.2 2.1.3 2.2.3 2.3.2 2.3.3 2.3.4 2.4.1
  5.1.1 5.2.3 5.4.1 5.4.2 5.4.3
  6.1.2 6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1 6.6.2 6.6.3
  6.8.1 6.8.2 6.8.3 6.8.4
  7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2
  8.1.2 8.2.3 8.4.1`;
const requirements = Object.entries({ 1: LEVEL_1, 2: LEVEL_2 }).flatMap(([level, numbers]) =>
  numbers
    .trim()
    .split(/\s+/)
    .map((number) => `${number} (level ${level})`),
);

/** The rows of the requirement tables. */
const rows = [...page.matchAll(/^\| (\d+\.\d+\.\d+) +\| (\d) +\| ([^|]*?) +\| ([^|]*?) +\|$/gm)].map(
  ([, number = '', level = '', asks = '', state = '']) => ({ number, level, asks, state }),
);

describe('docs/security.md', () => {
  it('has one row for each requirement of levels 1 and 2, and no other', () => {
    expect(requirements).toHaveLength(107);
    expect(rows.map(({ number, level }) => `${number} (level ${level})`).sort()).toEqual(requirements.sort());
  });

  it('says of each whether it is met, not applicable or not met, and a met one by which test', () => {
    for (const { number, state } of rows) {
      expect({ number, state }).toEqual({
        number,
        state: expect.stringMatching(
          /^(Met by design|Met[^`]*: .*\.spec\.ts|Met: .*(`docs\/|this page|openapi\.json|\.env\.example)|Not applicable: |\*\*Not met\*\*)/,
        ),
      });
    }
  });

  it('names only tests that exist', () => {
    const missing: string[] = [];
    for (const [, file = '', title] of page.matchAll(/`([\w-]+\.spec\.ts)`(?: "([^"]+)")?/g)) {
      const source = specs.get(file);
      if (source === undefined || (title && !source.includes(title))) missing.push(`${file} ${title ?? ''}`);
    }
    expect(missing).toEqual([]);
  });

  it('points at pages that exist', () => {
    const pages = [...page.matchAll(/`(docs\/[^`]+\.md)`/g)].map(([, path = '']) => path);
    expect(pages.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
