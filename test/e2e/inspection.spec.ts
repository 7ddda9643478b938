import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import sharp from 'sharp';
import {
  type Derivative,
  DERIVATIVES,
  fileTooComplex,
  type Inspection,
  INSPECTION_LIMITS,
  type InspectionLimits,
  ProcessFileInspector,
} from '#libs/inspection';
import { page, stream, written } from '../support/hostile-pdfs';
import { greyPage, noise, packedZeros, tiff } from '../support/hostile-pictures';
import { pdf } from '../support/sample-files';

const PDF = 'application/pdf';

Logger.overrideLogger(false);

const inspectorWith = (limits: Partial<InspectionLimits> = {}) =>
  new ProcessFileInspector({ ...INSPECTION_LIMITS, ...limits });

function open(bytes: Buffer, mime: string, inspector = inspectorWith()) {
  return inspector.inspect(Readable.from([bytes]), { mime, sizeBytes: bytes.length });
}

/** Tiles without end: busy for minutes. */
const endless = () =>
  page({
    content: stream('/Pattern cs /P scn 0 0 595 842 re f'),
    entries: '/Resources<</Pattern<</P 5 0 R>>>>',
    more: [
      stream(
        '1 0 0 rg 0 0 1 1 re f',
        '/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.01/YStep 0.01/Resources<<>>',
      ),
    ],
  });

/** Grows to more than a gigabyte. */
const growing = () => page({ content: stream(packedZeros(1500), '/Filter/FlateDecode') });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let round = 0; round < 200 && isAlive(pid); round += 1) await sleep(25);
  return !isAlive(pid);
}

async function started(inspector: ProcessFileInspector): Promise<number> {
  while (inspector.processIds.length === 0) await sleep(5);
  return inspector.processIds[0] as number;
}

