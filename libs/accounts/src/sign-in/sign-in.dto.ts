import { IntegerField, TextField } from '#libs/common';
import { AccountEmailField } from '#libs/users';

export class CredentialsDto {
  @AccountEmailField()
  email: string;

  @TextField({ minLength: 6, maxLength: 100, form: 'exact', example: 'a long sentence is easy to keep' })
  password: string;
}

export class RefreshDto {
  @TextField({
    minLength: 1,
    maxLength: 2000,
    form: 'exact',
    description: 'The refreshToken of the latest answer; each works once',
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzaWQiOiIwMTkz...',
  })
  refreshToken: string;
}

export class SwitchDto {
  @IntegerField({ example: 7, description: 'An organizationId of GET /api/v1/shared/users/me/memberships' })
  organizationId: number;
}
