const { existsSync, readFileSync, writeSync } = require('node:fs');

/** Ends the run with one plain line of counts, for people and for CI. */
module.exports = class CountsReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    const counts = notes() + trailCounts();
    // jest's own summary comes after all reporters; this line is to be the last one.
    process.once('exit', () => writeSync(1, `${counts}\n${numPassedTests} passed, ${failed} failed${skipped}\n`));
  }
};

/** What specs have to say about the run, through test/support/notes.ts. */
function notes() {
  const file = process.env['TEST_NOTES'];
  return file && existsSync(file) ? `\n${readFileSync(file, 'utf8')}` : '';
}

/** What test/support/trail-check.ts has counted in every application of the run. */
function trailCounts() {
  const file = process.env['TEST_TRAIL_COUNTS'];
  if (!file || !existsSync(file)) return '';
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const [changes, records, others] = [0, 1, 2].map((column) =>
    lines.reduce((sum, line) => sum + Number(line.split(' ')[column]), 0),
  );
  return `\nAudit trail: ${changes} state changes, ${records} records of changes; besides, ${others} of reads and refusals\n`;
}
