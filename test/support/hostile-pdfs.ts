import { deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';

/** A PDF of the given objects, numbered from 1, with a right table of contents; number 1 is the catalogue. */
export function pdfOf(objects: (string | Buffer)[], trailer = ''): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  const offsets: number[] = [];
  let length = (parts[0] as Buffer).length;
  const add = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  objects.forEach((object, index) => {
    offsets.push(length);
    add(Buffer.from(`${index + 1} 0 obj\n`));
    add(Buffer.from(object as string, 'latin1'));
    add(Buffer.from('\nendobj\n'));
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const head = `xref\n0 ${size}\n0000000000 65535 f \n${table}`;
  add(Buffer.from(`${head}trailer\n<</Root 1 0 R/Size ${size}${trailer}>>\nstartxref\n${length}\n%%EOF\n`));
  return Buffer.concat(parts);
}

export function stream(data: Buffer | string, dictionary = ''): Buffer {
  const bytes = Buffer.from(data as string, 'latin1');
  return Buffer.concat([
    Buffer.from(`<<${dictionary}/Length ${bytes.length}>>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);
}

export function flateStream(data: Buffer | string, dictionary = ''): Buffer {
  return stream(deflateSync(Buffer.from(data as string, 'latin1')), `${dictionary}/Filter/FlateDecode`);
}

/** One page with the given content. Extra entries go into the catalogue, the page, and after the objects. */
export function page({
  content = stream('0.2 0.4 0.6 rg 72 72 200 200 re f'),
  catalogue = '',
  entries = '',
  box = '0 0 595 842',
  more = [] as (string | Buffer)[],
}): Buffer {
  return pdfOf([
    `<</Type/Catalog/Pages 2 0 R${catalogue}>>`,
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[${box}]/Contents 4 0 R${entries}>>`,
    content,
    ...more,
  ]);
}

export const SCRIPT = '<</S/JavaScript/JS(app.alert\\(1\\))>>';

/** A picture that says of itself what is not so. */
export function withImage(dictionary: string, data: Buffer | string): Buffer {
  return page({
    content: stream('q 400 0 0 400 72 72 cm /Im Do Q'),
    entries: '/Resources<</XObject<</Im 5 0 R>>>>',
    more: [stream(data, `/Type/XObject/Subtype/Image${dictionary}`)],
  });
}

/** Objects 5 and up in an object stream, as PDF 1.5 and later packs them, with the stream of cross references that this needs. */
export function withObjectStream(hidden: string, catalogue: string): Buffer {
  const plain = [
    `<</Type/Catalog/Pages 2 0 R${catalogue}>>`,
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>',
  ];
  const head = '5 0 ';
  const packed = flateStream(head + hidden, `/Type/ObjStm/N 1/First ${head.length}`);
  let body = Buffer.from('%PDF-1.7\n');
  const rows: number[][] = [[0, 0, 255]];
  for (const [index, object] of [...plain, packed].entries()) {
    rows.push([1, body.length, 0]);
    body = Buffer.concat([
      body,
      Buffer.from(`${index + 1} 0 obj\n`),
      Buffer.from(object as string),
      Buffer.from('\nendobj\n'),
    ]);
  }
  rows.push([2, 4, 0], [1, body.length, 0]);
  const references = Buffer.concat(
    rows.map(([type = 0, offset = 0, index = 0]) => Buffer.from([type, offset >> 16, offset >> 8, offset, index])),
  );
  const start = body.length;
  const table = flateStream(references, '/Type/XRef/Size 7/W[1 3 1]/Root 1 0 R');
  return Buffer.concat([body, Buffer.from('6 0 obj\n'), table, Buffer.from(`\nendobj\nstartxref\n${start}\n%%EOF\n`)]);
}

export function encrypted(passwords: { userPassword?: string; ownerPassword: string }): Promise<Buffer> {
  return written({ ...passwords, pdfVersion: '1.7ext3' }, (document) => document.text('Nobody shall read this'));
}

export function written(
  options: PDFKit.PDFDocumentOptions,
  write: (document: PDFKit.PDFDocument) => unknown,
): Promise<Buffer> {
  const document = new PDFDocument(options);
  const chunks: Buffer[] = [];
  const finished = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
  });
  write(document);
  document.end();
  return finished;
}
