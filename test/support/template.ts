/** The migrated database that every test file clones. */
export const TEMPLATE = 'credence_template';

/** The name under which PostgreSQL knows the connections of the tests themselves. */
export const TEST_CONNECTION = 'credence-test';

/** What the product signs in to a test database as: with the rights of the application, not of the owner. */
export const RUNTIME = { name: 'credence_runtime', password: 'test-runtime' };

/** One for all of them: what is counted under digests is counted together by processes on one database. */
export const TEST_SECRET = 'a-secret-of-the-tests-only-0123456789';

/** Tests ask faster than people do; what is about the limits sets them. */
export const NO_LIMITS = {
  RATE_LIMIT_PERSON: '0',
  RATE_LIMIT_ADDRESS: '0',
  NEW_RECORDS_PERSON: '0',
  NEW_RECORDS_ORGANIZATION: '0',
};
