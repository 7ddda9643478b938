import { availableParallelism } from 'node:os';
import { TARGETS } from './targets.mjs';
import { addToMutators, sampleMutators } from './sql-mutator.mjs';

const STRYKER = new URL('../../.data/mutants/package.json', import.meta.url);
const EXCLUDED = ['StringLiteral', 'ObjectLiteral', 'ArrayDeclaration', 'ArrowFunction', 'BlockStatement'];

await addToMutators(STRYKER);
const oneIn = Number(process.env.MUTANTS_ONE_IN ?? 1);
if (oneIn > 1) await sampleMutators(STRYKER, oneIn, EXCLUDED);

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: Object.keys(TARGETS).map((name) => `libs/*/src/**/${name}`),
  mutator: {
    excludedMutations: EXCLUDED,
  },
  plugins: [new URL('spec-runner.mjs', import.meta.url).href],
  testRunner: 'specs',
  coverageAnalysis: 'perTest',
  buildCommand: 'tsc -p tsconfig.build.json',
  ignorePatterns: ['/.data', '/dist', '/apps/console'],
  symlinkNodeModules: false,
  tempDirName: '.data/mutants/sandbox',
  concurrency: availableParallelism(),
  dryRunTimeoutMinutes: 20,
  timeoutMS: 20_000,
  timeoutFactor: 3,
  thresholds: { high: 90, low: 80, break: 70 },
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { logTests: false },
  cleanTempDir: 'always',
  htmlReporter: { fileName: '.data/mutants/report.html' },
  jsonReporter: { fileName: '.data/mutants/report.json' },
};
