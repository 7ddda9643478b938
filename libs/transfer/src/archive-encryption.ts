import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { TransferRefused } from './transfer.errors';

/** With a passphrase, or with the public key of somebody who keeps the private one elsewhere. */
export type Lock = { passphrase: string } | { recipient: string };
export type Unlock = { passphrase: string } | { identity: string };

const AGE_HEADER = 'age-encryption.org/';
const SHORTEST_PASSPHRASE = 12;

/** In the format of age (age-encryption.org/v1), which `age -d` reads too. @throws TransferRefused for a key that cannot be used */
export async function encrypted(plain: Readable, lock: Lock): Promise<Readable> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  if ('passphrase' in lock) {
    if (lock.passphrase.length < SHORTEST_PASSPHRASE) {
      throw new TransferRefused(`The passphrase must have at least ${SHORTEST_PASSPHRASE} characters.`);
    }
    encrypter.setPassphrase(lock.passphrase);
  } else {
    try {
      encrypter.addRecipient(lock.recipient);
    } catch {
      throw new TransferRefused('The recipient is no public key of age; it begins with age1.');
    }
  }
  return fromWeb(await encrypter.encrypt(toWeb(plain)));
}

/** @throws TransferRefused when the key is not the one */
export async function decrypted(secret: Readable, unlock: Unlock): Promise<Readable> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  try {
    if ('passphrase' in unlock) decrypter.addPassphrase(unlock.passphrase);
    else decrypter.addIdentity(unlock.identity);
    return fromWeb(await decrypter.decrypt(toWeb(secret)));
  } catch {
    throw new TransferRefused(
      'The backup cannot be opened: the passphrase or the identity is not the one it was made with.',
    );
  }
}

/** By the first bytes of a file. */
export function isEncrypted(head: Buffer): boolean {
  return head.toString('latin1').startsWith(AGE_HEADER);
}

function toWeb(stream: Readable) {
  return Readable.toWeb(stream) as unknown as globalThis.ReadableStream<Uint8Array<ArrayBuffer>>;
}

function fromWeb(stream: unknown): Readable {
  return Readable.fromWeb(stream as ReadableStream<Uint8Array>);
}
