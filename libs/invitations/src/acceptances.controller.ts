import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, passwordTooCommon } from '#libs/accounts';
import { Public } from '#libs/auth';
import { Fails, Responds, RespondsNothing } from '#libs/common';
import { Acceptances } from './acceptances.service';
import { OfferResponse } from './invitation-response.dto';
import { AcceptInvitationDto, InvitationTokenDto } from './invitation.dto';
import { accountExists, invitationInvalid, passwordRequired } from './invitations.errors';

/** For whoever has the link of the mail. */
@ApiTags('Invitations')
@Controller('auth/v1/rs/invitations')
export class AcceptancesController {
  constructor(private readonly acceptances: Acceptances) {}

  @Post('look-up')
  @Public()
  @Responds(OfferResponse)
  @Fails(invitationInvalid)
  @ApiOperation({
    summary: 'What is this an invitation to?',
    description: 'For the page behind the link; the token is not used up.',
  })
  lookUpInvitation(@Body() dto: InvitationTokenDto) {
    return this.acceptances.look(dto);
  }

  @Post('accept')
  @Public()
  @RespondsNothing()
  @Fails(invitationInvalid, passwordRequired, passwordTooCommon, accountExists)
  @ApiOperation({
    summary: 'Accept an invitation',
    description:
      'Joins the organisation. Without an account of that address it is made, with the password chosen here; an account that is there ' +
      'keeps its own, and none is sent. Sign in then.',
  })
  acceptInvitation(@Body() dto: AcceptInvitationDto, @CurrentCaller() caller: Caller) {
    return this.acceptances.accept(dto, caller);
  }
}
