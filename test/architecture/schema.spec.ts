import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { databaseOptions } from '#libs/database';
import { createTestDatabase } from '../support/test-database';

const ROOT = join(__dirname, '..', '..');

/** Every `*.entity.ts` of every lib. */
function entityFiles(): string[] {
  return readdirSync(join(ROOT, 'libs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.entity.ts'))
    .map((file) => join(ROOT, 'libs', file));
}

describe('the schema', () => {
  it('that the migrations build is the one that the entities describe', async () => {
    const { ownerUrl, drop } = await createTestDatabase();
    // Required here instead of passed as a pattern: TypeORM would import the files outside jest's transform.
    const entities = entityFiles().flatMap((file) => Object.values(require(file) as object).filter(isClass));
    const dataSource = await new DataSource({ ...databaseOptions(ownerUrl, 2), entities }).initialize();
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    } finally {
      await dataSource.destroy();
      await drop();
    }
  });
});

function isClass(value: unknown): value is new () => object {
  return typeof value === 'function' && value.prototype !== undefined;
}
