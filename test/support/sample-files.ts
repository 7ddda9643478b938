import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

export interface SampleFile {
  mime: string;
  filename: string;
  bytes: Buffer<ArrayBuffer>;
}

/** A real one-page PDF; `size` fills it up to exactly so many bytes with a stream that nothing compresses. */
export function pdf(size = 0): SampleFile {
  const empty = pdfAround(0);
  // A PDF states its lengths itself, and so has more digits the longer it is; what is left over is padded.
  const filling = Math.max(0, size - empty.head.length - empty.tail.length - 20);
  const { head, tail } = pdfAround(filling);
  const padding = Buffer.alloc(Math.max(0, size - head.length - filling - tail.length), '\n');
  const bytes = Buffer.concat([head, randomBytes(filling), tail, padding]);
  return { mime: 'application/pdf', filename: 'scan.pdf', bytes };
}

/** A real PDF of so many pages. */
export function pdfOf(pages: number): SampleFile {
  const kids = Array.from({ length: pages }, (_, index) => `${index + 3} 0 R`);
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids.join(' ')}]/Count ${pages}>>`,
    ...kids.map(() => '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>'),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const xref = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  const end = `trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
  return { mime: 'application/pdf', filename: 'pages.pdf', bytes: Buffer.from(text + xref + end) };
}

function pdfAround(filling: number): { head: Buffer; tail: Buffer } {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>',
    `<</Length ${filling}>>stream\n`,
  ];
  let head = '%PDF-1.4\n';
  let table = '0000000000 65535 f \n';
  for (const [index, object] of objects.entries()) {
    table += `${String(head.length).padStart(10, '0')} 00000 n \n`;
    head += `${index + 1} 0 obj\n${object}${index < 3 ? '\nendobj\n' : ''}`;
  }
  const end = '\nendstream\nendobj\n';
  const start = head.length + filling + end.length;
  const tail = `${end}xref\n0 5\n${table}trailer<</Size 5/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`;
  return { head: Buffer.from(head), tail: Buffer.from(tail) };
}

export async function image(format: 'jpeg' | 'png' | 'webp' | 'tiff', side = 64): Promise<SampleFile> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const picture = sharp({ create: { width: side, height: side, channels: 3, background: '#345', noise } });
  const bytes = Buffer.from(await picture.toFormat(format).toBuffer());
  return { mime: `image/${format}`, filename: `scan.${format}`, bytes };
}

/** As a phone takes it (ISO/IEC 23008-12); no encoder for HEIC comes with the tests. */
export function heic(brand = 'heic'): SampleFile {
  const bytes = Buffer.from(readFileSync(join(__dirname, '../fixtures/phone.heic')));
  bytes.write(brand, 8, 'latin1');
  return { mime: 'image/heic', filename: 'IMG_0001.HEIC', bytes };
}

/** A page of HTML; not a PDF, whatever it is called. */
export function html(): Buffer<ArrayBuffer> {
  return Buffer.from('<!doctype html><html><body><script>alert(1)</script></body></html>');
}
