import { rmSync } from 'node:fs';
import type { EmbeddedPostgres } from '#libs/database';

export default async function globalTeardown(): Promise<void> {
  const { testPostgres, testDirectory } = globalThis as unknown as {
    testPostgres: EmbeddedPostgres;
    testDirectory: string;
  };
  await testPostgres.stop();
  rmSync(testDirectory, { recursive: true, force: true });
}
