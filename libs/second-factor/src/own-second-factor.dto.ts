import { ObjectField, TextField } from '#libs/common';
import { PasskeyAttestationDto } from './passkey.dto';
import { BegunTokenField } from './second-step.dto';

export class PasswordAgainDto {
  @TextField({ minLength: 6, maxLength: 100, form: 'exact', example: 'a long sentence is easy to keep' })
  currentPassword: string;
}

export class AddPasskeyDto {
  @BegunTokenField('`token` of the beginning')
  token: string;

  @TextField({ minLength: 1, maxLength: 100, example: 'My phone', description: 'To tell it from your others' })
  name: string;

  @ObjectField(() => PasskeyAttestationDto)
  credential: PasskeyAttestationDto;
}

export class AddAuthenticatorAppDto {
  @BegunTokenField('`token` of the beginning')
  token: string;

  @TextField({
    minLength: 6,
    maxLength: 6,
    pattern: /^\d{6}$/,
    example: '287082',
    description: 'The six digits that the app shows now',
  })
  code: string;
}
