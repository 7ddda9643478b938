// npm run test:s3: the contract of the object storage against the S3 service of your own that S3_* names, in the environment
// or in .env. Everything happens below a prefix of its own, which is emptied afterwards.
import { existsSync } from 'node:fs';

if (existsSync('.env')) process.loadEnvFile('.env');
const missing = ['S3_BUCKET', 'S3_REGION'].filter((name) => !process.env[name]);
if (missing.length > 0) {
  console.error(
    `npm run test:s3 needs an S3 service of your own: set ${missing.join(' and ')}, and the other S3_* settings as`,
  );
  console.error(
    'for the product (.env.example explains them). The bucket may hold other things: a prefix of its own is used.',
  );
  process.exit(1);
}
process.env.TEST_OWN_S3 = 'true';
process.argv.push('test/contract/object-storage');
await import('./test.mjs');
