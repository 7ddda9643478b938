const { relative } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

/** The specs in the order in which they were asked for. */
module.exports = class AsListed extends Sequencer {
  sort(tests) {
    const listed = process.env['MUTANT_SPECS'].split(',');
    const place = ({ path, context }) => listed.indexOf(relative(context.config.rootDir, path));
    return [...tests].sort((a, b) => place(a) - place(b));
  }
};
