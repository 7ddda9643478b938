import { constants, crc32, deflateRawSync } from 'node:zlib';
import sharp from 'sharp';

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

export interface PngShape {
  width: number;
  height: number;
  depth?: number;
  /** 0 grey, 2 RGB, 3 palette, 6 RGBA. */
  colour?: number;
}

/** A PNG whose header says what it is told to say. */
export function png({ width, height, depth = 8, colour = 2 }: PngShape, packed: Buffer, before: Buffer[] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, 0], 8);
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header),
    ...before,
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

const MEGABYTE = 1024 * 1024;

/** So many megabytes of zeros, packed (RFC 1950): one megabyte packed once, and repeated. */
export function packedZeros(megabytes: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(MEGABYTE), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const sum = Buffer.alloc(4);
  // Adler-32 of zeros: the first half stays 1, the second counts the bytes.
  sum.writeUInt32BE((((megabytes * MEGABYTE) % 65_521) * 65_536 + 1) >>> 0);
  const end = Buffer.from('0300', 'hex');
  return Buffer.concat([Buffer.from('78da', 'hex'), ...Array<Buffer>(megabytes).fill(block), end, sum]);
}

/** The same JPEG, with another size in its frame header. */
export function jpegThatClaims(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  const frame = [0xc0, 0xc1, 0xc2].map((marker) => copy.indexOf(Buffer.from([0xff, marker]))).find((at) => at > 0) ?? 0;
  copy.writeUInt16BE(height, frame + 5);
  copy.writeUInt16BE(width, frame + 7);
  return copy;
}

/** A segment right behind the beginning of a JPEG. */
export function withSegment(jpeg: Buffer, marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** A grey progressive JPEG of many scans, each a few bytes long and a walk over the whole picture for the decoder. */
export function jpegOfScans(side: number, scans: number): Buffer {
  const segment = (marker: number, data: number[]) => [
    0xff,
    marker,
    (data.length + 2) >> 8,
    (data.length + 2) & 0xff,
    ...data,
  ];
  const quantization = segment(0xdb, [0, ...Array<number>(64).fill(1)]);
  const frame = segment(0xc2, [8, side >> 8, side & 0xff, side >> 8, side & 0xff, 1, 1, 0x11, 0]);
  const oneCode = (kind: number, symbol: number) => segment(0xc4, [kind, 1, ...Array<number>(15).fill(0), symbol]);
  const scan = (from: number, to: number) => [...segment(0xda, [1, 1, 0, from, to, 0]), 0];
  const head = [0xff, 0xd8, ...quantization, ...frame, ...oneCode(0x00, 0), ...oneCode(0x10, 0)];
  return Buffer.concat([
    Buffer.from(head),
    Buffer.from(scan(0, 0)),
    ...Array.from({ length: scans }, (_, index) => Buffer.from(scan(1 + (index % 63), 1 + (index % 63)))),
    Buffer.from([0xff, 0xd9]),
  ]);
}

export type TiffEntry = [tag: number, type: 3 | 4, value: number];

/** Uncompressed grey TIFF directories, one behind the other; `next` says where the last one leads. */
export function tiff(directories: TiffEntry[][], data = Buffer.alloc(64), next = 0): Buffer {
  const parts = [Buffer.from('49492a0008000000', 'hex')];
  const sizes = directories.map((entries) => 2 + entries.length * 12 + 4);
  const dataAt = 8 + sizes.reduce((sum, size) => sum + size, 0);
  let at = 8;
  directories.forEach((entries, index) => {
    const size = sizes[index] as number;
    const directory = Buffer.alloc(size);
    directory.writeUInt16LE(entries.length, 0);
    entries.forEach(([tag, type, value], number) => {
      const place = 2 + number * 12;
      directory.writeUInt16LE(tag, place);
      directory.writeUInt16LE(type, place + 2);
      directory.writeUInt32LE(1, place + 4);
      directory.writeUInt32LE(tag === 273 ? dataAt : value, place + 8);
    });
    at += size;
    directory.writeUInt32LE(index === directories.length - 1 ? next : at, size - 4);
    parts.push(directory);
  });
  return Buffer.concat([...parts, data]);
}

export function greyPage(width: number, height: number): TiffEntry[] {
  return [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 8],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 0],
    [277, 3, 1],
    [278, 4, height],
    [279, 4, width * height],
  ];
}

/** A ZIP with one entry. */
export function zip(name: string, content: Buffer, claimed = content.length): Buffer {
  const packed = deflateRawSync(content);
  const sum = crc32(content);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(sum, 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(claimed, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\0', 'latin1'),
    common,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

/** A photograph of nothing, that does not compress to nothing. */
export function noise(width: number, height = width): sharp.Sharp {
  return sharp({
    create: { width, height, channels: 3, background: '#345', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
  });
}
