import type { Disposition } from './object-storage';

/**
 * What could break out of the header or make a name look like another: control characters, line and paragraph separators, and the marks
 * that turn the direction of writing, with which `exe.fdp` reads as `pdf.exe`.
 */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A disposition with a file name (RFC 6266). `filename*` carries any letter (RFC 8187); `filename` is the ASCII fallback for
 * clients that do not know it.
 */
export function contentDisposition(disposition: Disposition, filename: string): string {
  // Lone surrogates, which UTF-8 cannot carry, become U+FFFD.
  const name = Buffer.from(filename).toString().replace(UNSAFE, '_');
  const fallback = name.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${disposition}; filename="${fallback}"; filename*=UTF-8''${encoded}`;
}
