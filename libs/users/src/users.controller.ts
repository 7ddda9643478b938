import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, fieldForbidden, invalidCursor, Responds, RespondsPage, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { Members } from './members.service';
import { UserResponse } from './user-response.dto';
import { AddMemberDto, ListUsersQuery } from './user.dto';
import { accountNotFound, alreadyMember, personNotFound } from './users.errors';

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

  @Get('users/:user_id')
  @Permit('user:read')
  @Responds(UserResponse)
  @Fails(personNotFound)
  @ApiOperation({ summary: 'Read a person', description: 'Anybody who is or was a member of the organisation.' })
  get(@CurrentActor() actor: Actor, @Param('user_id', UuidPipe) userId: string) {
    return this.members.get(actor, userId);
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
