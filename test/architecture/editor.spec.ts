import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..');
const DIST = join(ROOT, 'dist');
const PACKAGES = join(ROOT, 'node_modules');
const CONFIG = join(ROOT, 'tsconfig.json');
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(CONFIG, ts.sys.readFile.bind(ts.sys)).config,
  ts.sys,
  ROOT,
  {},
  CONFIG,
);

const sources = ['libs', 'apps'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
    .map((path) => join(ROOT, folder, path))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') })),
);

/** The disk as it is, but for some folders. */
function diskWithout(...folders: string[]) {
  const isHidden = (path: string) => folders.some((folder) => path === folder || path.startsWith(folder + sep));
  return {
    fileExists: (path: string) => !isHidden(path) && ts.sys.fileExists(path),
    readFile: (path: string) => (isHidden(path) ? undefined : ts.sys.readFile(path)),
    directoryExists: (path: string) => !isHidden(path) && ts.sys.directoryExists(path),
  };
}

describe('an editor', () => {
  it('finds a definition in another lib before anything is built', () => {
    const callers = sources.filter(({ text }) => /\{ problem \} from '#libs\/common'/.test(text));
    expect(callers.length).toBeGreaterThan(5);
    // Without the packages either: the editor would read their thousand files first.
    const disk = diskWithout(DIST, PACKAGES);
    const service = ts.createLanguageService({
      ...disk,
      getCompilationSettings: () => ({ ...options, noLib: true, types: [] }),
      getScriptFileNames: () => callers.map(({ file }) => file),
      getScriptVersion: () => '1',
      getScriptSnapshot: (path) => {
        const text = disk.readFile(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => ROOT,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
    });
    for (const { file, text } of callers) {
      const found = service.getDefinitionAtPosition(file, text.indexOf("problem } from '#libs/common'")) ?? [];
      expect(found.map(({ fileName }) => fileName)).toEqual([join(ROOT, 'libs', 'common', 'src', 'problem.ts')]);
    }
  });
});

/** As by tools that draw or search code: they know `paths`, but not `imports` of package.json. */
const BY_PATHS_ONLY: ts.CompilerOptions = {
  ...options,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  resolvePackageJsonImports: false,
};

describe('an import of a lib', () => {
  it.each([
    ['before anything is built', options, diskWithout(DIST)],
    ['after a build', options, diskWithout()],
    ['by the paths of tsconfig.json alone', BY_PATHS_ONLY, diskWithout(DIST)],
  ])('leads to its source and never into dist, %s', (_, settings, disk) => {
    const imports = sources.flatMap(({ file, text }) =>
      ts
        .preProcessFile(text)
        .importedFiles.filter(({ fileName }) => fileName.startsWith('#libs/'))
        .map(({ fileName }) => ({ file, fileName })),
    );
    expect(imports.length).toBeGreaterThan(300);
    const cache = ts.createModuleResolutionCache(ROOT, (path) => path, settings);
    const elsewhere = imports.filter(({ file, fileName }) => {
      const { resolvedModule } = ts.resolveModuleName(fileName, file, settings, disk, cache);
      return resolvedModule?.resolvedFileName !== join(ROOT, fileName.slice(1), 'src', 'index.ts');
    });
    expect(elsewhere).toEqual([]);
  });
});
