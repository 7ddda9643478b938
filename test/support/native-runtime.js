const { existsSync } = require('node:fs');
const { createRequire, isBuiltin } = require('node:module');
const { dirname, join, relative, resolve, sep } = require('node:path');
const { compileFunction } = require('node:vm');
const Runtime = require('jest-runtime').default;

const ROOT = join(__dirname, '..', '..');
const DIST = join(ROOT, 'dist');
/** What jest gives each test file itself. */
const JESTS_OWN = /^(@jest\/|jest-|expect$)/;
/** Compiled to `dist`. The console is bundled there instead, so its tests take the sources. */
const PRODUCT = /^(apps\/(?!console\/)|libs\/)/;

/**
 * Test files are read by jest, each anew; the packages and the product they import are required by Node itself, as when the product
 * runs, and once per worker: loading them anew for each of ninety files took a third of the CPU time of an ordinary one (ADR 0099).
 * All of it runs in one realm, that of native-environment.js, so that a Date of the product is a Date of the test.
 */
module.exports = class NativeRuntime extends Runtime {
  constructor(...args) {
    super(...args);
    const { executor } = this;
    executor.compile = (source, filename) => compileFunction(source, executor.injectedModuleParameters, { filename });
  }

  requireModuleOrMock(from, name) {
    const path = nativePath(from, name);
    return path ? require(path) : super.requireModuleOrMock(from, name);
  }
};

function nativePath(from, name) {
  if (isBuiltin(name) || JESTS_OWN.test(name)) return undefined;
  const isFile = name.startsWith('.') || name.startsWith('/');
  if (!isFile) return createRequire(from).resolve(name);
  const source = relative(ROOT, resolve(dirname(from), name)).replaceAll(sep, '/');
  return PRODUCT.test(source) ? compiled(source) : undefined;
}

/** The compiled file of a source, which an import names with or without its ending, or by its folder. */
function compiled(source) {
  const base = join(DIST, source.replace(/\.[jt]s$/, ''));
  const file = [`${base}.js`, join(base, 'index.js')].find((each) => existsSync(each));
  if (!file) throw new Error(`${source} is not in dist; run "npm run build"`);
  return file;
}
