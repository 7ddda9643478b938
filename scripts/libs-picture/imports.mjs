// What there is to draw: libs and apps, the tables they own, and who imports whom.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * From the working directory. `rows` are from the top; `arrows` are what the code imports, `drawn` those of them that no chain of
 * others implies; `wrong` says what may not be.
 */
export function readLibs() {
  const order = JSON.parse(readFileSync(join('test', 'architecture', 'lib-order.json'), 'utf8'));
  const libs = foldersOf('libs').map(readHome);
  const apps = foldersOf('apps').map(readHome);
  const homes = new Map([...libs, ...apps].map((home) => [home.path, home]));
  const wrong = [
    ...libs.filter(({ name }) => !order.flat().includes(name)).map(({ path }) => `${path} is not in lib-order.json`),
    ...order
      .flat()
      .flatMap((name) => (homes.has(`libs/${name}`) ? [] : `lib-order.json names libs/${name}: not there`)),
    ...[...homes.values()].flatMap(({ imports }) =>
      [...imports].flatMap(([to, file]) => (homes.has(to) ? [] : `${file} imports ${to}: not there`)),
    ),
    ...circlesOf(homes),
  ];
  if (wrong.length > 0) return { wrong };
  const rows = [...rowsOf(apps), ...order.map((names) => names.map((name) => homes.get(`libs/${name}`))).reverse()];
  rows.forEach((row, index) => row.forEach((home) => (home.row = index)));
  const arrows = rows
    .flat()
    .flatMap((from) =>
      rows.flat().flatMap((to) => (from.imports.has(to.path) ? { from, to, file: from.imports.get(to.path) } : [])),
    );
  return {
    rows,
    arrows,
    drawn: arrows.filter(({ from, to }) => !isImplied(from, to, homes)),
    wrong: arrows
      .filter(({ from, to }) => to.row <= from.row)
      .map(({ from, to, file }) => `${from.path} imports ${to.path}, which does not stand below it (${file})`),
  };
}

function foldersOf(parent) {
  const folders = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => `${parent}/${name}`)
    .filter((path) => existsSync(join(path, 'src')))
    .sort();
}

function readHome(path) {
  const home = { path, name: path.replace('libs/', ''), tables: [], imports: new Map(), hasRoutes: false };
  const files = readdirSync(join(path, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => `${path}/src/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\.tsx?$/.test(file) && !/\.spec\.tsx?$/.test(file))
    .sort();
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      const target = homeOf(fileName, file);
      if (target && target !== path && !home.imports.has(target)) home.imports.set(target, file);
    }
    home.tables.push(...[...text.matchAll(/@Entity\('([^']+)'/g)].map(([, table]) => table));
    home.hasRoutes ||= /^@Controller\(/m.test(text);
  }
  home.tables.sort();
  return home;
}

/** The lib or app that an import leads to; null for packages. */
function homeOf(from, file) {
  const door = /^#libs\/([^/]+)/.exec(from);
  if (door) return `libs/${door[1]}`;
  return from.startsWith('.')
    ? (/^(libs|apps)\/[^/]+/.exec(join(file, '..', from).replaceAll('\\', '/'))?.[0] ?? null)
    : null;
}

/** Each from a lib or app back to itself. */
function circlesOf(homes) {
  const done = new Set();
  const visit = (path, way) => {
    if (way.includes(path)) return [`circle: ${[...way.slice(way.indexOf(path)), path].join(' -> ')}`];
    if (done.has(path)) return [];
    const circles = [...(homes.get(path)?.imports.keys() ?? [])].flatMap((next) => visit(next, [...way, path]));
    done.add(path);
    return circles;
  };
  return [...homes.keys()].flatMap((path) => visit(path, []));
}

/** An app that imports another one stands above it. */
function rowsOf(apps) {
  const rows = [];
  for (let rest = apps; rest.length > 0;) {
    const imported = new Set(rest.flatMap(({ imports }) => [...imports.keys()]));
    rows.push(rest.filter(({ path }) => !imported.has(path)));
    rest = rest.filter(({ path }) => imported.has(path));
  }
  return rows;
}

/** True if there is a longer way. */
function isImplied(from, to, homes) {
  const seen = new Set([...from.imports.keys()].filter((path) => path !== to.path));
  for (const path of seen) for (const next of homes.get(path).imports.keys()) seen.add(next);
  return seen.has(to.path);
}
