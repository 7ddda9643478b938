import { appendFileSync } from 'node:fs';

/** A line for the end of the run, printed by test/support/counts-reporter.js. */
export function noteOfRun(line: string): void {
  const file = process.env['TEST_NOTES'];
  if (file) appendFileSync(file, `${line}\n`);
}
