import { crc32, deflateRawSync } from 'node:zlib';

/** A ZIP archive of one compressed file (APPNOTE.TXT 4.3). */
export function zip(filename: string, content: Buffer): Buffer {
  const name = Buffer.from(filename);
  const packed = deflateRawSync(content);
  // Version 2.0, no flags, deflate, no date; then sums and lengths. In the directory too, but for the version that made it.
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(8, 4);
  facts.writeUInt32LE(crc32(content), 10);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(content.length, 18);
  facts.writeUInt16LE(name.length, 22);
  const file = Buffer.concat([Buffer.from('PK\x03\x04'), facts, name, packed]);
  const directory = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), facts, Buffer.alloc(14), name]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(file.length, 12);
  return Buffer.concat([file, directory, Buffer.from('PK\x05\x06'), end]);
}
