import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type/node';

/** What file-type asks for to recognise every format it knows. */
const HEAD_BYTES = 4100;

/** Classic and BigTIFF, both byte orders. */
const TIFF_HEADERS = ['49492a00', '4d4d002a', '49492b00', '4d4d002b'];

/** What file-type may find in a file that was announced as the key. Types that are not listed must be found as they are. */
const ALSO_KNOWN_AS: Record<string, string[]> = {
  // The brands heic and heix, heif (`mif1`) and their sequences: all are HEIC to the people who send them.
  'image/heic': ['image/heif', 'image/heic-sequence', 'image/heif-sequence'],
  // An animated PNG is a PNG to everything that cannot animate.
  'image/png': ['image/apng'],
};

export interface FileFacts {
  size: number;
  /** Lower-case hex. */
  sha256: string;
  /** By the first bytes; null when they belong to nothing known. */
  detectedType: string | null;
}

/** Reads a stream once, to its end, and keeps no more of it than its beginning. */
export async function inspect(stream: Readable): Promise<FileFacts> {
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (size < HEAD_BYTES) head.push(Buffer.from(chunk.subarray(0, HEAD_BYTES - size)));
    size += chunk.length;
    hash.update(chunk);
  }
  return { size, sha256: hash.digest('hex'), detectedType: await detectType(Buffer.concat(head)) };
}

/** True when a file that was announced as `declared` may be what was found. */
export function isDeclaredType(declared: string, detected: string | null): boolean {
  return detected !== null && (detected === declared || (ALSO_KNOWN_AS[declared] ?? []).includes(detected));
}

async function detectType(head: Buffer): Promise<string | null> {
  // A file made to confuse the parser is a file of no known type.
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (found) return found.mime;
  // file-type follows the offset of a TIFF's directory, which often lies at the end of the file and so outside the head.
  return TIFF_HEADERS.includes(head.toString('hex', 0, 4)) ? 'image/tiff' : null;
}
