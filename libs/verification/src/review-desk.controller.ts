import { Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, Responds, RespondsNothing, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { DeskEntryResponse } from './desk-entry-response.dto';
import { ReviewDesk } from './review-desk.service';
import { ClaimantResponse } from './verification-response.dto';
import { queueEntryNotFound } from './verification.errors';

@ApiTags('Verification')
@Controller('api/v1/crew/queue/:verification_id')
export class ReviewDeskController {
  constructor(private readonly desk: ReviewDesk) {}

  @Get()
  @Permit('verification:decide')
  @ApiOperation({
    operationId: 'getQueueEntry',
    summary: 'Everything that a decision on one credential needs',
    description:
      'What was sent in last and the time before, each with its file and short-lived links; the reader is recorded. The ETag is the ' +
      "credential's: send it as `If-Match` with the decision. Also answered once it has been decided, with by whom.",
  })
  @Responds(DeskEntryResponse)
  @Fails(queueEntryNotFound)
  get(@CurrentActor() actor: Actor, @Param('verification_id', UuidPipe) verificationId: string) {
    return this.desk.get(actor, verificationId);
  }

  @Post('claim')
  @Permit('verification:decide')
  @Idempotent()
  @ApiOperation({
    operationId: 'claimQueueEntry',
    summary: 'Say that you are looking at it',
    description:
      'For ten minutes others see it in the queue, so that two do not take the same paper; say it again to go on. When somebody else was ' +
      'first, their claim is the answer. It stops nobody from deciding.',
  })
  @Responds(ClaimantResponse)
  @Fails(queueEntryNotFound)
  claim(@CurrentActor() actor: Actor, @Param('verification_id', UuidPipe) verificationId: string) {
    return this.desk.claim(actor, verificationId);
  }

  @Delete('claim')
  @Permit('verification:decide')
  @ApiOperation({ operationId: 'releaseQueueEntry', summary: 'Give back your claim, if you have one' })
  @RespondsNothing()
  @Fails(queueEntryNotFound)
  release(@CurrentActor() actor: Actor, @Param('verification_id', UuidPipe) verificationId: string) {
    return this.desk.release(actor, verificationId);
  }
}
