const { TestEnvironment: NodeEnvironment } = require('jest-environment-node');

/** Where `jest.setTimeout` leaves its number. */
const TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');

/** Node's own global object in place of a sandbox for each test file; see native-runtime.js. */
module.exports = class NativeEnvironment extends NodeEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global = globalThis;
    this.moduleMocker = new this.moduleMocker.constructor(globalThis);
    this.fakeTimersModern = new this.fakeTimersModern.constructor({ config: config.projectConfig, global: globalThis });
    this.exit = process.exit;
  }

  /** Nothing of a test file's settings stays for the next one. */
  async teardown() {
    await super.teardown();
    process.exit = this.exit;
    delete globalThis[TIMEOUT];
  }
};
