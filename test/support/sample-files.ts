import { randomBytes } from 'node:crypto';
import sharp from 'sharp';

export interface SampleFile {
  mime: string;
  filename: string;
  bytes: Buffer<ArrayBuffer>;
}

/** A real one-page PDF; `size` fills it up with a comment that nothing compresses. */
export function pdf(size = 0): SampleFile {
  const start = Buffer.from(
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
      '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n',
  );
  const end = Buffer.from('\ntrailer<</Root 1 0 R/Size 4>>\n%%EOF\n');
  const filling = randomBytes(Math.max(0, size - start.length - end.length));
  return { mime: 'application/pdf', filename: 'scan.pdf', bytes: Buffer.concat([start, filling, end]) };
}

export async function image(format: 'jpeg' | 'png' | 'webp' | 'tiff', side = 64): Promise<SampleFile> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const picture = sharp({ create: { width: side, height: side, channels: 3, background: '#345', noise } });
  const bytes = Buffer.from(await picture.toFormat(format).toBuffer());
  return { mime: `image/${format}`, filename: `scan.${format}`, bytes };
}

/** The beginning that phones write (ISO/IEC 23008-12); no encoder for HEIC comes with the tests. */
export function heic(brand = 'heic'): SampleFile {
  const fileType = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}\0\0\0\0mif1heic`, 'latin1')]);
  return { mime: 'image/heic', filename: 'IMG_0001.HEIC', bytes: Buffer.concat([fileType, randomBytes(2000)]) };
}

/** A page of HTML; not a PDF, whatever it is called. */
export function html(): Buffer<ArrayBuffer> {
  return Buffer.from('<!doctype html><html><body><script>alert(1)</script></body></html>');
}
