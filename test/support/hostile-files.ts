import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { encrypted, page, pdfOf, SCRIPT, stream, withImage, withObjectStream, written } from './hostile-pdfs';
import {
  chunk,
  greyPage,
  jpegOfScans,
  jpegThatClaims,
  noise,
  packedZeros,
  png,
  tiff,
  withSegment,
  zip,
} from './hostile-pictures';
import { html, pdf } from './sample-files';

const PDF = 'application/pdf';
const JPEG = 'image/jpeg';
const PNG = 'image/png';
const WEBP = 'image/webp';
const TIFF = 'image/tiff';
const HEIC = 'image/heic';
const MAX_BYTES = 25_000_000;

/** A file as strangers send them, and what must become of it. */
export interface HostileFile {
  name: string;
  mime: string;
  /** `file` when left out. */
  filename?: string;
  bytes: () => Buffer | Promise<Buffer>;
  /** As announced; the true one when left out. */
  size?: number;
  /** As the table shows it: at which step it ends, and how. */
  expected: string;
}

const phone = readFileSync(join(__dirname, '../fixtures/phone.heic'));
const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
};
const jpeg = once(() => noise(300).jpeg().toBuffer());
const smallPng = once(() => noise(40).png().toBuffer());
const part = async (whole: Buffer | Promise<Buffer>, share: number) => {
  const bytes = await whole;
  return bytes.subarray(0, Math.floor(bytes.length * share));
};
const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="file:///etc/passwd"/></svg>',
);
const jar = () => zip('META-INF/MANIFEST.MF', Buffer.from('Main-Class: Evil\n'));

const UNREADABLE = 'failed: file_not_readable';
const TOO_COMPLEX = 'failed: file_too_complex';
const MISMATCH = 'finalize 422: content_type_mismatch';
const BAD_REQUEST = 'intent 400: invalid_request';

const NAMES: HostileFile[] = [
  ['a path upwards', '../../etc/passwd.png', BAD_REQUEST],
  ['a path of Windows', '..\\windows\\system.ini', BAD_REQUEST],
  ['a line break', 'scan\r\nSet-Cookie: a=b.png', BAD_REQUEST],
  ['a NUL', 'scan.png\0.exe', BAD_REQUEST],
  ['no name', '', BAD_REQUEST],
  ['256 characters', 'a'.repeat(256), BAD_REQUEST],
  ['255 characters', `${'a'.repeat(251)}.png`, 'ready'],
  ['255 emoji', '🛳'.repeat(127), 'ready'],
  ['dots only', '..', 'ready'],
  // It shows another ending than it has.
  ['a right-to-left override', 'scan\u202egnp.exe', BAD_REQUEST],
  ['an emoji and quotes', '🧾 "scan"; filename=evil.html.png', 'ready'],
  ['HTML', '<img src=x onerror=alert(1)>.png', 'ready'],
].map(([name, filename, expected]) => ({
  name: `name: ${name}`,
  mime: PNG,
  filename,
  bytes: smallPng,
  expected: expected as string,
}));

const SIZES: HostileFile[] = [
  { name: 'empty', mime: PDF, bytes: () => Buffer.alloc(0), expected: BAD_REQUEST },
  { name: 'one byte', mime: PDF, bytes: () => Buffer.from('%'), expected: MISMATCH },
  {
    name: '25 MB and one byte',
    mime: PDF,
    bytes: () => Buffer.alloc(0),
    size: MAX_BYTES + 1,
    expected: 'intent 413: file_too_large',
  },
  { name: '25 MB', mime: PDF, bytes: () => pdf(MAX_BYTES).bytes, expected: 'ready' },
  {
    name: 'longer than announced',
    mime: PDF,
    bytes: () => pdf(6000).bytes,
    size: 5000,
    expected: 'post 413: upload_too_large',
  },
  {
    name: 'shorter than announced',
    mime: PDF,
    bytes: () => pdf(5000).bytes,
    size: 6000,
    expected: 'post 400: upload_incomplete',
  },
  { name: 'noise', mime: JPEG, bytes: () => randomBytes(10_000), expected: MISMATCH },
];

