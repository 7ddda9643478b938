import { writeFileSync } from 'node:fs';
import { describeErrors } from '../errors-page';
import { describeProduct } from '../openapi';

/** `npm run openapi`: writes the documents that are generated from the code and committed beside it. */
async function main(): Promise<void> {
  writeFileSync('openapi.json', `${JSON.stringify(await describeProduct(), null, 2)}\n`);
  writeFileSync('docs/errors.md', describeErrors());
}

void main();
