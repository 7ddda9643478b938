/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/test/support/native-environment.js',
  runtime: '<rootDir>/test/support/native-runtime.js',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  transform: {
    '^.+\\.(t|j|mj)s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2023',
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Against what hangs, not against what is slow: on a host that gives a machine half of a core, starting the product twice took 30 s.
  testTimeout: 180_000,
  testSequencer: '<rootDir>/test/support/longest-first.js',
  // One more than the two cores of a small machine: the suites that start processes mostly wait. jest's default there is one.
  maxWorkers: 3,
  reporters: ['default', '<rootDir>/test/support/counts-reporter.js'],
};