const OTHER_TYPES: HostileFile[] = [
  { name: 'HTML announced as HTML', mime: 'text/html', bytes: html, expected: 'intent 415: file_type_not_supported' },
  {
    name: 'SVG announced as SVG',
    mime: 'image/svg+xml',
    bytes: () => svg,
    expected: 'intent 415: file_type_not_supported',
  },
  { name: 'HTML as PDF', mime: PDF, bytes: html, expected: MISMATCH },
  { name: 'SVG as PNG', mime: PNG, bytes: () => svg, expected: MISMATCH },
  {
    name: 'Windows program as PDF',
    mime: PDF,
    bytes: () => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(4000)]),
    expected: MISMATCH,
  },
  {
    name: 'Linux program as JPEG',
    mime: JPEG,
    bytes: () => readFileSync(process.execPath).subarray(0, 40_000),
    expected: MISMATCH,
  },
  {
    name: 'Word file as PDF',
    mime: PDF,
    bytes: () => zip('word/document.xml', Buffer.from('<w:document/>')),
    expected: MISMATCH,
  },
  { name: 'zip bomb as PDF', mime: PDF, bytes: () => zip('0', Buffer.alloc(50_000_000)), expected: MISMATCH },
  { name: 'GIF as PNG', mime: PNG, bytes: () => noise(40).gif().toBuffer(), expected: MISMATCH },
  { name: 'PDF as JPEG', mime: JPEG, bytes: () => pdf().bytes, expected: MISMATCH },
  { name: 'JPEG as PDF', mime: PDF, bytes: jpeg, expected: MISMATCH },
  { name: 'PNG as WebP', mime: WEBP, bytes: smallPng, expected: MISMATCH },
  { name: 'AVIF as HEIC', mime: HEIC, bytes: () => noise(64).avif({ effort: 0 }).toBuffer(), expected: MISMATCH },
  {
    name: 'HEIC that begins like one only',
    mime: HEIC,
    bytes: () => Buffer.concat([phone.subarray(0, 32), randomBytes(4000)]),
    expected: UNREADABLE,
  },
  {
    name: 'film as HEIC',
    mime: HEIC,
    bytes: () => Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp41', 'latin1'), randomBytes(4000)]),
    expected: MISMATCH,
  },
];

const POLYGLOTS: HostileFile[] = [
  { name: 'PDF and HTML', mime: PDF, bytes: () => Buffer.concat([page({}), html()]), expected: 'ready' },
  { name: 'HTML, then PDF', mime: PDF, bytes: () => Buffer.concat([html(), page({})]), expected: MISMATCH },
  { name: 'PDF and ZIP', mime: PDF, bytes: () => Buffer.concat([page({}), jar()]), expected: 'ready' },
  {
    name: 'GIFAR',
    mime: JPEG,
    bytes: async () => Buffer.concat([await noise(40).gif().toBuffer(), jar()]),
    expected: MISMATCH,
  },
  { name: 'JPEG and JAR', mime: JPEG, bytes: async () => Buffer.concat([await jpeg(), jar()]), expected: 'ready' },
  {
    name: 'JPEG with a PDF in a comment',
    mime: JPEG,
    bytes: async () => withSegment(await jpeg(), 0xfe, page({})),
    expected: 'ready',
  },
  {
    name: 'the same, announced as PDF',
    mime: PDF,
    bytes: async () => withSegment(await jpeg(), 0xfe, page({})),
    expected: MISMATCH,
  },
  {
    name: 'JPEG with HTML in a comment',
    mime: JPEG,
    bytes: async () => withSegment(await jpeg(), 0xfe, html()),
    expected: 'ready',
  },
  {
    name: 'PNG with a script in its text',
    mime: PNG,
    bytes: () =>
      png({ width: 8, height: 8, colour: 0 }, deflateSync(Buffer.alloc(72)), [
        chunk('tEXt', Buffer.from('Comment\0<?php system($_GET[0]); ?><script>alert(1)</script>')),
      ]),
    expected: 'ready',
  },
];

