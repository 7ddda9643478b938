import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ObjectStorage } from '#libs/storage';
import { TransferIncomplete } from './transfer.errors';

/** Stores what is read from elsewhere, and reads it back. Answers the SHA-256, hex. @throws TransferIncomplete when the storage gives back something else */
export async function storeVerified(
  storage: ObjectStorage,
  key: string,
  { size, content }: { size: number; content: Readable },
  contentType: string,
): Promise<string> {
  const sent = createHash('sha256');
  await storage.store(key, Readable.from(hashed(content, sent), { objectMode: false }), { size, contentType });
  const sha256 = sent.digest('hex');
  if ((await sha256Of(storage, key)) !== sha256) {
    throw new TransferIncomplete(`${key} was stored and is read back as something else.`);
  }
  return sha256;
}

async function sha256Of(storage: ObjectStorage, key: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of (await storage.read(key)) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

async function* hashed(content: Readable, hash: Hash): AsyncIterable<Buffer> {
  for await (const chunk of content as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield chunk;
  }
}
