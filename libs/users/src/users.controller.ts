import { Body, Controller, Get, Headers, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, fieldForbidden, invalidCursor, Responds, RespondsPage, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { Members } from './members.service';
import { UserResponse } from './user-response.dto';
import { AddMemberDto, CreateUserDto, ListUsersQuery, UpdateUserDto } from './user.dto';
import {
  accountNotFound,
  alreadyMember,
  emailTaken,
  lastAdmin,
  ownMembership,
  passwordTooCommon,
  personNotFound,
} from './users.errors';

@ApiTags('People')
@Controller('api/v1/shared')
export class UsersController {
  constructor(private readonly members: Members) {}

  @Get('users')
  @Permit('user:list')
  @RespondsPage(UserResponse)
  @Fails(invalidCursor)
  @ApiOperation({ summary: 'List the people of the organisation', description: 'Newest membership first.' })
  list(@CurrentActor() actor: Actor, @Query() query: ListUsersQuery) {
    return this.members.list(actor, query);
  }

  @Post('users')
  @Permit('user:create')
  @Idempotent()
  @Responds(UserResponse, { status: 201 })
  @Fails(fieldForbidden, passwordTooCommon, emailTaken)
  @ApiOperation({
    summary: 'Create a person',
    description:
      'An account and its membership. Somebody who has an account elsewhere is added with POST /memberships.',
  })
  create(@CurrentActor() actor: Actor, @Body() dto: CreateUserDto) {
    return this.members.create(actor, dto);
  }

  @Get('users/:user_id')
  @Permit('user:read')
  @Responds(UserResponse)
  @Fails(personNotFound)
  @ApiOperation({ summary: 'Read a person', description: 'Anybody who is or was a member of the organisation.' })
  get(@CurrentActor() actor: Actor, @Param('user_id', UuidPipe) userId: string) {
    return this.members.get(actor, userId);
  }

  @Patch('users/:user_id')
  @Permit('user:update')
  @Conditional()
  @Responds(UserResponse)
  @Fails(personNotFound, fieldForbidden, ownMembership, lastAdmin)
  @ApiOperation({
    summary: 'Change a person, their role or their state',
    description:
      'Partial. Nobody changes a person or gives a role above their own. Deactivating signs the person out at once.',
  })
  update(
    @CurrentActor() actor: Actor,
    @Param('user_id', UuidPipe) userId: string,
    @Body() dto: UpdateUserDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.members.update(actor, userId, dto, ifMatch);
  }

  @Post('memberships')
  @Permit('user:create')
  @Idempotent()
  @Responds(UserResponse, { status: 201 })
  @Fails(fieldForbidden, accountNotFound, alreadyMember)
  @ApiOperation({
    summary: 'Add an existing account to the organisation',
    description: 'For somebody who works for another organisation of this registry too.',
  })
  add(@CurrentActor() actor: Actor, @Body() dto: AddMemberDto) {
    return this.members.add(actor, dto);
  }
}
