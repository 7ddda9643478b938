// npm run release -- 1.2.0: makes a release of what is checked out. The changelog's section of what is unreleased gets number and day, the number goes wherever the
// version stands, and a commit and a tag with the section as its notes are made. Nothing is sent anywhere: push both when you have looked at them.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** Names the image and the job of the migrations. */
const DEPLOY = 'docs/deploy';
/** Of the section at the top, until it is released: by its number, or without one. */
const UNRELEASED = /^## \[(Unreleased|\d+\.\d+\.\d+)\](?: - unreleased)?\n/m;

const [version = ''] = process.argv.slice(2);
const { version: before } = JSON.parse(readFileSync('package.json', 'utf8'));
const isFirst = git('tag', '--list', 'v*') === '';

require(/^\d+\.\d+\.\d+$/.test(version), 'Give the version: npm run release -- 1.2.0');
require(git('status', '--porcelain') === '', 'There are changes that are not committed. Commit or remove them first.');
require(git('tag', '--list', `v${version}`) === '', `There is a tag v${version} already.`);
require(isAfter(version, before) ||
  (isFirst && version === before), `${version} does not come after ${before}, the version in package.json.`);

const changelog = readFileSync('CHANGELOG.md', 'utf8');
const [heading, number] = UNRELEASED.exec(changelog) ?? [''];
require(/unreleased/i.test(heading), 'CHANGELOG.md has no unreleased section at its top: there is nothing to release.');
require(number === 'Unreleased' || number === version, `CHANGELOG.md speaks of ${number}, not of ${version}.`);
const begin = changelog.indexOf(heading) + heading.length;
const next = changelog.indexOf('\n## ', begin);
const notes = changelog.slice(begin, next < 0 ? undefined : next).trim();
require(/^- /m.test(notes), 'The unreleased section of CHANGELOG.md has no line.');

const day = new Date().toISOString().slice(0, 10);
change('CHANGELOG.md', (text) => text.replace(heading, `## [Unreleased]\n\n## [${version}] - ${day}\n`));
change('package.json', (text) => text.replace(`"version": "${before}"`, `"version": "${version}"`));
// The first two: of the project and of its own entry among the packages.
for (let i = 0; i < 2; i += 1) {
  change('package-lock.json', (text) => text.replace(`"version": "${before}"`, `"version": "${version}"`));
}
// The first is that of the document; others are examples.
change('openapi.json', (text) => text.replace(`"version": "${before}"`, `"version": "${version}"`));
for (const file of git('ls-files', DEPLOY).split('\n').filter(Boolean)) {
  change(file, (text) =>
    text
      .replaceAll(`credence:${before}`, `credence:${version}`)
      .replaceAll(`newTag: ${before}`, `newTag: ${version}`)
      .replaceAll(`credence-migrations-${dashed(before)}`, `credence-migrations-${dashed(version)}`),
  );
}
git('commit', '--quiet', '--all', '--message', `Release ${version}`);
git('tag', '--annotate', `v${version}`, '--cleanup=verbatim', '--message', `Credence ${version}\n\n${notes}\n`);
process.stdout.write(`${notes}\n\nReleased as v${version}. Look at it, then: git push --follow-tags\n`);

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}

function change(file, how) {
  writeFileSync(file, how(readFileSync(file, 'utf8')));
}

function dashed(number) {
  return number.replaceAll('.', '-');
}

function isAfter(one, other) {
  const [a, b] = [one, other].map((each) => each.split('.').map(Number));
  const index = a.findIndex((value, i) => value !== b[i]);
  return index >= 0 && a[index] > b[index];
}

function require(isSo, otherwise) {
  if (isSo) return;
  process.stderr.write(`${otherwise}\n`);
  process.exit(1);
}
