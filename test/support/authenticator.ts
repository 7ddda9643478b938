import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { selfSigned } from './self-signed';

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
  /** Its maker vouches for the device with a certificate, as security keys of before FIDO2 do. */
  isAttested?: boolean;
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
    const clientData = this.clientData('webauthn.create', challenge, deviations);
    const data = this.authenticatorData(rp.id, ATTESTED, deviations);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const authData = Buffer.concat([data, Buffer.alloc(16), length, this.id, this.coseKey()]);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      ...[cborText('fmt'), cborText(deviations.isAttested ? 'fido-u2f' : 'none')],
      ...[cborText('attStmt'), deviations.isAttested ? this.statement(data, clientData) : Buffer.from([0xa0])],
      ...[cborText('authData'), cborBytes(authData)],
    ]);
    return {
      id: this.credentialId,
      clientDataJSON: clientData.toString('base64url'),
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

  /** WebAuthn Level 3, 8.6: a certificate of the maker, and what its key signed. */
  private statement(data: Buffer, clientData: Buffer): Buffer {
    const { key, cert } = selfSigned();
    const { x = '', y = '' } = this.publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    const hashes = [data.subarray(0, 32), createHash('sha256').update(clientData).digest()];
    const signed = Buffer.concat([Buffer.from([0]), ...hashes, this.id, point]);
    return Buffer.concat([
      Buffer.from([0xa2]),
      ...[cborText('sig'), cborBytes(sign('sha256', signed, key))],
      ...[cborText('x5c'), Buffer.from([0x81]), cborBytes(new X509Certificate(cert).raw)],
    ]);
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
function cborBytes(bytes: Buffer): Buffer {
  const head = bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from(head), bytes]);
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}
