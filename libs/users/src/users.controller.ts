import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, invalidCursor, Responds, RespondsPage, UuidPipe } from '#libs/common';
import { Members } from './members.service';
import { UserResponse } from './user-response.dto';
import { ListUsersQuery } from './user.dto';
import { personNotFound } from './users.errors';

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
}
