import { TextField } from '#libs/common';
import { AccountEmailField } from '#libs/users';
import { NewPasswordField } from './new-password-field';

export class ForgotPasswordDto {
  @AccountEmailField()
  email: string;
}

export class ResetPasswordDto {
  @TextField({
    minLength: 1,
    maxLength: 200,
    form: 'exact',
    example: 'q3Zb2mJt0h4bq6F8n1Xw5sLkYdVgCeRaTuPiOoAzEyM',
    description: 'What follows `#token=` in the link of the mail',
  })
  token: string;

  @NewPasswordField({ example: 'another sentence nobody guesses' })
  newPassword: string;
}
