import { EnumListField, TextField } from '#libs/common';

const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** Bytes as WebAuthn's JSON writes them. */
function BytesField(options: { maxLength: number; example: string; description: string }): PropertyDecorator {
  return TextField({ ...options, minLength: 1, pattern: BASE64URL, form: 'exact' });
}

/** AuthenticatorTransport of WebAuthn Level 3 (5.8.4), and what some browsers said before it. */
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;

const ID = { maxLength: 1364, example: 'Q2kPz8Vn3mYtR5wX7bJ0Lg', description: '`id` of the credential' };
const CLIENT_DATA = {
  maxLength: 4000,
  example: 'eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0',
  description: '`response.clientDataJSON`',
};

/** Of what `navigator.credentials.create()` gives, `toJSON()`. */
export class PasskeyAttestationDto {
  @BytesField(ID)
  id: string;

  @BytesField(CLIENT_DATA)
  clientDataJSON: string;

  @BytesField({ maxLength: 16_000, example: 'o2NmbXRkbm9uZQ', description: '`response.attestationObject`' })
  attestationObject: string;

  @EnumListField(TRANSPORTS, {
    description: '`response.transports`, as far as they are known here',
    example: ['internal'],
  })
  transports: string[];
}

/** Of what `navigator.credentials.get()` gives, `toJSON()`. */
export class PasskeyAssertionDto {
  @BytesField(ID)
  id: string;

  @BytesField(CLIENT_DATA)
  clientDataJSON: string;

  @BytesField({ maxLength: 4000, example: 'SZYN5YgOjGh0NBcPZHZgW4', description: '`response.authenticatorData`' })
  authenticatorData: string;

  @BytesField({ maxLength: 4000, example: 'MEUCIQDx', description: '`response.signature`' })
  signature: string;
}
