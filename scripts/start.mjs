// npm start: prepares the clone, then runs the product in this very process, so that the signals npm passes on reach it.
//   node scripts/start.mjs [file below dist/, default apps/api/src/main.js] [its arguments]
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, ROOT } from './prepare.mjs';

prepare();
const [entry = 'apps/api/src/main.js'] = process.argv.splice(2, 1);
await import(pathToFileURL(join(ROOT, 'dist', entry)).href);
