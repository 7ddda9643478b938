const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');

/** Writes what spec-runner.mjs wants to know. jest's own `--json` writes nothing when `--bail` has ended the run. */
module.exports = class ResultsReporter {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onRunComplete(_contexts, { testResults }) {
    const results = testResults.map(({ testFilePath, perfStats, failureMessage, testResults: tests }) => ({
      spec: relative(this.rootDir, testFilePath),
      milliseconds: perfStats.runtime,
      failure: tests.find(({ status }) => status === 'failed')?.failureMessages.join('\n') ?? failureMessage ?? null,
    }));
    writeFileSync(process.env['MUTANT_RESULTS'], JSON.stringify(results));
  }
};
