import { TextField } from '#libs/common';
import { NewPasswordField } from './passwords/new-password-field';

export class ChangePasswordDto {
  @TextField({ minLength: 6, maxLength: 100, form: 'exact', example: 'a long sentence is easy to keep' })
  currentPassword: string;

  @NewPasswordField({ example: 'another sentence nobody guesses' })
  newPassword: string;
}
