import {
  InstantField,
  IntegerField,
  ListField,
  ObjectField,
  StandardObjectField,
  TextField,
  TextListField,
  UuidField,
} from '#libs/common';
import type { Begun } from './challenges.service';
import type { Factors } from './factors.service';

const NO_CODES =
  'Ten codes that work once each, for the day when all else is lost; shown only now. null: there are some already';

function CodesField(options: { nullable: boolean; description: string }): PropertyDecorator {
  return TextListField({ ...options, example: ['abcd-efgh-ijkm-npqr-stuv-wxyz'] });
}

class PasskeyDto {
  @UuidField()
  id: string;

  @TextField({ maxLength: 100, example: 'My phone' })
  name: string;

  @InstantField()
  createdAt: Date;

  @InstantField({ nullable: true })
  lastUsedAt: Date | null;
}

class AuthenticatorAppDto {
  @InstantField()
  createdAt: Date;

  @InstantField({ nullable: true })
  lastUsedAt: Date | null;
}

export class SecondFactorResponse {
  @ListField(() => PasskeyDto)
  passkeys: PasskeyDto[];

  @ObjectField(() => AuthenticatorAppDto, { nullable: true })
  authenticatorApp: AuthenticatorAppDto | null;

  @IntegerField({ min: 0, max: 10, example: 9 })
  recoveryCodesLeft: number;

  static from({ passkeys, authenticatorApp, recoveryCodesLeft }: Factors): SecondFactorResponse {
    return {
      passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({ id, name, createdAt, lastUsedAt })),
      authenticatorApp,
      recoveryCodesLeft,
    };
  }
}

export class BegunPasskeyResponse {
  @TextField({
    maxLength: 200,
    example: 'q3Zb2mJt0h4bq6F8n1Xw5sLkYdVgCeRaTuPiOoAzEyM',
    description: 'Send it back with the passkey',
  })
  token: string;

  @InstantField()
  expiresAt: Date;

  @StandardObjectField({
    description:
      'PublicKeyCredentialCreationOptionsJSON of WebAuthn Level 3: for `PublicKeyCredential.parseCreationOptionsFromJSON`',
    example: { challenge: 'q3Zb2mJt0h4bq6F8n1Xw5sLkYdVgCeRaTuPiOoAzEyM' },
  })
  options: object;

  static from({ token, expiresAt, options }: Begun & { options: object }): BegunPasskeyResponse {
    return { token, expiresAt, options };
  }
}

export class BegunAuthenticatorAppResponse {
  @TextField({
    maxLength: 200,
    example: 'q3Zb2mJt0h4bq6F8n1Xw5sLkYdVgCeRaTuPiOoAzEyM',
    description: 'Send it back with a code',
  })
  token: string;

  @InstantField()
  expiresAt: Date;

  @TextField({
    maxLength: 32,
    example: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    description: 'To type into the app; shown only now',
  })
  secret: string;

  @TextField({
    maxLength: 1000,
    example:
      'otpauth://totp/Credence:kari.nordmann%40example.org?issuer=Credence&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    description: 'The same for a QR code',
  })
  uri: string;

  static from({
    token,
    expiresAt,
    secret,
    uri,
  }: Begun & { secret: string; uri: string }): BegunAuthenticatorAppResponse {
    return { token, expiresAt, secret, uri };
  }
}

export class AddedFactorResponse {
  @CodesField({ nullable: true, description: NO_CODES })
  recoveryCodes: string[] | null;

  static from({ recoveryCodes }: { recoveryCodes: string[] | null }): AddedFactorResponse {
    return { recoveryCodes };
  }
}

export class RecoveryCodesResponse {
  @CodesField({ nullable: false, description: 'Ten codes that work once each; shown only now' })
  recoveryCodes: string[];

  static from({ recoveryCodes }: { recoveryCodes: string[] }): RecoveryCodesResponse {
    return { recoveryCodes };
  }
}
