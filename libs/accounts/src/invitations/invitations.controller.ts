import { Body, Controller, Delete, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit, Public } from '#libs/auth';
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
import { emailTaken } from '#libs/users';
import { type Caller, CurrentCaller } from '../caller';
import { InvitationResponse } from './invitation-response.dto';
import { AcceptInvitationDto, InviteDto } from './invitation.dto';
import { Invitations } from './invitations.service';
import { invitationInvalid, invitationNotFound, passwordTooCommon } from '../accounts.errors';

@ApiTags('Invitations')
@Controller()
export class InvitationsController {
  constructor(private readonly invitations: Invitations) {}

  @Post('api/v1/shared/invitations')
  @Permit('user:create')
  @Idempotent()
  @Responds(InvitationResponse, { status: 201 })
  @Fails(fieldForbidden, emailTaken)
  @ApiOperation({
    summary: 'Invite a person by mail',
    description:
      'The mail carries a link that works once, within 7 days: PUBLIC_URL/accept-invitation?lang=...#token=... A further invitation of the ' +
      'same person takes the place of the one before. Somebody who has an account is added with POST /memberships.',
  })
  invitePerson(@CurrentActor() actor: Actor, @Body() dto: InviteDto) {
    return this.invitations.invite(actor, dto);
  }

  @Get('api/v1/shared/invitations')
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

  @Get('api/v1/shared/invitations/:invitation_id')
  @Permit('invitation:manage')
  @Responds(InvitationResponse)
  @Fails(invitationNotFound)
  @ApiOperation({ summary: 'Read an open invitation', description: 'Without its token, which only the mail has.' })
  get(@CurrentActor() actor: Actor, @Param('invitation_id', UuidPipe) id: string) {
    return this.invitations.get(actor, id);
  }

  @Post('api/v1/shared/invitations/:invitation_id/resend')
  @Permit('invitation:manage')
  @Idempotent()
  @Responds(InvitationResponse)
  @Fails(invitationNotFound, emailTaken)
  @ApiOperation({
    summary: 'Send an open invitation again',
    description:
      'Another mail with another link, for 7 days from now; the link before stops working at once. From now on it is your invitation.',
  })
  resend(@CurrentActor() actor: Actor, @Param('invitation_id', UuidPipe) id: string) {
    return this.invitations.resend(actor, id);
  }

  @Delete('api/v1/shared/invitations/:invitation_id')
  @Permit('invitation:manage')
  @RespondsNothing()
  @Fails(invitationNotFound)
  @Conditional()
  @ApiOperation({ summary: 'Withdraw an open invitation', description: 'Its link stops working at once.' })
  withdraw(
    @CurrentActor() actor: Actor,
    @Param('invitation_id', UuidPipe) id: string,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.invitations.withdraw(actor, id, ifMatch);
  }

  @Post('auth/v1/rs/invitations/accept')
  @Public()
  @RespondsNothing()
  @Fails(invitationInvalid, passwordTooCommon, emailTaken)
  @ApiOperation({ summary: 'Accept an invitation', description: 'Makes the account; sign in with it then.' })
  acceptInvitation(@Body() dto: AcceptInvitationDto, @CurrentCaller() caller: Caller) {
    return this.invitations.accept(dto, caller);
  }
}
