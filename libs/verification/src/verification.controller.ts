import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, invalidCursor, Responds, RespondsPage, PersonPipe } from '#libs/common';
import { personNotFound } from '#libs/users';
import { Profiles } from './profiles.service';
import { QueueQuery, RosterQuery } from './verification.dto';
import { ProfileSummaryResponse, QueueEntryResponse, RosterEntryResponse } from './verification-response.dto';

@ApiTags('Verification')
@Controller('api/v1/crew')
export class VerificationController {
  constructor(private readonly profiles: Profiles) {}

  @Get('users/:user_id/verification')
  @Permit('verification:read')
  @ApiOperation({
    operationId: 'getVerificationSummary',
    summary: "How far are a person's papers?",
    description:
      'Any rejected credential: `action_needed`; nothing on record or something announced that has not arrived: `incomplete`; ' +
      'any pending: `in_review`; else `approved`.',
  })
  @Responds(ProfileSummaryResponse)
  @Fails(personNotFound)
  getSummary(@CurrentActor() actor: Actor, @Param('user_id', PersonPipe) userId: string) {
    return this.profiles.getSummary(actor, userId);
  }

  @Get('roster')
  @Permit('roster:read')
  @ApiOperation({ summary: 'Everybody of the organisation, with the state of their papers; newest first' })
  @RespondsPage(RosterEntryResponse)
  @Fails(invalidCursor)
  listRoster(@CurrentActor() actor: Actor, @Query() query: RosterQuery) {
    return this.profiles.listRoster(actor, query);
  }

  @Get('queue')
  @Permit('queue:read')
  @ApiOperation({ summary: 'What waits for a decision; oldest submission first' })
  @RespondsPage(QueueEntryResponse)
  @Fails(invalidCursor)
  listQueue(@CurrentActor() actor: Actor, @Query() query: QueueQuery) {
    return this.profiles.listQueue(actor, query);
  }
}
