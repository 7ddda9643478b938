import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemDefinitions } from '#libs/common';
// Loads every lib, and with it every problem definition.
import '../../apps/api/src/app.module';
import { describeErrors } from '../../apps/api/src/errors-page';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'errors.md'), 'utf8');

describe('docs/errors.md', () => {
  it('lists exactly the failures that the code can name, each under its status with its sentence', () => {
    const listed: { code: string; status: number; detail: string }[] = [];
    let status = 0;
    for (const line of page.split('\n')) {
      status = Number(/^## (\d{3})/.exec(line)?.[1] ?? status);
      const [, code, detail] = /^\| `([a-z0-9_]+)` \| (.*) \|$/.exec(line) ?? [];
      if (code && detail) listed.push({ code, status, detail });
    }
    const defined = problemDefinitions().map(({ code, status, detail }) => ({ code, status, detail }));
    expect(listed.sort((a, b) => a.code.localeCompare(b.code))).toEqual(defined);
  });

  it('is what `npm run openapi` writes', () => {
    expect(page).toBe(describeErrors());
  });
});

describe('a problem', () => {
  it.each(problemDefinitions().map((definition) => [definition.code, definition] as const))(
    '%s has a client or server status and says a whole sentence',
    (code, { status, detail }) => {
      expect(code).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(detail).toMatch(/^[A-Z].*\.$/);
    },
  );
});