describe('a process that opens a file', () => {
  it.each([
    ['time', endless, { cpuSeconds: 0.7 }],
    ['memory', growing, { memoryBytes: 200 * 1024 * 1024 }],
  ])('is killed at the limit of %s, and the file refused, while everything else goes on', async (_, make, limits) => {
    const inspector = inspectorWith(limits);
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const result = open(make(), PDF, inspector);
    const pid = await started(inspector);
    expect(await result).toEqual({ refusal: fileTooComplex });
    delay.disable();
    expect(delay.percentile(90) / 1e6).toBeLessThan(100);
    expect(inspector.processIds).toEqual([]);
    expect(await gone(pid)).toBe(true);
  });

  it('that is slow for another reason than the file is ended, and that is an error and no refusal', async () => {
    const inspector = inspectorWith({ seconds: 0.3 });
    await expect(open(endless(), PDF, inspector)).rejects.toThrow('within 0.3 seconds');
    expect(inspector.processIds).toEqual([]);
  });

  it('ends when the content cannot be read to its end', async () => {
    const inspector = inspectorWith();
    const breaking = new Readable({ read: () => undefined });
    breaking.push(pdf(5000).bytes);
    const result = inspector.inspect(breaking, { mime: PDF, sizeBytes: 10_000 });
    const pid = await started(inspector);
    breaking.destroy(new Error('the storage went away'));
    await expect(result).rejects.toThrow('the storage went away');
    expect(await gone(pid)).toBe(true);
  });

  it.each([4999, 5001])('of a file of 5000 bytes does not decide about %d', async (sizeBytes) => {
    const content = Readable.from([pdf(5000).bytes]);
    await expect(inspectorWith().inspect(content, { mime: PDF, sizeBytes })).rejects.toThrow('not sent the file');
  });

  it('has company of a limited number, and knows no setting of this process', async () => {
    const inspector = inspectorWith({ concurrency: 2 });
    const bytes = await noise(300).jpeg().toBuffer();
    const results = Array.from({ length: 5 }, () => open(bytes, 'image/jpeg', inspector));
    const pid = await started(inspector);
    if (process.platform === 'linux') {
      // Between its fork and its program it is still a copy of this process.
      while (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('inspection')) await sleep(1);
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toBe('');
    }
    let most = 0;
    const counting = setInterval(() => (most = Math.max(most, inspector.processIds.length)), 5);
    expect((await Promise.all(results)).every((result) => 'inspection' in result)).toBe(true);
    clearInterval(counting);
    expect(most).toBe(2);
  });

  it('dies with its parent, even while its decoder is stuck', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'credence-orphan-'));
    const file = join(directory, 'endless.pdf');
    writeFileSync(file, endless());
    const program = `
      const { ProcessFileInspector } = require(${JSON.stringify(join(__dirname, '../../dist/libs/inspection/src/process-file-inspector.js'))});
      const { createReadStream, statSync } = require('node:fs');
      const inspector = new ProcessFileInspector();
      inspector.inspect(createReadStream(process.argv[1]), { mime: '${PDF}', sizeBytes: statSync(process.argv[1]).size });
      setTimeout(() => console.log(inspector.processIds[0]), 300);`;
    const parent = spawn(process.execPath, ['-e', program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(line.toString());
      expect(isAlive(pid)).toBe(true);
      parent.kill('SIGKILL');
      expect(await gone(pid)).toBe(true);
    } finally {
      parent.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

const RED = [200, 40, 40] as const;
const GREEN = [40, 160, 60] as const;
const BLUE = [40, 60, 190] as const;
const YELLOW = [240, 200, 40] as const;

/** A picture with a colour in each corner, as it should be seen. */
function marked(width: number, height: number): sharp.Sharp {
  const side = 60;
  const corner = ([r, g, b]: readonly [number, number, number], left: number, top: number) => ({
    input: { create: { width: side, height: side, channels: 3 as const, background: { r, g, b } } },
    left,
    top,
  });
  return sharp({ create: { width, height, channels: 3, background: '#fff' } }).composite([
    corner(RED, 0, 0),
    corner(GREEN, width - side, 0),
    corner(BLUE, 0, height - side),
    corner(YELLOW, width - side, height - side),
  ]);
}

/** How a camera that is held in this way stores the upright picture (Exif 2.32, orientation). */
async function heldAs(orientation: number, upright: sharp.Sharp): Promise<Buffer> {
  const bytes = await upright.png().toBuffer();
  const turn: Record<number, (picture: sharp.Sharp) => sharp.Sharp> = {
    1: (picture) => picture,
    2: (picture) => picture.flop(),
    3: (picture) => picture.rotate(180),
    6: (picture) => picture.rotate(-90),
    8: (picture) => picture.rotate(90),
  };
  const stored = await (turn[orientation] ?? turn[1])!(sharp(bytes)).png().toBuffer();
  return sharp(stored)
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '59/1 55/1 0/1' } })
    .withMetadata({ orientation, icc: 'p3' })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

async function inspected(bytes: Buffer, mime: string): Promise<Inspection> {
  const result = await open(bytes, mime);
  if ('refusal' in result) throw new Error(result.refusal.code);
  return result.inspection;
}

async function sizesOf({ derivatives }: Inspection): Promise<Record<Derivative, string>> {
  const sizes = DERIVATIVES.map(async (name) => {
    const { format, width, height } = await sharp(derivatives[name]).metadata();
    expect(format).toBe('webp');
    return [name, `${width} x ${height}`];
  });
  return Object.fromEntries(await Promise.all(sizes)) as Record<Derivative, string>;
}

/** The colour a few pixels from each corner. */
async function corners(picture: Buffer): Promise<number[][]> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const inset = Math.floor(Math.min(info.width, info.height) * 0.02);
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  const [right, bottom] = [info.width - 1 - inset, info.height - 1 - inset];
  return [at(inset, inset), at(right, inset), at(inset, bottom), at(right, bottom)];
}

function expectColours(found: number[][], expected: readonly (readonly number[])[]): void {
  const distances = found.map((colour, index) =>
    Math.max(...colour.map((value, channel) => Math.abs(value - (expected[index]?.[channel] ?? 0)))),
  );
  expect({ found, isClose: distances.every((distance) => distance <= 12) }).toEqual({ found, isClose: true });
}

