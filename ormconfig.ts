import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { databaseOptions } from '#libs/database';
import { readEnvironment } from '#libs/config';

const { DATABASE_URL, DATABASE_OWNER_URL, DATABASE_DIRECT_URL, DATABASE_POOL_SIZE } = readEnvironment(process.env);
if (!DATABASE_URL) throw new Error('Set DATABASE_URL: the TypeORM command line works on a database of your own');

/** For the TypeORM command line (`npm run migration:new`); the product itself uses libs/database. */
export default new DataSource({
  ...databaseOptions(DATABASE_OWNER_URL ?? DATABASE_DIRECT_URL ?? DATABASE_URL, DATABASE_POOL_SIZE),
  entities: [join(__dirname, 'libs/*/src/**/*.entity.js')],
});
