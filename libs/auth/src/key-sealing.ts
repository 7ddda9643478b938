import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { PublicJwk, SigningKey } from './signing-key.entity';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type SealedKey = Pick<SigningKey, 'kid' | 'publicJwk' | 'encryptedPrivateKey'>;

/** A new key pair on P-256 (what ES256 wants), the private half encrypted. */
export function newSealedKey(sealingKey: KeyObject): SealedKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const publicJwk: PublicJwk = { kty: 'EC', crv: 'P-256', x, y };
  const kid = thumbprint(publicJwk);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, sealingKey, nonce, { authTagLength: TAG_BYTES }).setAAD(label(kid, publicJwk));
  const sealed = Buffer.concat([cipher.update(privateKey.export({ format: 'der', type: 'pkcs8' })), cipher.final()]);
  return { kid, publicJwk, encryptedPrivateKey: Buffer.concat([nonce, cipher.getAuthTag(), sealed]) };
}

/**
 * The private key; null when it was not sealed with this SECRET_KEY, or the row was changed. Whoever can write to the table
 * but does not know the secret can therefore not smuggle in a key of their own.
 */
export function openSealedKey({ kid, publicJwk, encryptedPrivateKey }: SealedKey, sealingKey: KeyObject) {
  const nonce = encryptedPrivateKey.subarray(0, NONCE_BYTES);
  const tag = encryptedPrivateKey.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const sealed = encryptedPrivateKey.subarray(NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(CIPHER, sealingKey, nonce, { authTagLength: TAG_BYTES })
      .setAAD(label(kid, publicJwk))
      .setAuthTag(tag);
    const key = Buffer.concat([decipher.update(sealed), decipher.final()]);
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } catch {
    return null;
  }
}

/**
 * Whether a database of before SECRET_KEY was noted in it was used with this one: false when it has signing keys and none of them opens.
 */
export async function opensSigningKeys(manager: EntityManager, sealingKey: KeyObject): Promise<boolean> {
  const rows = await manager.query<SealedKey[]>(
    `select kid, public_jwk as "publicJwk", encrypted_private_key as "encryptedPrivateKey" from signing_keys`,
  );
  return rows.length === 0 || rows.some((row) => openSealedKey(row, sealingKey) !== null);
}

/** RFC 7638: the members in alphabetical order, without blanks. */
function thumbprint({ crv, kty, x, y }: PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

function label(kid: string, { x, y }: PublicJwk): Buffer {
  return Buffer.from([kid, x, y].join('.'));
}
