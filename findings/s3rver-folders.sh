#!/usr/bin/env bash
# @20minutes/s3rver 4.0.4, an S3 server for tests: an object is written while the last one beside it is removed.
#
# One would expect: S3 has no folders, so removing `a/1` says nothing of `a/2`. Each PUT that is answered 200 can be read afterwards.
# What happens (Node 20.20): objects are files, and deleteObject (lib/stores/filesystem.js) looks whether the folder of the key is empty and
#   then removes it with all that is in it, `fs.rm(..., { recursive: true })`. What another request writes between the look and the removal is
#   gone although it was answered 200, or is refused with 500.
# A test that sends a file right after another one of the same prefix was removed fails now and then, and more often on a busy machine.
# Exits non-zero when no object is lost.
set -euo pipefail

FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund @20minutes/s3rver@4.0.4

cat >program.cjs <<'PROGRAM'
const S3rver = require('@20minutes/s3rver');
const ROUNDS = 300;
async function main() {
  const server = new S3rver({
    address: '127.0.0.1', port: 0, silent: true, directory: process.argv[2], vhostBuckets: false, configureBuckets: [{ name: 'bucket' }],
  });
  const { port } = await server.run();
  const url = (n) => `http://127.0.0.1:${port}/bucket/a/${n}`;
  const put = (n) => fetch(url(n), { method: 'PUT', body: 'bytes' }).then(({ status }) => status);
  const remove = (n) => fetch(url(n), { method: 'DELETE' });
  const counts = { 'answered 200, and there': 0, 'answered 200, and lost': 0, refused: 0 };
  for (let n = 1; n <= ROUNDS; n += 1) {
    await put(n - 1);
    const [status] = await Promise.all([put(n), remove(n - 1)]);
    const isThere = (await fetch(url(n), { method: 'HEAD' })).ok;
    counts[status !== 200 ? 'refused' : isThere ? 'answered 200, and there' : 'answered 200, and lost'] += 1;
    await remove(n);
  }
  for (const [what, count] of Object.entries(counts)) console.log(`${what}: ${count} of ${ROUNDS}`);
  process.exit(counts['answered 200, and lost'] > 0 ? 0 : 1);
}
main();
PROGRAM

mkdir objects
node program.cjs "$FOLDER/objects"
