import type { TokenSet } from '#libs/auth';
import { ObjectField, TextField } from '#libs/common';

const EXAMPLE = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzaWQiOiIuLi4ifQ.c2lnbmF0dXJl';

class TokensDto {
  @TextField({ maxLength: 2000, example: EXAMPLE, description: 'Send it as "Authorization: Bearer ..."' })
  accessToken: string;

  @TextField({ maxLength: 2000, example: EXAMPLE, description: 'Buys the next three tokens; works once' })
  refreshToken: string;

  @TextField({ maxLength: 2000, example: EXAMPLE, description: 'Send it as "x-session-token" to /users-organizations' })
  sessionToken: string;
}

export class SignInResponse {
  @ObjectField(() => TokensDto)
  data: TokensDto;

  static from({ accessToken, refreshToken, sessionToken }: TokenSet): SignInResponse {
    return { data: { accessToken, refreshToken, sessionToken } };
  }
}
