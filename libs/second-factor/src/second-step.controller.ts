import { Body, Controller, Header, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, SignInResponse, tooManyAttemptsDefinition } from '#libs/accounts';
import { Public } from '#libs/auth';
import { Fails, Responds } from '#libs/common';
import { secondFactorExpired, secondFactorInvalid } from './second-factor.errors';
import { CodeStepDto, PasskeyStepDto } from './second-step.dto';
import { SecondStep } from './second-step.service';

@ApiTags('Sign-in')
@Controller('auth/v1/rs/login/second-factor')
export class SecondStepController {
  constructor(private readonly secondStep: SecondStep) {}

  @Post('code')
  @Public()
  @Header('cache-control', 'no-store')
  @Responds(SignInResponse, { status: 201, description: 'Signed in' })
  @Fails(secondFactorExpired, secondFactorInvalid, tooManyAttemptsDefinition)
  @ApiOperation({
    summary: 'Finish a sign-in with a code',
    description:
      'Follows on 401 second_factor_required, within 5 minutes. A wrong code leaves the sign-in open for another one. ' +
      'After 5 wrong ones in 15 minutes, or 30 in a day, further ones are refused for as long.',
  })
  signInWithCode(@Body() dto: CodeStepDto, @CurrentCaller() caller: Caller) {
    return this.secondStep.signInWithCode(dto, caller);
  }

  @Post('passkey')
  @Public()
  @Header('cache-control', 'no-store')
  @Responds(SignInResponse, { status: 201, description: 'Signed in' })
  @Fails(secondFactorExpired, secondFactorInvalid, tooManyAttemptsDefinition)
  @ApiOperation({
    summary: 'Finish a sign-in with a passkey',
    description: 'Follows on 401 second_factor_required, within 5 minutes. Counted together with codes.',
  })
  signInWithPasskey(@Body() dto: PasskeyStepDto, @CurrentCaller() caller: Caller) {
    return this.secondStep.signInWithPasskey(dto, caller);
  }
}
