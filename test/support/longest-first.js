const { relative } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

/** Seconds of each file alone on two cores; only the order counts. A long file that is begun last makes everything wait for it. */
const LONGEST = {
  'test/e2e/move.spec.ts': 80,
  'test/e2e/backup.spec.ts': 75,
  'test/browser/console-desk.spec.ts': 70,
  'test/e2e/process.spec.ts': 40,
  'test/e2e/image.spec.ts': 30,
  'test/e2e/idempotency.spec.ts': 30,
  'test/e2e/uploads.spec.ts': 30,
  'test/e2e/files.spec.ts': 25,
  'test/e2e/throttle.spec.ts': 25,
  'test/browser/console-papers.spec.ts': 20,
  'test/e2e/storage-outage.spec.ts': 20,
  'test/e2e/checks.spec.ts': 20,
  'test/browser/console-administration.spec.ts': 20,
  'test/browser/console-oidc.spec.ts': 20,
  'test/browser/swagger.spec.ts': 15,
  'test/e2e/oidc.spec.ts': 15,
  'test/e2e/matrix.spec.ts': 15,
  'test/browser/console-roles.spec.ts': 15,
  'test/e2e/database-roles.spec.ts': 15,
  'test/e2e/fuzz.spec.ts': 15,
  'test/e2e/inspection.spec.ts': 15,
  'test/e2e/demo.spec.ts': 15,
  'test/e2e/crash.spec.ts': 15,
  'test/e2e/hardening.spec.ts': 10,
  'test/contract/contract-c.spec.ts': 10,
  'test/e2e/verification.spec.ts': 10,
};
const OTHERS = 5;

/** Where jest does not know from an earlier run, as in a fresh clone, it would go by the size of the files. */
module.exports = class LongestFirst extends Sequencer {
  time(test) {
    const path = relative(test.context.config.rootDir, test.path).replaceAll('\\', '/');
    return super.time(test) ?? 1000 * (LONGEST[path] ?? OTHERS);
  }
};
