import { createHash } from 'node:crypto';

/** Ours, made once. */
const NAMESPACE = '8a6f0f0e-3f2b-4e57-9d3c-5c1d7a0b62e4';

/** The id of a kind of the catalogue: the same in every registry. */
export function catalogueId(code: string): string {
  return nameBasedUuid(NAMESPACE, code);
}

/** A UUID version 5 (RFC 9562, 5.5). */
export function nameBasedUuid(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
