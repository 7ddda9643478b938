import { Body, Controller, Headers, Param, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, fieldForbidden, Responds, UuidPipe } from '#libs/common';
import { lastAdmin, ownMembership, personNotFound, UpdateUserDto, UserResponse } from '#libs/users';
import { Accounts } from './accounts.service';

/** What of people ends sessions; all else is in the controllers of libs/users and libs/invitations. */
@ApiTags('People')
@Controller('api/v1/shared/users')
export class AccountsController {
  constructor(private readonly accounts: Accounts) {}

  @Patch(':user_id')
  @Permit('user:update')
  @Conditional()
  @Responds(UserResponse)
  @Fails(personNotFound, fieldForbidden, ownMembership, lastAdmin)
  @ApiOperation({
    summary: 'Change a person, their role or their state',
    description:
      'Partial. Names are those that your organisation keeps. Nobody changes a person or gives a role above their own. ' +
      'Deactivating signs the person out at once.',
  })
  updateUser(
    @CurrentActor() actor: Actor,
    @Param('user_id', UuidPipe) userId: string,
    @Body() dto: UpdateUserDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.accounts.updateMember(actor, userId, dto, ifMatch);
  }
}
