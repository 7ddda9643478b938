/** Decoded pixels in rows that may have padding at their ends. */
export interface PaddedPixels {
  data: Uint8Array;
  width: number;
  height: number;
  /** Bytes from one row to the next. */
  stride: number;
  /** RGB or RGBA, one byte each. */
  channels: 3 | 4;
  /** ICC profile, empty when there is none. */
  profile: Uint8Array;
}

const ROWS_PER_STRIP = 64;
const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;
const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;

/** An uncompressed TIFF around the pixels (TIFF 6.0): sharp takes a colour profile from a file only, not beside raw pixels. */
export function wrapInTiff({ data, width, height, stride, channels, profile }: PaddedPixels): Buffer {
  const rowBytes = width * channels;
  const strips = Math.ceil(height / ROWS_PER_STRIP);
  const entries: [tag: number, type: number, values: number[] | Uint8Array][] = [
    [256, LONG, [width]],
    [257, LONG, [height]],
    [258, SHORT, Array<number>(channels).fill(8)],
    [259, SHORT, [1]], // not compressed
    [262, SHORT, [2]], // RGB
    [273, LONG, Array<number>(strips).fill(0)], // where the strips begin; known below
    [277, SHORT, [channels]],
    [278, LONG, [ROWS_PER_STRIP]],
    [279, LONG, Array.from({ length: strips }, (_, strip) => rowsOf(strip, height) * rowBytes)],
    [284, SHORT, [1]], // the channels of a pixel lie together
  ];
  if (channels === 4) entries.push([338, SHORT, [2]]); // alpha, not multiplied in
  if (profile.length > 0) entries.push([34_675, UNDEFINED, profile]);

  const directoryBytes = 2 + entries.length * ENTRY_BYTES + 4;
  const outside = entries.reduce((sum, [, type, values]) => sum + roundUp(bytesOf(type, values)), 0);
  const pixelsAt = HEADER_BYTES + directoryBytes + outside;
  const tiff = Buffer.alloc(pixelsAt + rowBytes * height);
  const strips273 = entries.find(([tag]) => tag === 273)?.[2] as number[];
  for (let strip = 0; strip < strips; strip += 1) strips273[strip] = pixelsAt + strip * ROWS_PER_STRIP * rowBytes;

  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(HEADER_BYTES, 4);
  tiff.writeUInt16LE(entries.length, HEADER_BYTES);
  let entryAt = HEADER_BYTES + 2;
  let outsideAt = HEADER_BYTES + directoryBytes;
  for (const [tag, type, values] of entries) {
    const size = bytesOf(type, values);
    tiff.writeUInt16LE(tag, entryAt);
    tiff.writeUInt16LE(type, entryAt + 2);
    tiff.writeUInt32LE(values.length, entryAt + 4);
    const isInside = size <= 4;
    if (!isInside) tiff.writeUInt32LE(outsideAt, entryAt + 8);
    writeValues(tiff, isInside ? entryAt + 8 : outsideAt, type, values);
    if (!isInside) outsideAt += roundUp(size);
    entryAt += ENTRY_BYTES;
  }
  for (let row = 0; row < height; row += 1) {
    tiff.set(data.subarray(row * stride, row * stride + rowBytes), pixelsAt + row * rowBytes);
  }
  return tiff;
}

function rowsOf(strip: number, height: number): number {
  return Math.min(ROWS_PER_STRIP, height - strip * ROWS_PER_STRIP);
}

function bytesOf(type: number, values: number[] | Uint8Array): number {
  return values.length * (type === LONG ? 4 : type === SHORT ? 2 : 1);
}

function writeValues(tiff: Buffer, at: number, type: number, values: number[] | Uint8Array): void {
  if (values instanceof Uint8Array) tiff.set(values, at);
  else if (type === LONG) values.forEach((value, index) => tiff.writeUInt32LE(value, at + 4 * index));
  else values.forEach((value, index) => tiff.writeUInt16LE(value, at + 2 * index));
}

/** Values begin on even bytes. */
function roundUp(size: number): number {
  return size + (size % 2);
}
