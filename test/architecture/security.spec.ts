import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const page = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8');

const specs = new Map(
  ['apps', 'libs', 'test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.spec.ts'))
      .map((file) => [basename(file), readFileSync(join(ROOT, folder, file), 'utf8')] as const),
  ),
);

/** The rows of the requirement tables: number, requirement, state. */
const rows = [...page.matchAll(/^\| (\d\.\d[^|]*?) +\| ([^|]*?) +\| ([^|]*?) +\|$/gm)].map(
  ([, number = '', asks = '', state = '']) => ({ number, asks, state }),
);

describe('docs/security.md', () => {
  it('says of each requirement whether it is met, not applicable or not met', () => {
    expect(rows.length).toBeGreaterThan(90);
    for (const { number, state } of rows) {
      expect({ number, state }).toEqual({
        number,
        state: expect.stringMatching(/^(Met|Not applicable|\*{0,2}Not met)/),
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