const TRUNCATED: HostileFile[] = [
  {
    name: 'JPEG, first 200 bytes',
    mime: JPEG,
    bytes: async () => (await jpeg()).subarray(0, 200),
    expected: UNREADABLE,
  },
  { name: 'JPEG, half', mime: JPEG, bytes: () => part(jpeg(), 0.5), expected: UNREADABLE },
  { name: 'JPEG, all but the end', mime: JPEG, bytes: () => part(jpeg(), 0.99), expected: UNREADABLE },
  { name: 'PNG, header only', mime: PNG, bytes: async () => (await smallPng()).subarray(0, 33), expected: UNREADABLE },
  { name: 'PNG, half', mime: PNG, bytes: () => part(smallPng(), 0.5), expected: UNREADABLE },
  { name: 'WebP, half', mime: WEBP, bytes: () => part(noise(200).webp().toBuffer(), 0.5), expected: UNREADABLE },
  { name: 'TIFF, half', mime: TIFF, bytes: () => part(noise(200).tiff().toBuffer(), 0.5), expected: UNREADABLE },
  {
    name: 'TIFF, second page cut',
    mime: TIFF,
    bytes: () => tiff([greyPage(40, 40), greyPage(4000, 4000)], Buffer.alloc(4000)),
    expected: UNREADABLE,
  },
  { name: 'HEIC, a tenth', mime: HEIC, bytes: () => phone.subarray(0, 3300), expected: UNREADABLE },
  { name: 'HEIC, half', mime: HEIC, bytes: () => part(Promise.resolve(phone), 0.5), expected: UNREADABLE },
  {
    name: 'HEIC, all but the end',
    mime: HEIC,
    bytes: () => phone.subarray(0, phone.length - 400),
    expected: UNREADABLE,
  },
  {
    name: 'PDF, half',
    mime: PDF,
    bytes: () =>
      part(
        written({}, (d) => d.text('x'.repeat(500))),
        0.5,
      ),
    expected: UNREADABLE,
  },
  {
    name: 'PDF whose table is elsewhere',
    mime: PDF,
    bytes: () =>
      Buffer.from(
        page({})
          .toString('latin1')
          .replace(/startxref\n\d+/, 'startxref\n7'),
        'latin1',
      ),
    expected: 'ready pdf_damaged',
  },
  { name: 'PDF, first line only', mime: PDF, bytes: () => Buffer.from('%PDF-1.7\n%%EOF\n'), expected: UNREADABLE },
];

