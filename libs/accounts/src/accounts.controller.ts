import { Body, Controller, Headers, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, fieldForbidden, Responds, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { emailTaken, lastAdmin, ownMembership, personNotFound, UpdateUserDto, UserResponse } from '#libs/users';
import { CreateUserDto } from './account.dto';
import { passwordTooCommon } from './accounts.errors';
import { Accounts } from './accounts.service';

/** What of people takes a password or ends sessions; all else is in the controller of libs/users. */
@ApiTags('People')
@Controller('api/v1/shared/users')
export class AccountsController {
  constructor(private readonly accounts: Accounts) {}

  @Post()
  @Permit('user:create')
  @Idempotent()
  @Responds(UserResponse, { status: 201 })
  @Fails(fieldForbidden, passwordTooCommon, emailTaken)
  @ApiOperation({
    summary: 'Create a person',
    description:
      'An account and its membership. Somebody who has an account elsewhere is added with POST /memberships.',
  })
  createUser(@CurrentActor() actor: Actor, @Body() dto: CreateUserDto) {
    return this.accounts.createMember(actor, dto);
  }

  @Patch(':user_id')
  @Permit('user:update')
  @Conditional()
  @Responds(UserResponse)
  @Fails(personNotFound, fieldForbidden, ownMembership, lastAdmin)
  @ApiOperation({
    summary: 'Change a person, their role or their state',
    description:
      'Partial. Nobody changes a person or gives a role above their own. Deactivating signs the person out at once.',
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
