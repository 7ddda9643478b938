import { ApiProblem } from '../api/problem';
import type { components } from '../api/schema';

export type PasskeyAssertion = components['schemas']['PasskeyAssertionDto'];
export type PasskeyAttestation = components['schemas']['PasskeyAttestationDto'];
type Transport = PasskeyAttestation['transports'][number];

const TRANSPORTS: readonly string[] = [
  'ble',
  'cable',
  'hybrid',
  'internal',
  'nfc',
  'smart-card',
  'usb',
] satisfies Transport[];

/** Browsers have passkeys on https and localhost only. */
export const canUsePasskeys =
  window.isSecureContext &&
  'PublicKeyCredential' in window &&
  typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function';

/** Lets the person choose and show a passkey. @throws ApiProblem passkey_cancelled */
export async function showPasskey(options: object): Promise<PasskeyAssertion> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON);
  const credential = await asked(navigator.credentials.get({ publicKey }));
  const { id, response } = credential.toJSON() as AuthenticationResponseJSON;
  const { clientDataJSON, authenticatorData, signature } = response;
  return { id, clientDataJSON, authenticatorData, signature };
}

/** Lets the person make a passkey. @throws ApiProblem passkey_cancelled, passkey_exists */
export async function makePasskey(options: object): Promise<PasskeyAttestation> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON);
  const credential = await asked(navigator.credentials.create({ publicKey }));
  const { id, response } = credential.toJSON() as RegistrationResponseJSON;
  const { clientDataJSON, attestationObject, transports } = response;
  return { id, clientDataJSON, attestationObject, transports: transports.filter(isTransport) };
}

async function asked(answer: Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await answer;
    if (credential) return credential as PublicKeyCredential;
  } catch (error) {
    // One of those that were to be left out (WebAuthn Level 3, 6.3.2). Of all else browsers tell no more than that it did not happen.
    if (error instanceof DOMException && error.name === 'InvalidStateError') {
      throw new ApiProblem(409, { code: 'passkey_exists' });
    }
  }
  throw new ApiProblem(400, { code: 'passkey_cancelled' });
}

function isTransport(word: string): word is Transport {
  return TRANSPORTS.includes(word);
}
