#!/usr/bin/env bash
# js-yaml 5.4.2: `<<` in a document is read as an ordinary key, without an error or a warning.
#
# One would expect: `load` reads a Compose file or a CI configuration as version 4 does and as Docker Compose does: what `<<: *anchor` names is
#   merged into the mapping (https://yaml.org/type/merge.html). The calls are the same in both versions, and neither throws.
# What happens (Node 20.20): the default schema of version 5 is that of YAML 1.2, to which `<<` is a string like any other. The mapping gets a key
#   named "<<" that holds the anchor's value, and the merged fields are missing. A service of a Compose file then has no image, no environment
#   and no `read_only`; whoever checks such fields checks nothing.
# js-yaml 5 is what an installation gets today beside @nestjs/swagger 12. `yaml` 2.9.1 does the same by default and has the option `merge: true`.
# Exits non-zero when version 5 merges, or version 4 does not.
set -euo pipefail

FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund four@npm:js-yaml@4.3.2 five@npm:js-yaml@5.4.2 yaml@2.9.1

cat >program.cjs <<'PROGRAM'
const DOCUMENT = `
x-common: &common { image: credence, read_only: true }
services:
  api: { <<: *common, ports: [3000] }
`;
const read = {
  'js-yaml 4.3.2 load': require('four').load,
  'js-yaml 5.4.2 load': require('five').load,
  'yaml 2.9.1 parse': require('yaml').parse,
  'yaml 2.9.1 parse, merge: true': (text) => require('yaml').parse(text, { merge: true }),
};
const images = Object.entries(read).map(([name, load]) => {
  const { api } = load(DOCUMENT).services;
  console.log(`${name.padEnd(30)} ${JSON.stringify(api)}`);
  return api.image;
});
const [four, five] = images;
process.exit(four === 'credence' && five === undefined ? 0 : 1);
PROGRAM
node program.cjs
