import { PDFiumLibrary } from '@hyzyla/pdfium';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import { desk, SHEET_HEIGHT, SHEET_WIDTH } from './drawing';
import { LAYOUTS } from './layouts';
import type { Paper } from './paper';
import { Random } from './random';

const GRAIN_LENGTH = 16_384;
/** Light is counted in 256ths, and taken to be the same for so many pixels: whole numbers are several times faster. */
const UNIT_BITS = 8;
const UNIT = 2 ** UNIT_BITS;
const RUN = 16;
const OUT_OF_FOCUS = 5;

/** Draws the paper as an A4 PDF. The same paper gives the same bytes. */
export function drawPdf(paper: Paper): Promise<Buffer> {
  return write(paper, 'A4', (sheet) => LAYOUTS[paper.kind](sheet, paper, new Random(paper.seed)));
}

/** Takes pictures of papers as people do with a phone: a little crooked, on a desk, in uneven light. */
export class Photographer {
  private constructor(private readonly pdfium: PDFiumLibrary) {}

  static async start(): Promise<Photographer> {
    return new Photographer(await PDFiumLibrary.init());
  }

  stop(): void {
    this.pdfium.destroy();
  }

  /** A JPEG of the paper's first page; out of focus when nobody shall be able to read it. */
  async photograph(paper: Paper, isOutOfFocus = false): Promise<Buffer> {
    const random = new Random(paper.seed ^ 0x5ca2);
    // The scene is drawn as a PDF of its own, so that the one rendering below also turns the sheet, with smooth edges.
    const scene = await write(paper, sceneSize(random), (sheet) => {
      desk(sheet, random);
      LAYOUTS[paper.kind](sheet, paper, new Random(paper.seed));
    });
    const { data, width, height } = await this.render(scene, random.int(112, 126));
    const exposed = expose(data, width, height, random);
    const picture = sharp(exposed, { raw: { width, height, channels: 3 } });
    if (isOutOfFocus) picture.blur(OUT_OF_FOCUS);
    else if (random.chance(0.3)) picture.blur(random.between(0.4, 0.6));
    return picture.jpeg({ quality: random.int(66, 74) }).toBuffer();
  }

  private async render(pdf: Buffer, dpi: number): Promise<{ data: Uint8Array; width: number; height: number }> {
    const document = await this.pdfium.loadDocument(pdf);
    try {
      return await document.getPage(0).render({ scale: dpi / 72, render: 'bitmap' });
    } finally {
      document.destroy();
    }
  }
}

function write(
  paper: Paper,
  size: 'A4' | [number, number],
  draw: (sheet: PDFKit.PDFDocument) => void,
): Promise<Buffer> {
  const sheet = new PDFDocument({
    size,
    margin: 0,
    info: {
      Title: `${paper.subject}, ${paper.number}`,
      Author: paper.body.name,
      Producer: 'Credence demonstration data',
      Creator: 'Credence demonstration data',
      // Without it pdfkit would write the present time, also into the file's id.
      CreationDate: new Date(`${paper.issueDate}T09:00:00.000Z`),
    },
  });
  const chunks: Buffer[] = [];
  const finished = new Promise<Buffer>((resolve, reject) => {
    sheet.on('data', (chunk: Buffer) => chunks.push(chunk));
    sheet.on('end', () => resolve(Buffer.concat(chunks)));
    sheet.on('error', reject);
  });
  draw(sheet);
  sheet.end();
  return finished;
}

function sceneSize(random: Random): [number, number] {
  const margin = random.between(34, 62);
  return [SHEET_WIDTH + margin, SHEET_HEIGHT + margin];
}

/** From the rendered RGBA to RGB as a small sensor sees it: light that falls off to one side, a tint, and noise. */
function expose(data: Uint8Array, width: number, height: number, random: Random): Uint8ClampedArray {
  const exposed = new Uint8ClampedArray(width * height * 3);
  const brightness = random.between(0.99, 1.06);
  const [falloffX, falloffY] = [random.between(-0.09, 0.09), random.between(-0.12, 0.12)];
  const [red, green, blue] = random.pick([
    [1, 0.985, 0.945],
    [1, 0.97, 0.91],
    [0.965, 0.985, 1],
    [1, 1, 0.985],
  ] as const);
  const noise = random.between(3.5, 6);
  // Drawn once and read from another place in every row: the eye does not see it, and a number per pixel would be slow.
  const grain = Int16Array.from({ length: GRAIN_LENGTH + width }, () => random.between(-noise, noise) * UNIT);
  const dimmest = brightness - Math.abs(falloffY) - Math.abs(falloffX);
  let from = 0;
  let to = 0;
  for (let y = 0; y < height; y++) {
    const rowLight = dimmest + falloffY * ((2 * y) / height - 1);
    let at = random.int(0, GRAIN_LENGTH - 1);
    for (let x = 0; x < width; x += RUN) {
      const light = (rowLight + falloffX * ((2 * x) / width - 1)) * UNIT;
      const lightRed = Math.round(light * red);
      const lightGreen = Math.round(light * green);
      const lightBlue = Math.round(light * blue);
      for (let end = from + 4 * Math.min(RUN, width - x); from < end; from += 4) {
        const speck = grain[at++] as number;
        // A clamped array stays within 0..255 by itself.
        exposed[to++] = ((data[from] as number) * lightRed + speck) >> UNIT_BITS;
        exposed[to++] = ((data[from + 1] as number) * lightGreen + speck) >> UNIT_BITS;
        exposed[to++] = ((data[from + 2] as number) * lightBlue + speck) >> UNIT_BITS;
      }
    }
  }
  return exposed;
}
