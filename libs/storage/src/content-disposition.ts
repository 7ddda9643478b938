/**
 * `attachment` with a file name (RFC 6266). `filename*` carries any letter (RFC 8187); `filename` is the ASCII fallback for
 * clients that do not know it.
 */
export function attachmentDisposition(filename: string): string {
  // Lone surrogates, which UTF-8 cannot carry, become U+FFFD.
  const name = Buffer.from(filename).toString();
  const fallback = name.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${fallback}"; filename*=UTF-8''${encoded}`;
}
