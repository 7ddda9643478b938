import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { configurationPage } from '../configuration-page';
import { describeErrors } from '../errors-page';
import { buildOpenApiDocument, previewProduct } from '../openapi';
import { describePermissions } from '../permissions-page';
import { personalDataPage } from '../personal-data-page';

/** `npm run openapi`: writes what is generated from the code and committed beside it; with `--check` it only compares. */
async function main(): Promise<void> {
  const document = buildOpenApiDocument(await previewProduct());
  const files = {
    'openapi.json': `${JSON.stringify(document, null, 2)}\n`,
    'docs/configuration.md': configurationPage(),
    'docs/errors.md': describeErrors(),
    'docs/permissions.md': describePermissions(document),
    'docs/personal-data.md': personalDataPage(),
  };
  for (const [file, text] of Object.entries(files)) {
    if (!process.argv.includes('--check')) {
      writeFileSync(file, text);
    } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
      console.error(`${file} is out of date`);
      process.exitCode = 1;
    }
  }
}

void main();