const PICTURES: HostileFile[] = [
  {
    name: 'PNG of 50,000 x 50,000',
    mime: PNG,
    bytes: () => png({ width: 50_000, height: 50_000, depth: 1, colour: 0 }, packedZeros(299)),
    expected: TOO_COMPLEX,
  },
  {
    name: 'PNG that claims 2^31 - 1',
    mime: PNG,
    bytes: () => png({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 }, deflateSync(Buffer.alloc(100))),
    expected: UNREADABLE,
  },
  {
    name: 'PNG with a bomb behind its pixels',
    mime: PNG,
    bytes: () => png({ width: 100, height: 100 }, packedZeros(400)),
    expected: 'ready',
  },
  {
    name: 'PNG with a bomb as text',
    mime: PNG,
    bytes: async () =>
      png({ width: 8, height: 8, colour: 0 }, deflateSync(Buffer.alloc(72)), [
        chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), packedZeros(400)])),
      ]),
    expected: 'ready',
  },
  {
    name: 'PNG with a bomb as colour profile',
    mime: PNG,
    bytes: async () =>
      png({ width: 8, height: 8, colour: 0 }, deflateSync(Buffer.alloc(72)), [
        chunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), packedZeros(400)])),
      ]),
    expected: 'ready',
  },
  {
    name: 'PNG with a wrong checksum',
    mime: PNG,
    bytes: async () => {
      const bytes = Buffer.from(await smallPng());
      bytes[bytes.length - 20]! ^= 0xff;
      return bytes;
    },
    expected: UNREADABLE,
  },
  {
    name: 'JPEG that claims 65,500 x 65,500',
    mime: JPEG,
    bytes: async () => jpegThatClaims(await jpeg(), 65_500, 65_500),
    expected: TOO_COMPLEX,
  },
  {
    name: 'JPEG that claims 9,900 x 9,900',
    mime: JPEG,
    bytes: async () => jpegThatClaims(await jpeg(), 9900, 9900),
    expected: 'ready',
  },
  {
    name: 'JPEG that claims no height',
    mime: JPEG,
    bytes: async () => jpegThatClaims(await jpeg(), 300, 0),
    expected: UNREADABLE,
  },
  {
    name: 'JPEG of 9,000 x 9,000 in 20,000 scans',
    mime: JPEG,
    bytes: () => jpegOfScans(9000, 20_000),
    expected: UNREADABLE,
  },
  {
    name: 'JPEG with a broken colour profile',
    mime: JPEG,
    bytes: async () =>
      withSegment(await jpeg(), 0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01'), randomBytes(500)])),
    expected: 'ready',
  },
  {
    name: 'JPEG with broken Exif',
    mime: JPEG,
    bytes: async () =>
      withSegment(
        await jpeg(),
        0xe1,
        Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\x08\xff\xff', 'latin1'), randomBytes(500)]),
      ),
    expected: 'ready',
  },
  { name: 'CMYK JPEG', mime: JPEG, bytes: () => noise(64).toColourspace('cmyk').jpeg().toBuffer(), expected: 'ready' },
  { name: 'one pixel', mime: PNG, bytes: () => noise(1).png().toBuffer(), expected: 'ready' },
  { name: '1 x 16,000', mime: PNG, bytes: () => noise(1, 16_000).png().toBuffer(), expected: 'ready' },
  { name: '40,000 x 1', mime: PNG, bytes: () => noise(40_000, 1).png().toBuffer(), expected: 'ready' },
  {
    name: 'animated WebP',
    mime: WEBP,
    bytes: async () => {
      const frames = await Promise.all([noise(40).png().toBuffer(), noise(40).png().toBuffer()]);
      return sharp(frames, { join: { animated: true } })
        .webp()
        .toBuffer();
    },
    expected: 'ready',
  },
  {
    name: 'WebP that claims 16,384 x 16,384',
    mime: WEBP,
    bytes: async () => {
      const bytes = Buffer.from(await noise(40).webp({ lossless: true }).toBuffer());
      const at = bytes.indexOf('VP8L') + 9;
      bytes.writeUInt32LE(((bytes.readUInt32LE(at) & 0xf0000000) | 0x0fffffff) >>> 0, at);
      return bytes;
    },
    expected: UNREADABLE,
  },
  {
    name: 'TIFF whose directories go round',
    mime: TIFF,
    bytes: () => tiff([greyPage(8, 8), greyPage(8, 8)], undefined, 8),
    expected: 'ready',
  },
  {
    name: 'TIFF whose second directory is nowhere',
    mime: TIFF,
    bytes: () => tiff([greyPage(8, 8)], undefined, 0x7fffffff),
    expected: UNREADABLE,
  },
  {
    name: 'TIFF that claims 60,000 x 60,000',
    mime: TIFF,
    bytes: () => tiff([greyPage(60_000, 60_000)]),
    expected: TOO_COMPLEX,
  },
  { name: 'TIFF without a width', mime: TIFF, bytes: () => tiff([greyPage(0, 8)]), expected: UNREADABLE },
  {
    name: 'TIFF of 3,000 pages',
    mime: TIFF,
    bytes: () => tiff(Array.from({ length: 3000 }, () => greyPage(8, 8))),
    expected: TOO_COMPLEX,
  },
  {
    name: 'TIFF with a second page of 60,000 x 60,000',
    mime: TIFF,
    bytes: () => tiff([greyPage(8, 8), greyPage(60_000, 60_000)]),
    expected: TOO_COMPLEX,
  },
  {
    name: 'HEIC with bits turned',
    mime: HEIC,
    bytes: () => {
      const bytes = Buffer.from(phone);
      for (let at = 3000; at < bytes.length; at += 97) bytes[at]! ^= 0x55;
      return bytes;
    },
    expected: 'ready',
  },
  {
    name: 'HEIC that claims 65,535 x 65,535',
    mime: HEIC,
    bytes: () => {
      const bytes = Buffer.from(phone);
      const at = bytes.indexOf('ispe') + 8;
      bytes.writeUInt32BE(65_535, at);
      bytes.writeUInt32BE(65_535, at + 4);
      return bytes;
    },
    expected: TOO_COMPLEX,
  },
];

