// npm run test:clamav: the tests that talk to a real clamd, which they start by themselves. Needs Debian's clamav-daemon or the like.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// Where daemons are, which is not on everybody's path.
process.env.PATH = [process.env.PATH, '/usr/sbin', '/usr/local/sbin'].join(delimiter);
if (!process.env.PATH.split(delimiter).some((folder) => folder && existsSync(join(folder, 'clamd')))) {
  console.error(
    'There is no clamd on the path. Install it (Debian: apt-get install clamav-daemon) and run this again.',
  );
  process.exit(1);
}
process.argv.push('--testMatch', '**/*.clamav.ts');
await import('./test.mjs');
