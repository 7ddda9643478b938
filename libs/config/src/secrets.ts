import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What each derived key is for: signing-keys encrypts the keys that sign tokens, secret-fingerprint is kept in the database. A key never serves two purposes. */
export type KeyPurpose =
  | 'signing-keys'
  | 'signed-url'
  | 'budget'
  | 'rate-limit'
  | 'request-fingerprint'
  | 'stored-answer'
  | 'secret-fingerprint'
  | 'second-factor';

/** Derives one independent 256-bit key per purpose from the installation's secret (HKDF-SHA-256, RFC 5869). */
export function deriveKey(secret: string, purpose: KeyPurpose): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, 'credence', purpose, 32)));
}

/** Secrets of an embedded installation: made on the first start, readable by their owner only. */
export interface EmbeddedSecrets {
  secretKey: string;
  /** Of the role that owns the database. */
  databasePassword: string;
  /** Of the role that the application runs as. */
  runtimePassword: string;
}

/** Reads DATA_DIR/secrets.json or creates it with mode 0600; with this secret, where data is to come that was made with it. */
export function embeddedSecrets(dataDir: string, secretKey?: string): EmbeddedSecrets {
  const file = join(dataDir, 'secrets.json');
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(file)) {
    const fresh: Omit<EmbeddedSecrets, 'runtimePassword'> = {
      secretKey: secretKey ?? randomBytes(32).toString('base64url'),
      databasePassword: randomBytes(24).toString('base64url'),
    };
    // Appears as a whole: neither does another process that starts at once read half of it, nor is half of it left by one that was killed.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(fresh, null, 2), { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
  }
  chmodSync(file, 0o600);
  const secrets = JSON.parse(readFileSync(file, 'utf8')) as Omit<EmbeddedSecrets, 'runtimePassword'>;
  // Derived, not stored: an installation of before there was such a role needs no new secret, and two starts cannot disagree.
  const runtime = Buffer.from(hkdfSync('sha256', secrets.databasePassword, 'credence', 'runtime-role', 24));
  return { ...secrets, runtimePassword: runtime.toString('base64url') };
}
