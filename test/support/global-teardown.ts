import type { TestPostgres } from './test-postgres';

export default async function globalTeardown(): Promise<void> {
  await (globalThis as unknown as { testPostgres: TestPostgres }).testPostgres.stop();
}
