import { ROLES, type Role } from '#libs/auth';
import { EnumField, TextField } from '#libs/common';
import { AccountEmailField, NameField } from '#libs/users';
import { NewPasswordField } from '../passwords/new-password-field';

export class InviteDto {
  @AccountEmailField()
  email: string;

  @EnumField(ROLES, { example: 'crew-member', description: 'At most your own role' })
  role: Role;

  @NameField({ example: 'Kari' })
  firstName: string;

  @NameField({ example: 'Nordmann' })
  lastName: string;
}

export class AcceptInvitationDto {
  @TextField({
    minLength: 1,
    maxLength: 200,
    form: 'exact',
    example: 'q3Zb2mJt0h4bq6F8n1Xw5sLkYdVgCeRaTuPiOoAzEyM',
    description: 'What follows `#token=` in the link of the mail',
  })
  token: string;

  @NewPasswordField()
  password: string;
}
