import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const SCRIPT = join(__dirname, '..', '..', 'scripts', 'libs-picture.mjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credence-picture-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A project of libs in rows from the ground up, with what each imports, and one app that imports all. */
function project(order: string[][], imports: Record<string, string[]>): void {
  const text = (libs: string[]) => libs.map((lib) => `import '#libs/${lib}';\n`).join('');
  write('test/architecture/lib-order.json', JSON.stringify(order));
  for (const lib of order.flat()) write(`libs/${lib}/src/index.ts`, text(imports[lib] ?? []));
  write('apps/api/src/main.ts', text(order.flat()));
  mkdirSync(join(folder, 'docs'));
}

function draw(...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stderr, picture: status === 0 ? readFileSync(join(folder, 'docs', 'libs.svg'), 'utf8') : '' };
}

describe('the picture of the libs', () => {
  it.each([
    ['a row above', { config: ['users'] }, 'libs/config imports libs/users, which does not stand below it'],
    ['its own row', { users: ['limits'] }, 'libs/users imports libs/limits, which does not stand below it'],
    ['a circle', { config: ['users'], users: ['config'] }, 'circle: libs/config -> libs/users -> libs/config'],
  ])('is not drawn with an import of %s', (_, imports, sentence) => {
    project([['config'], ['users', 'limits']], imports);
    const { status, stderr } = draw();
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
  });

  it('is not drawn without a place for every lib', () => {
    project([['config']], {});
    write('libs/users/src/index.ts', '');
    expect(draw().stderr).toContain('libs/users is not in lib-order.json');
  });

  it('tells every import: those that a chain of arrows implies in its description', () => {
    project([['config'], ['auth'], ['users']], { auth: ['config'], users: ['auth', 'config'] });
    write('libs/users/src/users.spec.ts', "import '#libs/limits';\n");
    const { picture } = draw();
    expect(picture).toContain('users imports auth and, without an arrow, config.');
    expect(picture).toContain('apps/api imports users and, without an arrow, auth, config.');
    expect(picture.match(/marker-end/g)).toHaveLength(3);
  });

  it('is compared with the code', () => {
    project([['config'], ['auth'], ['users']], { users: ['auth'] });
    draw();
    expect(draw('--check').status).toBe(0);
    write('libs/auth/src/tokens.ts', "import type { Config } from '#libs/config';\n");
    expect(draw('--check').stderr).toContain('libs.svg is not what the code says');
  });

  it('has no line through a box and no two boxes over each other, with far more libs than there are', () => {
    const order = [3, 1, 4, 1, 1, 5, 2, 1, 6, 2, 1, 3].map((size, row) =>
      Array.from({ length: size }, (_, index) => `some-lib-${row}-${index}`),
    );
    const imports = order.flatMap((libs, row) =>
      libs.map((lib, index): [string, string[]] => [
        lib,
        order
          .slice(0, row)
          .flat()
          .filter((_, other) => (other * 7 + index * 3 + row) % 5 === 0),
      ]),
    );
    project(order, Object.fromEntries(imports));
    const { picture } = draw();
    const boxes = boxesIn(picture);
    expect(boxes).toHaveLength(order.flat().length + 1);
    expect(boxes.filter((box) => boxes.some((other) => other !== box && overlap(box, other)))).toEqual([]);
    const points = pointsOfLines(picture);
    expect(points.length).toBeGreaterThan(1000);
    expect(points.filter((point) => boxes.some((box) => overlap(box, { ...point, width: 0, height: 0 })))).toEqual([]);
  });
});

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

function boxesIn(picture: string): Area[] {
  const boxes = picture.matchAll(
    /^ {2}<rect class="(?:app|feature|engine)" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)" rx="8"/gm,
  );
  return [...boxes].map(([, ...numbers]) => {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
    return { x, y, width, height };
  });
}

/** Lines may touch a box's edge. */
function overlap(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Twenty of each piece of each line: it goes straight down or curves as a cubic Bézier does. */
function pointsOfLines(picture: string): { x: number; y: number }[] {
  const points: { x: number; y: number }[] = [];
  for (const [, path = ''] of picture.matchAll(/class="line" d="([^"]+)"/g)) {
    let [x, y] = [0, 0];
    for (const [, letter, rest = ''] of path.matchAll(/([MVC])([^MVC]+)/g)) {
      const numbers = rest.trim().split(/\s+/).map(Number);
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] =
        letter === 'C' ? numbers : letter === 'V' ? straight(x, y, numbers) : [];
      if (letter === 'M') [x = 0, y = 0] = numbers;
      else {
        for (let step = 0; step <= 20; step += 1) {
          const t = step / 20;
          const at = (p: number, q: number, r: number, s: number) =>
            (1 - t) ** 3 * p + 3 * (1 - t) ** 2 * t * q + 3 * (1 - t) * t ** 2 * r + t ** 3 * s;
          points.push({ x: at(x, a, c, e), y: at(y, b, d, f) });
        }
        [x, y] = [e, f];
      }
    }
  }
  return points;
}

function straight(x: number, y: number, [end = 0]: number[]): number[] {
  return [x, y, x, end, x, end];
}
