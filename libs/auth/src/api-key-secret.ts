import { createHash, randomBytes } from 'node:crypto';

/** Recognisable: for people, and for programs that look for secrets where they do not belong. */
const PREFIX = 'crd_';
const SECRET_BYTES = 32;
const SHOWN_CHARACTERS = 12;

/** A new secret, 256 random bits; `shown` is its beginning, by which people tell keys apart. */
export function newApiKeySecret(): { secret: string; hash: string; shown: string } {
  const secret = PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
  return { secret, hash: hashOfSecret(secret), shown: secret.slice(0, SHOWN_CHARACTERS) };
}

export function isApiKeySecret(text: string): boolean {
  return text.startsWith(PREFIX);
}

export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
