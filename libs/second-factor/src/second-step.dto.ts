import { ObjectField, TextField } from '#libs/common';
import { PasskeyAssertionDto } from './passkey.dto';

const TOKEN_EXAMPLE = 'q3Zb2mJt0h4bq6F8n1Xw5sLkYdVgCeRaTuPiOoAzEyM';

/** The token of something begun. */
export function BegunTokenField(description: string): PropertyDecorator {
  return TextField({ minLength: 1, maxLength: 200, form: 'exact', example: TOKEN_EXAMPLE, description });
}

export class CodeStepDto {
  @BegunTokenField('`secondFactor.token` of the 401')
  token: string;

  @TextField({
    minLength: 1,
    maxLength: 100,
    form: 'exact',
    example: '287082',
    description: 'The six digits that the authenticator app shows, or a recovery code. Each works once',
  })
  code: string;
}

export class PasskeyStepDto {
  @BegunTokenField('`secondFactor.token` of the 401')
  token: string;

  @ObjectField(() => PasskeyAssertionDto, { description: 'What a passkey made of `secondFactor.passkeyOptions`' })
  passkey: PasskeyAssertionDto;
}
