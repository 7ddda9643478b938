import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');
const DOCKERFILE = 'docs/deploy/Dockerfile';
/** Where the image is built, and where it is then. */
const INSIDE = '/credence';
/** Nobody's, on every system; as in the image, whoever runs the program owns nothing of it. */
const NOBODY = 65_534;

/**
 * The image without a container: what the Dockerfile's last stage copies, in a folder that is not to be written to, with the settings it makes. Of
 * the packages only those of production are there to be named. As root its programs run as another user.
 */
export class Image {
  private readonly home = mkdtempSync(join(tmpdir(), 'credence-image-'));
  readonly folder = join(this.home, 'credence');
  /** Instead of the /tmp of a container. */
  readonly scratch = join(this.home, 'scratch');
  private readonly dockerfile = readFileSync(join(ROOT, DOCKERFILE), 'utf8').replace(/\\\n\s*/g, '');

  constructor() {
    mkdirSync(this.folder);
    mkdirSync(this.scratch);
    for (const { sources, target } of this.copies()) {
      for (const source of sources) this.copy(source, target);
    }
    changeMode(this.folder, 0o555);
    chmodSync(this.home, 0o755);
    if (isRoot()) chownSync(this.scratch, NOBODY, NOBODY);
  }

  /** What it runs when it is told nothing. */
  get command(): string[] {
    return JSON.parse(/^CMD (.+)$/m.exec(this.dockerfile)?.[1] ?? '[]');
  }

  get user(): string {
    return /^USER (.+)$/m.exec(this.dockerfile)?.[1] ?? 'root';
  }

  /** Starts a program in it, with nothing in the environment but what is given and what the image says. */
  start(
    [program = '', ...args]: string[],
    settings: Record<string, string>,
  ): { child: ChildProcess; ended: Promise<Ended> } {
    const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter);
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { PATH, TMPDIR: this.scratch, ...this.environment(), ...settings },
      ...(isRoot() ? { uid: NOBODY, gid: NOBODY } : {}),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended: Ended = { code: null, output: '' };
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (ended.output += chunk.toString()));
    return {
      child,
      ended: new Promise((done) => child.once('close', (code) => done(Object.assign(ended, { code })))),
    };
  }

  remove(): void {
    changeMode(this.folder, 0o755);
    rmSync(this.home, { recursive: true, force: true });
  }

  private copies(): { sources: string[]; target: string }[] {
    return [...this.dockerfile.matchAll(/^COPY --from=build (.+)$/gm)].map(([, paths = '']) => {
      const words = paths.split(' ');
      return { sources: words.slice(0, -1).map((path) => path.replace(`${INSIDE}/`, '')), target: words.at(-1) ?? '' };
    });
  }

  private copy(source: string, target: string): void {
    if (source === 'node_modules') return this.linkPackages(join(this.folder, target));
    const isFolder = target.endsWith('/');
    cpSync(join(ROOT, source), join(this.folder, target, isFolder ? (source.split('/').at(-1) ?? '') : ''), {
      recursive: true,
    });
  }

  /** As `npm prune --omit=dev` leaves them, as far as the program itself can name them. */
  private linkPackages(target: string): void {
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean }>;
    };
    for (const [path, { dev }] of Object.entries(packages)) {
      const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
      if (!name || dev || !existsSync(join(ROOT, path))) continue;
      mkdirSync(dirname(join(target, name)), { recursive: true });
      symlinkSync(join(ROOT, path), join(target, name));
    }
  }

  private environment(): Record<string, string> {
    const [, line = ''] = /^ENV (.+)$/m.exec(this.dockerfile) ?? [];
    const entries = line.split(' ').map((word) => word.split('=') as [string, string]);
    return Object.fromEntries(entries.map(([name, value]) => [name, value.replace(/^\/tmp/, this.scratch)]));
  }
}

interface Ended {
  code: number | null;
  output: string;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Of a file or of folders and all that is in them. What links lead to belongs to others. */
function changeMode(path: string, mode: number): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  chmodSync(path, mode);
  if (stat.isDirectory()) for (const name of readdirSync(path)) changeMode(join(path, name), mode);
}
