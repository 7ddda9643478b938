import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Bits of the authenticator data (WebAuthn Level 3, 6.1). */
const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

/** What a test lets go wrong. */
export interface Deviations {
  origin?: string;
  rpId?: string;
  type?: string;
  challenge?: string;
  /** The person was there, but nobody asked who it is. */
  isUnverified?: boolean;
  /** In place of the count that follows. */
  counter?: number;
  /** A statement of somebody else about the device. */
  attestation?: { fmt: string; attStmt: Buffer };
}

/** A passkey made of software: ES256, no attestation, a counter. */
export class SoftwareAuthenticator {
  private readonly id = randomBytes(16);
  private readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;
  private counter = 0;

  constructor(private readonly origin: string) {
    ({ publicKey: this.publicKey, privateKey: this.privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  }

  get credentialId(): string {
    return this.id.toString('base64url');
  }

  /** Answers creation options, in the form that the API takes. */
  create({ challenge, rp }: { challenge: string; rp: { id: string } }, deviations: Deviations = {}) {
    const { fmt, attStmt } = deviations.attestation ?? { fmt: 'none', attStmt: Buffer.from([0xa0]) };
    const data = this.authenticatorData(rp.id, ATTESTED, deviations);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const authData = Buffer.concat([data, Buffer.alloc(16), length, this.id, this.coseKey()]);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      ...[cborText('fmt'), cborText(fmt)],
      ...[cborText('attStmt'), attStmt],
      ...[cborText('authData'), cborBytes(authData)],
    ]);
    return {
      id: this.credentialId,
      clientDataJSON: this.clientData('webauthn.create', challenge, deviations).toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    };
  }

  /** Answers request options, in the form that the API takes. */
  get({ challenge, rpId }: { challenge: string; rpId: string }, deviations: Deviations = {}) {
    const clientData = this.clientData('webauthn.get', challenge, deviations);
    const data = this.authenticatorData(rpId, 0, deviations);
    const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()]);
    return {
      id: this.credentialId,
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', signed, this.privateKey).toString('base64url'),
    };
  }

  private clientData(type: string, challenge: string, deviations: Deviations): Buffer {
    return Buffer.from(
      JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false, ...said(deviations) }),
    );
  }

  private authenticatorData(rpId: string, flags: number, { isUnverified, counter, ...deviations }: Deviations): Buffer {
    this.counter = counter ?? this.counter + 1;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.counter);
    const hash = createHash('sha256')
      .update(deviations.rpId ?? rpId)
      .digest();
    return Buffer.concat([hash, Buffer.from([flags | PRESENT | (isUnverified ? 0 : VERIFIED)]), count]);
  }

  /** COSE_Key of P-256 for ES256 (RFC 9053, 7.1.1). */
  private coseKey(): Buffer {
    const { x = '', y = '' } = this.publicKey.export({ format: 'jwk' });
    return Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      cborBytes(Buffer.from(x, 'base64url')),
      Buffer.from([0x22]),
      cborBytes(Buffer.from(y, 'base64url')),
    ]);
  }
}

function said({ origin, type, challenge }: Deviations): object {
  return JSON.parse(JSON.stringify({ origin, type, challenge })) as object;
}

/** RFC 8949; nothing here is longer than 65,535 bytes. */
export function cborBytes(bytes: Buffer): Buffer {
  const head = bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from(head), bytes]);
}

export function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}
