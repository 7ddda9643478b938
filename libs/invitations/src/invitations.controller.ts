import { Body, Controller, Delete, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import {
  Conditional,
  Fails,
  fieldForbidden,
  invalidCursor,
  PageQuery,
  Responds,
  RespondsNothing,
  RespondsPage,
  UuidPipe,
} from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { alreadyMember, UserResponse } from '#libs/users';
import { InvitationResponse } from './invitation-response.dto';
import { CreateUserDto, InviteDto } from './invitation.dto';
import {
  invitationNotFound,
  invitationOfHigherRole,
  passwordNotYours,
  tooManyInvitationsDefinition,
} from './invitations.errors';
import { Invitations } from './invitations.service';

@ApiTags('Invitations')
@Controller('api/v1/shared')
export class InvitationsController {
  constructor(private readonly invitations: Invitations) {}

  @Post('users')
  @ApiTags('People')
  @Permit('user:create')
  @Idempotent()
  @Responds(UserResponse, { status: 201 })
  @Fails(fieldForbidden, passwordNotYours, alreadyMember, tooManyInvitationsDefinition)
  @ApiOperation({
    summary: 'Create a person',
    description:
      'On the roster at once, so that papers can be recorded, and invited by mail to sign in; both ids stay. Whether the address has an ' +
      'account with another organisation makes no difference here. At most 200 invitations an hour by a person, 500 by an organisation, 3 to an address.',
  })
  createUser(@CurrentActor() actor: Actor, @Body() dto: CreateUserDto) {
    return this.invitations.createPerson(actor, dto);
  }

  @Post('invitations')
  @Permit('user:create')
  @Idempotent()
  @Responds(InvitationResponse, { status: 201 })
  @Fails(fieldForbidden, alreadyMember, invitationOfHigherRole, tooManyInvitationsDefinition)
  @ApiOperation({
    summary: 'Invite a person by mail',
    description:
      'As POST /users, with the invitation for an answer; and somebody on the roster who has not accepted yet is invited anew, in the place ' +
      'of the invitation before. The link works once, within 7 days: PUBLIC_URL/accept-invitation?lang=...#token=...',
  })
  invitePerson(@CurrentActor() actor: Actor, @Body() dto: InviteDto) {
    return this.invitations.invite(actor, dto);
  }

  @Get('invitations')
  @Permit('invitation:manage')
  @RespondsPage(InvitationResponse)
  @Fails(invalidCursor)
  @ApiOperation({
    summary: 'List the open invitations',
    description: 'Newest first; those that were accepted, withdrawn or have expired are gone.',
  })
  list(@CurrentActor() actor: Actor, @Query() query: PageQuery) {
    return this.invitations.list(actor, query);
  }

  @Get('invitations/:invitation_id')
  @Permit('invitation:manage')
  @Responds(InvitationResponse)
  @Fails(invitationNotFound)
  @ApiOperation({ summary: 'Read an open invitation', description: 'Without its token, which only the mail has.' })
  get(@CurrentActor() actor: Actor, @Param('invitation_id', UuidPipe) id: string) {
    return this.invitations.get(actor, id);
  }

  @Post('invitations/:invitation_id/resend')
  @Permit('invitation:manage')
  @Idempotent()
  @Responds(InvitationResponse)
  @Fails(invitationNotFound, invitationOfHigherRole, tooManyInvitationsDefinition)
  @ApiOperation({
    summary: 'Send an open invitation again',
    description:
      'Another mail with another link, for 7 days from now; the link before stops working at once. From now on it is your invitation.',
  })
  resend(@CurrentActor() actor: Actor, @Param('invitation_id', UuidPipe) id: string) {
    return this.invitations.resend(actor, id);
  }

  @Delete('invitations/:invitation_id')
  @Permit('invitation:manage')
  @RespondsNothing()
  @Fails(invitationNotFound, invitationOfHigherRole)
  @Conditional()
  @ApiOperation({
    summary: 'Withdraw an open invitation',
    description: 'Its link stops working at once. The person stays on the roster.',
  })
  withdraw(
    @CurrentActor() actor: Actor,
    @Param('invitation_id', UuidPipe) id: string,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.invitations.withdraw(actor, id, ifMatch);
  }
}
