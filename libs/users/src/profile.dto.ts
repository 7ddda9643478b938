import { ForbiddenFields, TextField } from '#libs/common';
import { NameField, NewPasswordField } from './account-fields';

@ForbiddenFields('email', 'role', 'state')
export class UpdateProfileDto {
  @NameField({ optional: true, example: 'Kari' })
  firstName?: string;

  @NameField({ optional: true, example: 'Nordmann' })
  lastName?: string;
}

export class ChangePasswordDto {
  @TextField({ minLength: 6, maxLength: 100, example: 'a long sentence is easy to keep' })
  currentPassword: string;

  @NewPasswordField({ example: 'another sentence nobody guesses' })
  newPassword: string;
}
