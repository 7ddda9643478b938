import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** A secret that is sent by mail and works once. Only its hash is kept: a copy of the database opens nothing. */
export function newOneTimeToken(): { token: string; tokenHash: string } {
  const token = randomBytes(BYTES).toString('base64url');
  return { token, tokenHash: hashOneTimeToken(token) };
}

/** Plain SHA-256: 256 random bits cannot be guessed, so there is nothing to slow down. */
export function hashOneTimeToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
