import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '#libs/auth';
import { Fails, RespondsNothing } from '#libs/common';
import { type Caller, CurrentCaller } from '../caller';
import { ForgotPasswordDto, ResetPasswordDto } from './password-reset.dto';
import { PasswordResets } from './password-resets.service';
import { passwordTooCommon, resetTokenInvalid, tooManyAttemptsDefinition } from '../accounts.errors';

@ApiTags('Sign-in')
@Controller('auth/v1/rs/password')
export class PasswordResetsController {
  constructor(private readonly resets: PasswordResets) {}

  @Post('forgot')
  @Public()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiResponse({ status: HttpStatus.ACCEPTED, description: 'If there is such an account, it gets a mail' })
  @Fails(tooManyAttemptsDefinition)
  @ApiOperation({
    summary: 'Ask for a new password by mail',
    description:
      'Always the same answer. The mail carries a link that works once, within one hour: PUBLIC_URL/reset-password?lang=...#token=... ' +
      'An account gets at most 3 mails an hour; an address asks at most 30 times.',
  })
  forgotPassword(@Body() dto: ForgotPasswordDto, @CurrentCaller() caller: Caller) {
    return this.resets.forgot(dto, caller);
  }

  @Post('reset')
  @Public()
  @RespondsNothing()
  @Fails(resetTokenInvalid, passwordTooCommon)
  @ApiOperation({
    summary: 'Set a new password with the token of the mail',
    description:
      'Ends all sessions of the person. From this address they can sign in even while their account is slowed.',
  })
  resetPassword(@Body() dto: ResetPasswordDto, @CurrentCaller() caller: Caller) {
    return this.resets.reset(dto, caller);
  }
}
