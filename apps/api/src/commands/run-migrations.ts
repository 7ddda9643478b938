import 'reflect-metadata';
import { withConfig } from './with-product';

/** `npm run migration:run`: brings the database up to date without starting the product. */
withConfig('migration:run', async () => {
  // Every command begins with the migrations; here that is all.
  process.stdout.write('The database is up to date.\n');
});
