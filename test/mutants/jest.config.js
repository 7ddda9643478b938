/** One spec after the other, on the PostgreSQL that scripts/test-mutants.mjs has started. @type {import('jest').Config} */
module.exports = {
  ...require('../../jest.config.js'),
  rootDir: '../..',
  testEnvironment: '<rootDir>/test/mutants/environment.js',
  testSequencer: '<rootDir>/test/mutants/as-listed.js',
  globalSetup: undefined,
  globalTeardown: undefined,
  reporters: ['<rootDir>/test/mutants/results-reporter.js'],
  // A mutant may leave a request without an answer.
  testTimeout: 30_000,
};
