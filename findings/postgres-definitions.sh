#!/bin/sh
# What PostgreSQL writes of an index or constraint is not always what it writes after reading that.
#
# One would expect: pg_get_indexdef() "reconstructs the creating command" (PostgreSQL documentation, 9.27), so running what it says makes an
# index of which it says the same; two databases can be compared by these texts, as after pg_dump and pg_restore.
# What happens: `status in ('a', 'b')` of a varchar column is written as ANY ((ARRAY[...])::text[]), and, once that has been read, as
# ANY (ARRAY[('a')::text, ...]). From then on it stays. The same for pg_get_constraintdef(), of a check. The meaning is the same, and so is the
# index's use. So a schema that was restored differs, as text, from one that was migrated; a comparison has to level casts and brackets.
# Seen with PostgreSQL 18.4 (embedded-postgres 18.4.0-beta.17); here with @electric-sql/pglite 0.5.17, PostgreSQL 18.7 in WebAssembly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @electric-sql/pglite@0.5.17
cat > try.mjs <<'END'
import { PGlite } from '@electric-sql/pglite';

const db = new PGlite();
const definition = async () => (await db.query(`select pg_get_indexdef('t_open'::regclass) as text`)).rows[0].text;
const check = async () => (await db.query(`select pg_get_constraintdef(oid) as text from pg_constraint where conname = 't_check'`)).rows[0].text;
console.log((await db.query('select version()')).rows[0].version.split(' on ')[0]);
await db.exec(`create table t (id int, status varchar(10), constraint t_check check (status in ('a', 'b')));
  create index t_open on t (id) where status in ('a', 'b')`);
const indexes = [await definition()];
const checks = [await check()];
for (let round = 1; round <= 2; round += 1) {
  await db.exec(`drop index t_open; ${indexes.at(-1)}`);
  await db.exec(`alter table t drop constraint t_check, add constraint t_check ${checks.at(-1)}`);
  indexes.push(await definition());
  checks.push(await check());
}
for (const [i, text] of indexes.entries()) console.log(`index, read ${i} times: ${text}`);
for (const [i, text] of checks.entries()) console.log(`check, read ${i} times: ${text}`);
const isAsSeen = [indexes, checks].every(([first, second, third]) => first !== second && second === third);
console.log(isAsSeen ? 'As seen: the text changes once and then stays.' : 'It has changed.');
process.exit(isAsSeen ? 0 : 1);
END
node try.mjs
