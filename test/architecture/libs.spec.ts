import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..');
const ORDER = JSON.parse(readFileSync(join(__dirname, 'lib-order.json'), 'utf8')) as string[][];

interface Source {
  path: string;
  text: string;
  /** Null for the apps. */
  lib: string | null;
  isSpec: boolean;
}

const sources: Source[] = ['libs', 'apps'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('node_modules'))
    .map((file) => {
      const path = join(folder, file);
      return {
        path,
        text: readFileSync(join(ROOT, path), 'utf8'),
        lib: folder === 'libs' ? (file.split('/')[0] ?? null) : null,
        isSpec: file.endsWith('.spec.ts'),
      };
    }),
);
const paths = new Set(sources.map(({ path }) => path));
const product = sources.filter(({ isSpec }) => !isSpec);

/** What a file imports: the module, and the words between the braces. */
function importsOf({ text }: Source): { from: string; words: string }[] {
  const statements = text.matchAll(/^(?:import|export)\s(?:([^;]*?)\sfrom\s)?'([^']+)'/gms);
  return [...statements].map(([, words = '', from = '']) => ({ from, words }));
}

describe('the libs', () => {
  it('are all in the order of test/architecture/lib-order.json', () => {
    expect(readdirSync(join(ROOT, 'libs'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).length).toBe(
      ORDER.flat().length,
    );
    for (const lib of ORDER.flat()) expect(readdirSync(join(ROOT, 'libs', lib, 'src'))).toContain('index.ts');
  });

  it('import only libs that stand before them', () => {
    const wrong = product.flatMap((source) => {
      if (!source.lib) return [];
      const allowed = ORDER.slice(
        0,
        ORDER.findIndex((level) => level.includes(source.lib ?? '')),
      ).flat();
      return importsOf(source)
        .filter(({ from }) => from.startsWith('#libs/') && !allowed.includes(from.slice('#libs/'.length)))
        .map(({ from }) => `${source.path} imports ${from}`);
    });
    expect(wrong).toEqual([]);
  });

  it('are entered through their index.ts only', () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .map(({ from }) => from)
        .filter((from) => /^#libs\/[^/]+\//.test(from) || (from.startsWith('.') && leavesItsHome(source, from)))
        .map((from) => `${source.path} imports ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  it('know neither the apps nor the tests', () => {
    const wrong = product.filter(
      (source) => source.lib && importsOf(source).some(({ from }) => /(^|\/)(apps|test)\//.test(from)),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('have no circle of providers', () => {
    expect(product.filter(({ text }) => text.includes('forwardRef')).map(({ path }) => path)).toEqual([]);
  });
});

/** True for a relative path that leads into another lib. */
function leavesItsHome(source: Source, from: string): boolean {
  const [kind, lib] = relative(ROOT, join(ROOT, source.path, '..', from)).split('/');
  return kind === 'libs' && lib !== source.lib;
}

describe('the files of libs/ and apps/', () => {
  it('import each other in no circle, not even for a type', () => {
    const graph = new Map(sources.map((source) => [source.path, filesImportedBy(source)]));
    expect([...graph.values()].flat().length).toBeGreaterThan(1000);
    expect(circlesIn(graph)).toEqual([]);
  });
});

/** Of this project: with types, re-exports and `import()`. */
function filesImportedBy({ path, text }: Source): string[] {
  return ts
    .preProcessFile(text)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((from) => from.startsWith('#libs/') || from.startsWith('.'))
    .flatMap((from) => {
      // `import()` of a built file is written with .js.
      const target = from.startsWith('.') ? join(dirname(path), from).replace(/\.js$/, '') : join(from.slice(1), 'src');
      const found = ['.ts', '.tsx', '.d.ts', '/index.ts'].map((end) => target + end).find((file) => paths.has(file));
      // A style sheet imports nothing; whatever else is not found would hide a circle.
      if (!found && !existsSync(join(ROOT, target))) throw new Error(`${path} imports ${from}, which is not there`);
      return found ?? [];
    });
}

/** At least one if there are any, each from a file back to itself. */
function circlesIn(graph: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const visit = (file: string, way: string[]): string[] => {
    if (way.includes(file)) return [[...way.slice(way.indexOf(file)), file].join(' -> ')];
    if (done.has(file)) return [];
    const circles = (graph.get(file) ?? []).flatMap((imported) => visit(imported, [...way, file]));
    done.add(file);
    return circles;
  };
  return [...graph.keys()].flatMap((file) => visit(file, []));
}

describe('a table', () => {
  const owners = new Map<string, string>();
  const entities = new Map<string, string>();
  for (const { lib, path, text } of product) {
    if (!lib || !basename(path).endsWith('.entity.ts')) continue;
    for (const [, table = ''] of text.matchAll(/@Entity\('([^']+)'/g)) owners.set(table, lib);
    for (const [, name = ''] of text.matchAll(/@Entity\([^)]*\)[\s\S]*?export class (\w+)/g)) entities.set(name, lib);
  }

  it('belongs to one lib', () => {
    expect(owners.size).toBeGreaterThan(10);
    expect(entities.size).toBe(owners.size);
  });

  it('is named in the SQL of its own lib only', () => {
    const wrong = product
      // Migrations build all tables.
      .filter(({ lib }) => lib !== 'database')
      .flatMap(({ lib, path, text }) =>
        [...text.matchAll(/\b(?:from|join|into|update|truncate)\s+"?([a-z_]+)"?/g)]
          .map(([, table = '']) => table)
          .filter((table) => owners.has(table) && owners.get(table) !== lib && isSql(text, table))
          .map((table) => `${path} names ${table}, which belongs to libs/${owners.get(table)}`),
      );
    expect(wrong).toEqual([]);
  });

  it('is reached through its entity by its own lib only; others may refer to the type or point a foreign key at it', () => {
    const wrong = product
      .filter(({ lib, path }) => lib !== null && !path.endsWith('.entity.ts'))
      .flatMap((source) =>
        importsOf(source)
          .filter(({ from, words }) => from.startsWith('#libs/') && !words.startsWith('type '))
          .flatMap(({ words }) => words.replace(/[{}]/g, '').split(','))
          .map((word) => word.trim())
          .filter((word) => entities.has(word) && entities.get(word) !== source.lib)
          .map((word) => `${source.path} imports the entity ${word} of libs/${entities.get(word)}`),
      );
    expect(wrong).toEqual([]);
  });
});

/** A sentence can say "from users": only statements count. */
function isSql(text: string, table: string): boolean {
  const statements = text.matchAll(/`[^`]*`|'[^'\n]*'/g);
  return [...statements].some(
    ([literal]) =>
      /\b(select|insert into|update|delete from)\b/.test(literal) &&
      new RegExp(`\\b(from|join|into|update|truncate)\\s+"?${table}\\b`).test(literal),
  );
}

describe('the environment', () => {
  it('is read by the configuration and the commands only', () => {
    const allowed = [/^libs\/config\//, /^apps\/[^/]+\/src\/main\.ts$/, /^apps\/[^/]+\/src\/commands\//];
    // PostgreSQL's own tools inherit the environment; no setting is read there.
    const inherits = 'libs/database/src/embedded-postgres.ts';
    const readers = product.filter(({ text }) => /process\s*\.\s*env|process\['env'\]/.test(text));
    expect(
      readers.map(({ path }) => path).filter((path) => path !== inherits && !allowed.some((place) => place.test(path))),
    ).toEqual([]);
  });
});
