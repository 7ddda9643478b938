import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Responds } from '#libs/common';
import { Public } from './decorators';
import { JwksResponse } from './jwks-response.dto';
import { JWKS_MAX_AGE_SECONDS, SigningKeys } from './signing-keys.service';

@ApiTags('Sign-in')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly signingKeys: SigningKeys) {}

  @Get('jwks.json')
  @Public()
  @Header('cache-control', `public, max-age=${JWKS_MAX_AGE_SECONDS}`)
  @Responds(JwksResponse)
  @ApiOperation({
    operationId: 'listSigningKeys',
    summary: 'Read the public keys that our tokens are signed with',
    description:
      'A JSON Web Key Set (RFC 7517). A new key is here at least ten minutes before it signs, an old one for as long as tokens of it can live.',
  })
  list() {
    return this.signingKeys.published();
  }
}