describe('the smaller pictures of a file', () => {
  it.each([1, 2, 3, 6, 8])(
    'are upright, in the right colours, for a photograph of orientation %d',
    async (orientation) => {
      const inspection = await inspected(await heldAs(orientation, marked(900, 1200)), 'image/jpeg');
      expect(inspection).toMatchObject({ width: 900, height: 1200, pageCount: 1, warnings: [] });
      for (const name of DERIVATIVES) {
        expectColours(await corners(inspection.derivatives[name]), [RED, GREEN, BLUE, YELLOW]);
      }
    },
  );

  it('hold nothing but the picture: no place, no camera, no profile', async () => {
    const { derivatives } = await inspected(await heldAs(6, marked(900, 1200)), 'image/jpeg');
    for (const name of DERIVATIVES) {
      const { exif, icc, xmp, iptc, orientation } = await sharp(derivatives[name]).metadata();
      expect({ exif, icc, xmp, iptc, orientation }).toEqual({});
    }
  });

  it('of a HEIC from a telephone are turned once and keep their colours', async () => {
    const bytes = readFileSync(join(__dirname, '../fixtures/phone.heic'));
    const inspection = await inspected(bytes, 'image/heic');
    expect(inspection).toMatchObject({ width: 720, height: 960, pageCount: 1 });
    expect(await sizesOf(inspection)).toEqual({
      thumb: '192 x 256',
      medium: '720 x 960',
      large: '720 x 960',
      preview: '720 x 960',
    });
    expectColours(await corners(inspection.derivatives.large), [RED, GREEN, BLUE, YELLOW]);
  });

  it('have the promised sizes', async () => {
    const inspection = await inspected(await marked(4000, 3000).jpeg().toBuffer(), 'image/jpeg');
    expect(await sizesOf(inspection)).toEqual({
      thumb: '256 x 192',
      medium: '1024 x 768',
      large: '2048 x 1536',
      preview: '1200 x 900',
    });
  });

  it('of a TIFF with three pages show the first, and all three below each other', async () => {
    const pages = [greyPage(600, 400), greyPage(600, 400), greyPage(300, 400)];
    const inspection = await inspected(tiff(pages, Buffer.alloc(600 * 400, 0x40)), 'image/tiff');
    expect(inspection).toMatchObject({ width: 600, height: 400, pageCount: 3 });
    expect((await sizesOf(inspection)).preview).toBe('600 x 1224');
  });

  it('of a PDF with seven pages show five, wide enough to read', async () => {
    const bytes = await written({ size: 'A4', autoFirstPage: false }, (document: PDFKit.PDFDocument) => {
      for (let number = 1; number <= 7; number += 1) document.addPage().text(`Page ${number}`);
    });
    const inspection = await inspected(bytes, PDF);
    expect(inspection).toMatchObject({ width: 595, height: 842, pageCount: 7, warnings: [] });
    expect(await sizesOf(inspection)).toEqual({
      thumb: '181 x 256',
      medium: '724 x 1024',
      large: '1448 x 2048',
      preview: `1200 x ${5 * 1697 + 4 * 12}`,
    });
  });

  it('of a PDF page that is turned stand upright', async () => {
    const colour = ([r, g, b]: readonly [number, number, number]) => `${r / 255} ${g / 255} ${b / 255} rg`;
    const content = stream(
      `${colour(RED)} 0 0 60 60 re f ${colour(GREEN)} 0 782 60 60 re f ${colour(BLUE)} 535 0 60 60 re f ${colour(YELLOW)} 535 782 60 60 re f`,
    );
    const inspection = await inspected(page({ content, entries: '/Rotate 90' }), PDF);
    expect(inspection).toMatchObject({ width: 842, height: 595 });
    expectColours(await corners(inspection.derivatives.large), [RED, GREEN, BLUE, YELLOW]);
  });

  it('show what was filled into a form, and what is transparent as white paper', async () => {
    const field = '<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(x)/F 4/Rect[0 0 595 842]/AP<</N 6 0 R>>>>';
    const appearance = stream('0.784 0.157 0.157 rg 0 0 595 842 re f', '/Type/XObject/Subtype/Form/BBox[0 0 595 842]');
    const form = page({
      catalogue: '/AcroForm<</Fields[5 0 R]>>',
      entries: '/Annots[5 0 R]',
      content: stream(''),
      more: [field, appearance],
    });
    expectColours(await corners((await inspected(form, PDF)).derivatives.thumb), [RED, RED, RED, RED]);
    const transparent = await sharp({ create: { width: 80, height: 80, channels: 4, background: '#0000' } })
      .png()
      .toBuffer();
    const white = [255, 255, 255];
    const { derivatives } = await inspected(transparent, 'image/png');
    expectColours(await corners(derivatives.large), [white, white, white, white]);
  });
});
