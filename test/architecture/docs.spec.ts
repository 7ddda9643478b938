import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const readme = read('README.md');
const pages = ['.', 'docs', 'apps', 'libs', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(folder, path)),
);

/** The cells of the table rows that begin with a name in backticks; how the formatter pads them does not matter. */
function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(1, -1).split('|'))
    .map((cells) => cells.map((cell) => cell.trim()));
}

/** The text below a heading of the second level. */
function section(text: string, heading: string): string {
  return text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
}

/** As GitHub makes the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

describe('a link in the documentation', () => {
  it.each(pages)('of %s leads to a file, and to a heading in it', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const broken = links
      .filter((target) => !/^(https?|mailto):/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        if (!existsSync(join(ROOT, file))) return true;
        const headings = () => [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
        return anchor !== undefined && !headings().includes(anchor);
      });
    expect(broken).toEqual([]);
  });
});

describe('the README', () => {
  it('shows in its tour exactly the commands of docs/tour.sh', () => {
    const blocks = [...section(readme, 'A five-minute tour').matchAll(/^```bash\n([\s\S]*?)^```$/gm)];
    const script = read('docs/tour.sh');
    expect(blocks.map(([, commands]) => commands).join('\n')).toBe(script.slice(script.indexOf('\n\n') + 2));
  });

  it('explains every setting in the words of .env.example', () => {
    const expected: { names: string[]; value: string; meaning: string }[] = [];
    let comment: string[] = [];
    for (const line of read('.env.example').split('\n')) {
      const [, name, value = ''] = /^#([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
      if (!name) {
        comment = /^# (?!---)/.test(line) ? [...comment, line.slice(2)] : [];
      } else {
        // Settings under one comment share a row.
        if (comment.length > 0) expected.push({ names: [name], value, meaning: comment.join(' ') });
        else expected.at(-1)?.names.push(name);
        comment = [];
      }
    }
    const code = (text: string) => (text === '' ? '' : `\`${text}\``);
    expect(rowsOf(section(readme, 'Configuration'))).toEqual(
      expected.map(({ names, value, meaning }) => [names.map(code).join(', '), code(value), meaning]),
    );
  });
});

describe('the decision on runtime dependencies', () => {
  it('gives a reason for each of them, and names its licence', () => {
    const rows = rowsOf(read('docs/adr/0012-runtime-dependencies.md'));
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const licenceOf = (name: string) =>
      (JSON.parse(read(join('node_modules', name, 'package.json'))) as { license: string }).license;
    expect(rows.map(([name, licence]) => [name, licence])).toEqual(
      Object.keys(dependencies).map((name) => [`\`${name}\``, licenceOf(name)]),
    );
    expect(rows.every(([, , reason = '']) => reason.length > 5)).toBe(true);
  });
});
