import { Body, Controller, Get, Header, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { currentPasswordWrong, tooManyAttemptsDefinition } from '#libs/accounts';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, Responds, RespondsNothing, UuidPipe } from '#libs/common';
import { AddAuthenticatorAppDto, AddPasskeyDto, PasswordAgainDto } from './own-second-factor.dto';
import { OwnSecondFactor } from './own-second-factor.service';
import {
  AddedFactorResponse,
  BegunAuthenticatorAppResponse,
  BegunPasskeyResponse,
  RecoveryCodesResponse,
  SecondFactorResponse,
} from './second-factor-response.dto';
import {
  addressNotProved,
  authenticatorAppExists,
  authenticatorAppNotFound,
  authenticatorCodeWrong,
  enrolmentExpired,
  noSecondFactor,
  passkeyExists,
  passkeyNotFound,
  passkeyRefused,
  passkeysNotPossible,
  tooManyPasskeys,
} from './second-factor.errors';

const PASSWORD_AGAIN = [currentPasswordWrong, tooManyAttemptsDefinition];

@ApiTags('Second factor')
@Controller('api/v1/shared/users/me/second-factor')
export class OwnSecondFactorController {
  constructor(private readonly secondFactor: OwnSecondFactor) {}

  @Get()
  @Permit('profile:read')
  @Responds(SecondFactorResponse)
  @ApiOperation({
    summary: 'Read your second factors',
    description: 'With a passkey or an authenticator app here, the password alone opens no session any more.',
  })
  getSecondFactor(@CurrentActor() actor: Actor) {
    return this.secondFactor.list(actor);
  }

  @Post('passkeys/begin')
  @Permit('profile:update')
  @Header('cache-control', 'no-store')
  @Responds(BegunPasskeyResponse, { status: 201, description: 'To be finished within 5 minutes' })
  @Fails(...PASSWORD_AGAIN, addressNotProved, passkeysNotPossible)
  @ApiOperation({ summary: 'Begin to add a passkey', description: 'Nothing is added yet.' })
  beginPasskey(@CurrentActor() actor: Actor, @Body() { currentPassword }: PasswordAgainDto) {
    return this.secondFactor.beginPasskey(actor, currentPassword);
  }

  @Post('passkeys')
  @Permit('profile:update')
  @Header('cache-control', 'no-store')
  @Responds(AddedFactorResponse, { status: 201, description: 'Added' })
  @Fails(enrolmentExpired, passkeyRefused, passkeyExists, tooManyPasskeys)
  @ApiOperation({
    summary: 'Add a passkey',
    description: 'At most ten. The first second factor of an account brings ten recovery codes. You get a mail.',
  })
  addPasskey(@CurrentActor() actor: Actor, @Body() dto: AddPasskeyDto) {
    return this.secondFactor.addPasskey(actor, dto);
  }

  @Post('passkeys/:passkey_id/remove')
  @Permit('profile:update')
  @RespondsNothing()
  @Fails(...PASSWORD_AGAIN, passkeyNotFound)
  @ApiOperation({
    summary: 'Remove a passkey',
    description:
      'The recovery codes go with the last second factor; then the password is enough again. You get a mail.',
  })
  removePasskey(
    @CurrentActor() actor: Actor,
    @Param('passkey_id', UuidPipe) id: string,
    @Body() { currentPassword }: PasswordAgainDto,
  ) {
    return this.secondFactor.removePasskey(actor, id, currentPassword);
  }

  @Post('authenticator-app/begin')
  @Permit('profile:update')
  @Header('cache-control', 'no-store')
  @Responds(BegunAuthenticatorAppResponse, { status: 201, description: 'To be finished within 5 minutes' })
  @Fails(...PASSWORD_AGAIN, addressNotProved, authenticatorAppExists)
  @ApiOperation({
    summary: 'Begin to add an authenticator app',
    description: 'Answers the secret for the app (RFC 6238: SHA-1, six digits, 30 seconds). Nothing is added yet.',
  })
  beginAuthenticatorApp(@CurrentActor() actor: Actor, @Body() { currentPassword }: PasswordAgainDto) {
    return this.secondFactor.beginAuthenticatorApp(actor, currentPassword);
  }

  @Post('authenticator-app')
  @Permit('profile:update')
  @Header('cache-control', 'no-store')
  @Responds(AddedFactorResponse, { status: 201, description: 'Added' })
  @Fails(enrolmentExpired, authenticatorCodeWrong, authenticatorAppExists)
  @ApiOperation({
    summary: 'Add an authenticator app',
    description:
      'One for each account. The first second factor of an account brings ten recovery codes. You get a mail.',
  })
  addAuthenticatorApp(@CurrentActor() actor: Actor, @Body() dto: AddAuthenticatorAppDto) {
    return this.secondFactor.addAuthenticatorApp(actor, dto);
  }

  @Post('authenticator-app/remove')
  @Permit('profile:update')
  @RespondsNothing()
  @Fails(...PASSWORD_AGAIN, authenticatorAppNotFound)
  @ApiOperation({
    summary: 'Remove the authenticator app',
    description:
      'The recovery codes go with the last second factor; then the password is enough again. You get a mail.',
  })
  removeAuthenticatorApp(@CurrentActor() actor: Actor, @Body() { currentPassword }: PasswordAgainDto) {
    return this.secondFactor.removeAuthenticatorApp(actor, currentPassword);
  }

  @Post('recovery-codes')
  @Permit('profile:update')
  @Header('cache-control', 'no-store')
  @Responds(RecoveryCodesResponse, { status: 201, description: 'The only ones from now on' })
  @Fails(...PASSWORD_AGAIN, noSecondFactor)
  @ApiOperation({ summary: 'Get new recovery codes', description: 'Those of before stop working. You get a mail.' })
  renewRecoveryCodes(@CurrentActor() actor: Actor, @Body() { currentPassword }: PasswordAgainDto) {
    return this.secondFactor.renewCodes(actor, currentPassword);
  }
}
