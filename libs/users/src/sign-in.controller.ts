import { Body, Controller, createParamDecorator, type ExecutionContext, Header, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Actor, CurrentActor, Permit, Public } from '#libs/auth';
import { Fails, Responds, RespondsNothing } from '#libs/common';
import { SignInResponse } from './sign-in-response.dto';
import { CredentialsDto, RefreshDto } from './sign-in.dto';
import { SignIn } from './sign-in.service';
import { credentialsInvalidDefinition, refreshTokenInvalidDefinition } from './users.errors';

/** For the audit trail of requests that have no signed-in person yet. */
const RequestId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => context.switchToHttp().getRequest<FastifyRequest>().id,
);

@ApiTags('Sign-in')
@Controller('auth/v1/rs')
export class SignInController {
  constructor(private readonly signIns: SignIn) {}

  @Post('login/credentials')
  @Public()
  @Header('cache-control', 'no-store')
  @Responds(SignInResponse, { status: 201, description: 'Signed in' })
  @Fails(credentialsInvalidDefinition)
  @ApiOperation({
    summary: 'Sign in with e-mail and password',
    description:
      'Answers three tokens of one session. A person with several organisations is signed in to the one used last.',
  })
  signIn(@Body() dto: CredentialsDto, @RequestId() requestId: string) {
    return this.signIns.signIn(dto, requestId);
  }

  @Post('login/refresh')
  @Public()
  @Header('cache-control', 'no-store')
  @Responds(SignInResponse, { status: 201, description: 'Three new tokens of the same session' })
  @Fails(refreshTokenInvalidDefinition)
  @ApiOperation({
    summary: 'Exchange the refresh token for new tokens',
    description: 'Each refresh token works once. Sending one that was used before ends the session.',
  })
  refresh(@Body() dto: RefreshDto) {
    return this.signIns.refresh(dto);
  }

  @Post('logout')
  @Permit('session:read')
  @RespondsNothing()
  @ApiOperation({
    summary: 'Sign out',
    description: 'Ends the session: all three tokens are refused from now on. Needs the access token only.',
  })
  signOut(@CurrentActor() actor: Actor) {
    return this.signIns.signOut(actor);
  }
}
