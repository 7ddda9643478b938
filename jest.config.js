/** Nest 12 and a few other packages ship ES modules only; jest on Node 20 cannot require those, so swc turns them into CommonJS. */
const ES_MODULE_PACKAGES = [
  '@nestjs/',
  'content-disposition/',
  'file-type/',
  'jose/',
  'strtok3/',
  'token-types/',
  'uint8array-extras/',
  '@tokenizer/',
  '@borewit/',
  'uuidv7/',
];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  moduleNameMapper: {
    '^#libs/([a-z]+)$': '<rootDir>/libs/$1/src/index.ts',
    // Loaded at run time, by the name of the compiled file.
    '^(\\./s3-(?:storage|check))\\.js$': '$1',
  },
  transform: {
    '^.+\\.(t|j|mj)s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2023',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ES_MODULE_PACKAGES.join('|')}))`],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFiles: ['reflect-metadata'],
  testTimeout: 30_000,
  testSequencer: '<rootDir>/test/support/longest-first.js',
  // One more than the two cores of a small machine: the suites that start processes mostly wait. jest's default there is one.
  maxWorkers: 3,
  reporters: ['default', '<rootDir>/test/support/counts-reporter.js'],
};
