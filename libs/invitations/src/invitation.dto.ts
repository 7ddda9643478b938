import { ROLES, type Role } from '#libs/auth';
import { EnumField, TextField } from '#libs/common';
import { NewPasswordField } from '#libs/accounts';
import { AccountEmailField, NameField } from '#libs/users';

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

export class CreateUserDto extends InviteDto {
  @TextField({
    optional: true,
    maxLength: 100,
    form: 'exact',
    description: 'Leave it out: any is refused with `password_not_yours`, because the person chooses their own',
  })
  password?: string;
}

export class InvitationTokenDto {
  @TextField({
    minLength: 1,
    maxLength: 200,
    form: 'exact',
    example: 'q3Zb2mJt0h4bq6F8n1Xw5sLkYdVgCeRaTuPiOoAzEyM',
    description: 'What follows `#token=` in the link of the mail',
  })
  token: string;
}

export class AcceptInvitationDto extends InvitationTokenDto {
  @NewPasswordField({
    optional: true,
    description: 'Of the new account. Leave it out where the address has an account already: that keeps its own',
  })
  password?: string;
}
