import { type Role, ROLES } from '#libs/auth';
import { EnumField, TextField } from '#libs/common';
import { AccountEmailField, NameField } from '#libs/users';
import { NewPasswordField } from './passwords/new-password-field';

export class CreateUserDto {
  @AccountEmailField()
  email: string;

  @NewPasswordField()
  password: string;

  @NameField({ example: 'Kari' })
  firstName: string;

  @NameField({ example: 'Nordmann' })
  lastName: string;

  @EnumField(ROLES, { example: 'crew-member', description: 'At most your own role' })
  role: Role;
}

export class ChangePasswordDto {
  @TextField({ minLength: 6, maxLength: 100, form: 'exact', example: 'a long sentence is easy to keep' })
  currentPassword: string;

  @NewPasswordField({ example: 'another sentence nobody guesses' })
  newPassword: string;
}