const PDFS: HostileFile[] = [
  {
    name: 'PDF that asks for a password',
    mime: PDF,
    bytes: () => encrypted({ userPassword: 'open', ownerPassword: 'change' }),
    expected: 'failed: file_password_protected',
  },
  {
    name: 'PDF encrypted without a password',
    mime: PDF,
    bytes: () => encrypted({ ownerPassword: 'change' }),
    expected: 'ready pdf_encrypted',
  },
  {
    name: 'PDF that runs a script when opened',
    mime: PDF,
    bytes: () => page({ catalogue: `/OpenAction${SCRIPT}` }),
    expected: 'ready pdf_javascript',
  },
  {
    name: 'PDF with a list of scripts',
    mime: PDF,
    bytes: () => page({ catalogue: `/Names<</JavaScript<</Names[(a) ${SCRIPT}]>>>>` }),
    expected: 'ready pdf_javascript',
  },
  {
    name: 'PDF with a script on a page',
    mime: PDF,
    bytes: () => page({ entries: `/AA<</O${SCRIPT}>>` }),
    expected: 'ready pdf_javascript',
  },
  {
    name: 'PDF with a script spelled otherwise',
    mime: PDF,
    bytes: () => page({ catalogue: '/OpenAction<</S/J#61vaScrip#74/JS(1)>>' }),
    expected: 'ready pdf_javascript',
  },
  {
    name: 'PDF with a script in an object stream',
    mime: PDF,
    bytes: () => withObjectStream(SCRIPT, '/OpenAction 5 0 R'),
    expected: 'ready pdf_javascript',
  },
  {
    name: 'PDF with a file in it',
    mime: PDF,
    bytes: () => written({}, (d) => d.file(Buffer.from('MZ evil'), { name: 'invoice.exe' })),
    expected: 'ready pdf_attachments',
  },
  {
    name: 'PDF that starts a program',
    mime: PDF,
    bytes: () => page({ catalogue: '/OpenAction<</S/Launch/F(cmd.exe)>>' }),
    expected: 'ready pdf_launch',
  },
  {
    name: 'PDF with an XFA form',
    mime: PDF,
    bytes: () =>
      page({
        catalogue: '/AcroForm<</Fields[]/XFA 5 0 R>>',
        more: [stream('<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"/>')],
      }),
    expected: 'ready pdf_xfa',
  },
  {
    name: 'PDF without pages',
    mime: PDF,
    bytes: () => pdfOf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[]/Count 0>>']),
    expected: UNREADABLE,
  },
  {
    name: 'PDF whose pages go round',
    mime: PDF,
    bytes: () => pdfOf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[2 0 R 2 0 R]/Count 4>>']),
    expected: UNREADABLE,
  },
  {
    name: 'PDF that claims 2,000,000,000 pages',
    mime: PDF,
    bytes: () =>
      pdfOf([
        '<</Type/Catalog/Pages 2 0 R>>',
        '<</Type/Pages/Kids[3 0 R]/Count 2000000000>>',
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>',
      ]),
    expected: 'ready',
  },
  {
    name: 'PDF of 3,000 pages',
    mime: PDF,
    bytes: () =>
      pdfOf([
        '<</Type/Catalog/Pages 2 0 R>>',
        `<</Type/Pages/Kids[${'3 0 R '.repeat(3000)}]/Count 3000>>`,
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>',
      ]),
    expected: TOO_COMPLEX,
  },
  {
    name: 'PDF page of 10^9 points',
    mime: PDF,
    bytes: () => page({ box: '0 0 1000000000 1000000000' }),
    expected: 'ready',
  },
  {
    name: 'PDF page of 0.001 x 10^6 points',
    mime: PDF,
    bytes: () => page({ box: '0 0 0.001 1000000' }),
    expected: 'ready',
  },
  { name: 'PDF page of no size', mime: PDF, bytes: () => page({ box: '0 0 0 0' }), expected: 'ready' },
  {
    name: 'PDF nested 200,000 deep',
    mime: PDF,
    bytes: () => page({ entries: `/X${'['.repeat(200_000)}${']'.repeat(200_000)}` }),
    expected: 'ready',
  },
  {
    name: 'PDF with a bomb as content',
    mime: PDF,
    bytes: () => page({ content: stream(packedZeros(1500), '/Filter/FlateDecode') }),
    expected: TOO_COMPLEX,
  },
  {
    name: 'PDF with a bomb in a bomb',
    mime: PDF,
    bytes: async () => page({ content: stream(deflateSync(packedZeros(1500)), '/Filter[/FlateDecode/FlateDecode]') }),
    expected: TOO_COMPLEX,
  },
  {
    name: 'PDF with a bomb as object stream',
    mime: PDF,
    bytes: async () => page({ more: [stream(packedZeros(400), '/Type/ObjStm/N 1/First 4/Filter/FlateDecode')] }),
    expected: 'ready pdf_unchecked_parts',
  },
  {
    name: 'PDF whose form draws itself',
    mime: PDF,
    bytes: () =>
      page({
        content: stream('/F Do'),
        entries: '/Resources<</XObject<</F 5 0 R>>>>',
        more: [stream('/F Do', '/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</F 5 0 R>>>>')],
      }),
    expected: 'ready',
  },
  {
    name: 'PDF of forms that double 30 times',
    mime: PDF,
    bytes: () =>
      page({
        content: stream('/F Do'),
        entries: '/Resources<</XObject<</F 5 0 R>>>>',
        more: Array.from({ length: 30 }, (_, n) =>
          stream(
            n === 29 ? '0 0 595 842 re f' : '/F Do /F Do',
            `/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</F ${n + 6} 0 R>>>>`,
          ),
        ),
      }),
    expected: TOO_COMPLEX,
  },
  {
    name: 'PDF with tiles of a hundredth of a point',
    mime: PDF,
    bytes: () =>
      page({
        content: stream('/Pattern cs /P scn 0 0 595 842 re f'),
        entries: '/Resources<</Pattern<</P 5 0 R>>>>',
        more: [
          stream(
            '1 0 0 rg 0 0 1 1 re f',
            '/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.01/YStep 0.01/Resources<<>>',
          ),
        ],
      }),
    expected: TOO_COMPLEX,
  },
  {
    name: 'PDF with a JBIG2 picture that lies',
    mime: PDF,
    bytes: () =>
      withImage(
        '/Width 60000/Height 60000/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/JBIG2Decode',
        randomBytes(500),
      ),
    expected: 'ready',
  },
  {
    name: 'PDF with a JPEG 2000 picture that lies',
    mime: PDF,
    bytes: () =>
      withImage(
        '/Width 60000/Height 60000/Filter/JPXDecode',
        Buffer.concat([Buffer.from('0000000c6a5020200d0a870a', 'hex'), randomBytes(500)]),
      ),
    expected: 'ready',
  },
  {
    name: 'PDF with a JPEG that claims 65,500 x 65,500',
    mime: PDF,
    bytes: async () =>
      withImage(
        '/Width 65500/Height 65500/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/DCTDecode',
        jpegThatClaims(await jpeg(), 65_500, 65_500),
      ),
    expected: 'ready',
  },
];

export const HOSTILE_FILES: HostileFile[] = [
  ...NAMES,
  ...SIZES,
  ...OTHER_TYPES,
  ...POLYGLOTS,
  ...TRUNCATED,
  ...PICTURES,
  ...PDFS,
];
