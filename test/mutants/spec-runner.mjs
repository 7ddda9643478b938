import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { specsOf } from './targets.mjs';

const JEST = createRequire(import.meta.url).resolve('jest/bin/jest');

/**
 * Runs the specs of the file in which the mutant is, each mutant in a process of its own: the product keeps what it has worked out (texts
 * of statements, dates, keys) in its modules, and one mutant's must not be the next one's. What counts as a test is a spec file, for
 * tests of one file build on each other.
 */
class SpecRunner {
  static inject = [];

  capabilities() {
    return { reloadEnvironment: true };
  }

  /** All specs of all files, without a mutant and each by itself: they have to pass, and show which mutants they come by. */
  async dryRun({ files }) {
    const waiting = [...new Set(files.flatMap(specsOf))];
    const tests = [];
    const mutantCoverage = { static: {}, perTest: {} };
    const failures = [];
    const takeTurns = async () => {
      for (let spec = waiting.shift(); spec !== undefined; spec = waiting.shift()) {
        const { results, coverage, output } = await run([spec]);
        if (!results) failures.push(output);
        tests.push(...(results ?? []).map(testOf));
        Object.assign(mutantCoverage.static, coverage?.static);
        Object.assign(mutantCoverage.perTest, coverage?.perTest);
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, takeTurns));
    if (failures.length > 0) return { status: 'error', errorMessage: failures.join('\n') };
    return { status: 'complete', tests, mutantCoverage };
  }

  async mutantRun({ activeMutant, sandboxFileName, testFilter }) {
    const specs = specsOf(sandboxFileName).filter((spec) => testFilter?.includes(spec) ?? true);
    if (specs.length === 0) return { status: 'survived', nrOfTests: 0 };
    const { results, output } = await run(specs, activeMutant.id);
    if (!results) return { status: 'error', errorMessage: output };
    const failed = results.find(({ failure }) => failure !== null);
    if (!failed) return { status: 'survived', nrOfTests: results.length };
    const { spec, failure } = failed;
    return { status: 'killed', killedBy: [spec], failureMessage: failure, nrOfTests: results.length };
  }
}

/** As Stryker counts the outcomes of a test. */
const [PASSED, FAILED] = [0, 1];

function testOf({ spec, milliseconds, failure }) {
  const outcome = failure === null ? { status: PASSED } : { status: FAILED, failureMessage: failure };
  return { id: spec, name: spec, fileName: resolve(spec), timeSpentMs: milliseconds, ...outcome };
}

/** Ends with the first failure if there is a mutant. Without results jest itself has failed, and the output says how. */
async function run(specs, mutant) {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  const [results, coverage] = [join(folder, 'results.json'), join(folder, 'coverage.json')];
  const files = { MUTANT_SPECS: specs.join(), MUTANT_RESULTS: results, MUTANT_COVERAGE: coverage };
  const activeMutant = mutant === undefined ? {} : { __STRYKER_ACTIVE_MUTANT__: mutant };
  const bail = mutant === undefined ? [] : ['--bail'];
  const child = spawn(
    process.execPath,
    [
      JEST,
      '--config',
      'test/mutants/jest.config.js',
      '--runInBand',
      '--forceExit',
      ...bail,
      '--runTestsByPath',
      ...specs,
    ],
    { env: { ...process.env, ...files, ...activeMutant }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  child.stderr.on('data', (chunk) => (output += chunk));
  // This process ends when the whole run is interrupted.
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  await new Promise((ended) => child.on('close', ended));
  process.off('exit', stop);
  const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);
  const found = { results: read(results), coverage: read(coverage), output };
  rmSync(folder, { recursive: true, force: true });
  return found;
}

/** Plain objects, as Stryker's own `declareClassPlugin` makes them: its packages lie elsewhere. */
export const strykerPlugins = [{ kind: 'TestRunner', name: 'specs', injectableClass: SpecRunner }];
