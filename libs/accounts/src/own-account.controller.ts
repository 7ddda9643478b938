import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit, sessionRequired } from '#libs/auth';
import { Fails, Responds, RespondsNothing } from '#libs/common';
import { ChangePasswordDto } from './account.dto';
import { currentPasswordWrong, passwordTooCommon, tooManyAttemptsDefinition } from './accounts.errors';
import { OwnAccount } from './own-account.service';
import { SessionResponse } from './sessions/session-response.dto';

@ApiTags('Profile')
@Controller('api/v1/shared/users/me')
export class OwnAccountController {
  constructor(private readonly account: OwnAccount) {}

  @Post('password')
  @Permit('profile:update')
  @RespondsNothing()
  @Fails(currentPasswordWrong, passwordTooCommon, tooManyAttemptsDefinition, sessionRequired)
  @ApiOperation({ summary: 'Change your password', description: 'Ends all your other sessions.' })
  changePassword(@CurrentActor() actor: Actor, @Body() dto: ChangePasswordDto) {
    return this.account.changePassword(actor, dto);
  }

  @Get('session')
  @Permit('session:read')
  @Responds(SessionResponse)
  @ApiOperation({
    summary: 'Who am I, and what may I do?',
    description: 'Role, roles and permissions of the session behind the access token.',
  })
  getSession(@CurrentActor() actor: Actor) {
    return this.account.getSession(actor);
  }
}
