/** The migrated database that every test file clones. */
export const TEMPLATE = 'credence_template';

/** The name under which PostgreSQL knows the connections of the tests themselves. */
export const TEST_CONNECTION = 'credence-test';

/** What the product signs in to a test database as: with the rights of the application, not of the owner. */
export const RUNTIME = { name: 'credence_runtime', password: 'test-runtime' };
