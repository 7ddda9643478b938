import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configurationPage } from '../../apps/api/src/configuration-page';

const ROOT = join(__dirname, '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
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

/** A page without its blocks of code, in which nothing is a link or a heading. */
function prose(page: string): string {
  return read(page).replace(/^```[\s\S]*?^```$/gm, '');
}

function headingsOf(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
}

/** As GitHub makes the anchors of headings: of two that are alike the second gets a number. */
function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  return headingsOf(page).map((heading) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** Text that people maintain: what may name a page of the documentation or a command. */
function texts(): string[] {
  const folders = ['apps', 'libs', 'scripts', 'test', 'docs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  return [...folders, 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', '.env.example', '.ci/run'].filter(
    (path) =>
      /\.(ts|tsx|mjs|js|md|sh|yaml|service)$|Dockerfile$|^\.(env\.example|ci\/run)$/.test(path) &&
      statSync(join(ROOT, path)).isFile(),
  );
}

describe('a link in the documentation', () => {
  it.each(pages)('of %s leads to a file, and to a heading in it', (page) => {
    const links = [...prose(page).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|(?:src|href)="([^"]+)"/g)].map(
      ([, inMarkdown, inHtml]) => inMarkdown ?? inHtml ?? '',
    );
    const broken = links
      .filter((target) => !/^(https?|mailto):/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), decodeURI(path));
        if (!existsSync(join(ROOT, file))) return true;
        return anchor !== undefined && !anchorsOf(file).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it('is made by all of the documentation: from the README every page can be reached', () => {
    const reached = new Set<string>();
    const visit = (page: string) => {
      if (reached.has(page) || !page.endsWith('.md')) return;
      reached.add(page);
      for (const [, target = ''] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        const path = join(dirname(page), target.replace(/#.*/, ''));
        if (!/^https?:/.test(target) && existsSync(join(ROOT, path))) visit(path);
      }
    };
    visit('README.md');
    const isPage = (path: string) => /^docs\/.*\.md$/.test(path);
    expect(pages.filter((page) => isPage(page) && !reached.has(page))).toEqual([]);
  });
});

describe('what is named in passing, in code as in pages,', () => {
  it('is a page that is there, and a heading that it has', () => {
    const wrong = texts().flatMap((path) => {
      const text = read(path);
      const missing = [...text.matchAll(/\bdocs\/[a-z0-9/-]+\.md\b/g)]
        .map(([page]) => page)
        .filter((page) => !existsSync(join(ROOT, page)));
      const untrue = [...text.matchAll(/"([^"\n]{3,60})\\?" in (docs\/[a-z0-9/-]+\.md)/g)]
        .filter(
          ([, heading = '', page = '']) =>
            existsSync(join(ROOT, page)) && !headingsOf(page).includes(heading.replace(/\\$/, '')),
        )
        .map(([quoted]) => quoted);
      return [...missing, ...untrue].map((what) => `${path}: ${what}`);
    });
    expect(wrong).toEqual([]);
  });

  it('is a command that there is', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const wrong = texts().flatMap((path) =>
      [...read(path).matchAll(/\bnpm run ([a-z](?:[a-z0-9:-]*[a-z0-9])?)/g)]
        .map(([, name = '']) => name)
        .filter((name) => !(name in scripts))
        .map((name) => `${path}: npm run ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the tour', () => {
  it('shows exactly the commands of docs/tour.sh, which a test runs', () => {
    const blocks = [...read('docs/tour.md').matchAll(/^```bash\n([\s\S]*?)^```$/gm)];
    const script = read('docs/tour.sh');
    expect(blocks.length).toBeGreaterThan(3);
    expect(blocks.map(([, commands]) => commands).join('\n')).toBe(script.slice(script.indexOf('\n\n') + 2));
  });
});

describe('the page of the settings', () => {
  const page = read('docs/configuration.md');

  it('is what .env.example and the code say', () => expect(page).toBe(configurationPage()));

  it('explains every setting once, in columns that stay narrow', () => {
    const names = [...read('.env.example').matchAll(/^#([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
    const rows = rowsOf(page);
    expect(rows.flatMap(([name = '']) => name.split('<br>'))).toEqual(names.map((name) => `\`${name}\``));
    const widest = rows.flatMap(([name = '', value = '']) => [...name.split('<br>'), ...value.split('<br>')]);
    expect(Math.max(...widest.map((cell) => cell.length))).toBeLessThan(35);
    expect(rows.filter(([, , meaning = '']) => meaning.length < 10)).toEqual([]);
  });
});

describe('the reference', () => {
  it('lists every command for whoever runs Credence', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = Object.entries(scripts)
      .filter(([name, script]) => script.includes('scripts/start.mjs') && name !== 'openapi')
      .map(([name]) => (name === 'start' ? '`npm start`' : `\`npm run ${name}\``));
    const listed = rowsOf(read('docs/reference.md')).map(([command]) => command);
    expect(listed).toEqual(expect.arrayContaining(commands));
  });
});

describe('the README', () => {
  it('is one screen: what it is, a picture, two commands, where to go on', () => {
    const readme = read('README.md');
    expect(readme.length).toBeLessThan(6_000);
    expect(headingsOf('README.md')).toEqual(['Credence', 'Start', 'What you get', 'Where to go on']);
    expect(readme.match(/^```\n([\s\S]*?)^```$/gm)).toEqual(['```\nnpm start\nnpm test\n```']);
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
