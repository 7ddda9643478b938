import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeAttestationObject, isoBase64URL } from '@simplewebauthn/server/helpers';
import { Config } from '#libs/config';
import type { PasskeyAssertionDto, PasskeyAttestationDto } from './passkey.dto';
import type { Passkey } from './passkey.entity';

const NAME = 'Credence';
/** EdDSA, ES256, RS256 (COSE algorithm identifiers): what authenticators have. */
const ALGORITHMS = [-8, -7, -257];

export type StoredKey = Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'transports'>;
type KnownKey = Pick<StoredKey, 'credentialId' | 'transports'>;

/** Passkeys (WebAuthn Level 3) of this installation: its name is the host of PUBLIC_URL, its only origin that of PUBLIC_URL. */
@Injectable()
export class WebAuthn {
  private readonly origin: string;
  private readonly rpID: string;
  /** Browsers make passkeys on https and localhost only, and for names, not addresses. */
  readonly isPossible: boolean;

  constructor(config: Config) {
    const { origin, hostname, protocol } = new URL(config.publicUrl);
    this.origin = origin;
    this.rpID = hostname;
    const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
    this.isPossible = !isAddress && (protocol === 'https:' || /(^|\.)localhost$/.test(hostname));
  }

  /** For `PublicKeyCredential.parseCreationOptionsFromJSON`. */
  creationOptions(token: string, account: { id: string; email: string; name: string }, known: KnownKey[]) {
    return generateRegistrationOptions({
      rpName: NAME,
      rpID: this.rpID,
      userID: new Uint8Array(Buffer.from(account.id.replaceAll('-', ''), 'hex')),
      userName: account.email,
      userDisplayName: account.name,
      challenge: challengeOf(token),
      attestationType: 'none',
      excludeCredentials: known.map(descriptorOf),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    });
  }

  /** For `PublicKeyCredential.parseRequestOptionsFromJSON`. */
  requestOptions(token: string, known: KnownKey[]) {
    return generateAuthenticationOptions({
      rpID: this.rpID,
      challenge: challengeOf(token),
      allowCredentials: known.map(descriptorOf),
      userVerification: 'required',
    });
  }

  /** Null for one that is not an answer to this challenge, made here and by its owner. */
  async register(token: string, { id, clientDataJSON, attestationObject, transports }: PasskeyAttestationDto) {
    try {
      if (isAttestedByOthers(attestationObject)) return null;
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: {
          id,
          rawId: id,
          type: 'public-key',
          response: { clientDataJSON, attestationObject },
          clientExtensionResults: {},
        },
        expectedChallenge: token,
        expectedOrigin: this.origin,
        expectedRPID: this.rpID,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      });
      if (!verified) return null;
      const { id: credentialId, publicKey, counter } = registrationInfo.credential;
      return { credentialId, publicKey: Buffer.from(publicKey), counter, transports };
    } catch {
      return null;
    }
  }

  /** The signature counter after it; null for a signature that is not of this key, for this challenge, here and by its owner. */
  async counterAfter(token: string, key: StoredKey, assertion: PasskeyAssertionDto): Promise<number | null> {
    const { id, clientDataJSON, authenticatorData, signature } = assertion;
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: {
          id,
          rawId: id,
          type: 'public-key',
          response: { clientDataJSON, authenticatorData, signature },
          clientExtensionResults: {},
        },
        expectedChallenge: token,
        expectedOrigin: this.origin,
        expectedRPID: this.rpID,
        credential: { id: key.credentialId, publicKey: new Uint8Array(key.publicKey), counter: key.counter },
        requireUserVerification: true,
      });
      return verified ? authenticationInfo.newCounter : null;
    } catch {
      return null;
    }
  }
}

/** The token is what is signed: both are 32 random bytes that work once. */
function challengeOf(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(token, 'base64url'));
}

function descriptorOf({ credentialId, transports }: KnownKey) {
  return { id: credentialId, transports };
}

/** Nothing was asked about the make of the device. Some chains of certificates would be checked over the network. */
function isAttestedByOthers(attestationObject: string): boolean {
  const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const isOwn = decoded.get('fmt') === 'packed' && decoded.get('attStmt').get('x5c') === undefined;
  return decoded.get('fmt') !== 'none' && !isOwn;
}
