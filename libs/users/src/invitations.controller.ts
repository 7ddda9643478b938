import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit, Public } from '#libs/auth';
import { Fails, fieldForbidden, Responds, RespondsNothing } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { type Caller, CurrentCaller } from './caller';
import { InvitationResponse } from './invitation-response.dto';
import { AcceptInvitationDto, InviteDto } from './invitation.dto';
import { Invitations } from './invitations.service';
import { emailTaken, invitationInvalid, passwordTooCommon } from './users.errors';

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
      'The mail carries a link that works once, within 7 days: PUBLIC_URL/accept-invitation#token=... A further invitation of the ' +
      'same person takes the place of the one before. Somebody who has an account is added with POST /memberships.',
  })
  invitePerson(@CurrentActor() actor: Actor, @Body() dto: InviteDto) {
    return this.invitations.invite(actor, dto);
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
