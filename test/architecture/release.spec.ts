import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');
const FILES = ['package.json', 'package-lock.json', 'openapi.json', 'docs/deploy'];
const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- A thing that people notice.

## [0.0.1] - 2026-01-01

- The first.
`;

let folder: string;

const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const versionOf = (text: string) => (JSON.parse(text) as { version: string }).version;
const release = (version: string) =>
  spawnSync(process.execPath, [join(ROOT, 'scripts/release.mjs'), version], { cwd: folder, encoding: 'utf8' });

/** A repository of its own with the files that the script changes. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credence-release-'));
  for (const file of FILES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  }
  writeFileSync(join(folder, 'CHANGELOG.md'), CHANGELOG);
  git('init', '--quiet');
  for (const [name, value] of [
    ['user.name', 'Somebody'],
    ['user.email', 'somebody@example.org'],
    ['commit.gpgsign', 'false'],
    ['tag.gpgsign', 'false'],
  ] as const) {
    git('config', name, value);
  }
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Before');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run release', () => {
  it('gives the number to everything that has one, and makes a tag with the notes of the changelog', () => {
    const { status, stdout } = release('77.8.9');
    expect(stdout).toContain('- A thing that people notice.');
    expect(status).toBe(0);
    const day = new Date().toISOString().slice(0, 10);
    expect(read('CHANGELOG.md')).toContain(`## [Unreleased]\n\n## [77.8.9] - ${day}\n\n### Added\n\n- A thing that`);
    expect(versionOf(read('package.json'))).toBe('77.8.9');
    const lock = JSON.parse(read('package-lock.json')) as { version: string; packages: Record<string, unknown> };
    expect([lock.version, lock.packages['']]).toEqual(['77.8.9', expect.objectContaining({ version: '77.8.9' })]);
    const document = JSON.parse(read('openapi.json')) as { info: { version: string } };
    expect(document.info.version).toBe('77.8.9');
    expect(read('docs/deploy/compose.yaml')).toContain('image: credence:77.8.9');
    const before = versionOf(git('show', 'HEAD~1:package.json'));
    expect(spawnSync('grep', ['--recursive', `credence:${before}`, 'docs'], { cwd: folder }).status).toBe(1);
    expect(git('status', '--porcelain')).toBe('');
    expect(git('log', '-1', '--format=%s')).toBe('Release 77.8.9');
    const notes = git('tag', '--list', '--format=%(contents)', 'v77.8.9');
    expect(notes).toContain('- A thing that people notice.');
    expect(notes).not.toContain('The first.');
  });

  it('changes nothing where there is something to say against it', () => {
    const refused = (version: string, why: string) => {
      const before = git('rev-parse', 'HEAD');
      const { status, stderr } = release(version);
      expect([status, stderr]).toEqual([1, expect.stringContaining(why)]);
      expect([git('rev-parse', 'HEAD'), git('tag', '--list')]).toEqual([before, '']);
    };
    refused('1.2', 'Give the version');
    refused('0.0.0', 'does not come after');
    writeFileSync(join(folder, 'new.txt'), '');
    refused('77.8.9', 'not committed');
    rmSync(join(folder, 'new.txt'));
    for (const [text, why] of [
      [CHANGELOG.replace('## [Unreleased]', '## [0.0.2] - 2026-01-02'), 'no unreleased section'],
      [CHANGELOG.replace('- A thing that people notice.\n', ''), 'has no line'],
      [CHANGELOG.replace('## [Unreleased]', '## [1.0.0] - unreleased'), 'speaks of 1.0.0'],
    ] as const) {
      writeFileSync(join(folder, 'CHANGELOG.md'), text);
      git('commit', '--quiet', '--all', '--message', why);
      refused('77.8.9', why);
    }
  });
});
