import { Body, Controller, Header, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type Actor,
  CurrentActor,
  identityProviderUnavailable,
  noAccount,
  Permit,
  Public,
  sessionRequired,
} from '#libs/auth';
import { Fails, Responds, RespondsNothing } from '#libs/common';
import { type Caller, CurrentCaller } from '../caller';
import { OrganizationSwitch } from './organization-switch.service';
import { SignInResponse } from './sign-in-response.dto';
import { CredentialsDto, RefreshDto, SwitchDto } from './sign-in.dto';
import { OidcSignIn } from './oidc-sign-in.service';
import { SignIn } from './sign-in.service';
import {
  credentialsInvalid,
  membershipNotFound,
  providerTokenRequired,
  refreshTokenInvalid,
  secondFactorRequired,
  tooManyAttemptsDefinition,
} from '../accounts.errors';

@ApiTags('Sign-in')
@Controller('auth/v1/rs')
export class SignInController {
  constructor(
    private readonly oidcSignIns: OidcSignIn,
    private readonly signIns: SignIn,
    private readonly organizations: OrganizationSwitch,
  ) {}

  @Post('login/credentials')
  @Public()
  @Header('cache-control', 'no-store')
  @Responds(SignInResponse, { status: 201, description: 'Signed in' })
  @Fails(credentialsInvalid, secondFactorRequired, tooManyAttemptsDefinition)
  @ApiOperation({
    summary: 'Sign in with e-mail and password',
    description:
      'Answers three tokens of one session. A person with several organisations is signed in to the one used last. ' +
      'After 10 wrong passwords for an account, or 100 from an address, further ones are refused for up to 15 minutes; ' +
      'from an address where the person signed in before, they have 10 attempts of their own. ' +
      'An account with a second factor gets 401 second_factor_required here, and its tokens from /auth/v1/rs/login/second-factor/code or .../passkey.',
  })
  signIn(@Body() dto: CredentialsDto, @CurrentCaller() caller: Caller) {
    return this.signIns.signIn(dto, caller);
  }

  @Post('login/refresh')
  @Public()
  @Header('cache-control', 'no-store')
  @Responds(SignInResponse, { status: 201, description: 'Three new tokens of the same session' })
  @Fails(refreshTokenInvalid)
  @ApiOperation({
    summary: 'Exchange the refresh token for new tokens',
    description:
      'Each refresh token works once. When the answer was lost, send the same one again within 30 seconds; later, or after its ' +
      'successor was used, it ends the session.',
  })
  refresh(@Body() dto: RefreshDto, @CurrentCaller() caller: Caller) {
    return this.signIns.refresh(dto, caller);
  }

  @Post('login/switch')
  @Permit('session:switch')
  @Header('cache-control', 'no-store')
  @Responds(SignInResponse, { status: 201, description: 'Signed in to the other organisation' })
  @Fails(membershipNotFound, sessionRequired)
  @ApiOperation({
    summary: 'Switch to another of your organisations',
    description: 'Answers tokens of a new session there; the session that asks ends.',
  })
  switchOrganization(@CurrentActor() actor: Actor, @Body() dto: SwitchDto, @CurrentCaller() caller: Caller) {
    return this.organizations.switchTo(actor, dto.organizationId, caller);
  }

  @Post('login/oidc')
  @Permit('session:read')
  @Header('cache-control', 'no-store')
  @Responds(SignInResponse, { status: 201, description: 'Signed in' })
  @Fails(noAccount, identityProviderUnavailable, providerTokenRequired)
  @ApiOperation({
    summary: 'Exchange a token of the identity provider for tokens of ours',
    description:
      'Send it as "Authorization: Bearer ...". Contract D needs our three tokens; elsewhere the token of the provider is enough.',
  })
  signInWithOidc(@CurrentActor() actor: Actor, @CurrentCaller() caller: Caller) {
    return this.oidcSignIns.exchange(actor, caller);
  }

  @Post('logout')
  @Permit('session:read')
  @Fails(sessionRequired)
  @RespondsNothing()
  @ApiOperation({
    summary: 'Sign out',
    description: 'Ends the session: all three tokens are refused from now on. Needs the access token only.',
  })
  signOut(@CurrentActor() actor: Actor) {
    return this.signIns.signOut(actor);
  }
}
