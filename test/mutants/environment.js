const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const NativeEnvironment = require('../support/native-environment.js');

/** Ends a file with its first failure, and notes which mutants each file comes by where `MUTANT_COVERAGE` names a file for it. */
module.exports = class MutantEnvironment extends NativeEnvironment {
  constructor(config, context) {
    super(config, context);
    this.spec = relative(config.projectConfig.rootDir, context.testPath);
  }

  handleTestEvent({ name, test }) {
    // What happens before is the loading of modules, which only the first file of a process sees.
    if (name === 'run_start') this.instrumented.currentTestId = this.spec;
    if (name === 'run_finish') this.instrumented.currentTestId = undefined;
    if (name === 'test_fn_failure' || name === 'hook_failure') this.hasFailed = true;
    if (name === 'test_start' && this.hasFailed) test.mode = 'skip';
  }

  async teardown() {
    const { mutantCoverage } = this.instrumented;
    const file = process.env['MUTANT_COVERAGE'];
    if (file && mutantCoverage) writeFileSync(file, JSON.stringify(mutantCoverage));
    await super.teardown();
  }

  /** Where the instrumented product looks. */
  get instrumented() {
    return (globalThis.__stryker__ ??= {});
  }
};
