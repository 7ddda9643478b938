import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '../../../dist/apps/api/src/garbage-collection.js');

// V8 names a setting that it does not know on the standard error, and goes on.
it('makes settings that the V8 of this Node knows', () => {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
