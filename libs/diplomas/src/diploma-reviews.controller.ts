import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, Responds, RespondsList, UuidPipe, PersonPipe } from '#libs/common';
import { personNotFound } from '#libs/users';
import { ReviewedDiplomasQuery } from './diploma.dto';
import { ReviewedDiplomaResponse } from './reviewed-diploma-response.dto';
import { DIPLOMA } from './diploma-kind';
import { diplomaNotFound } from './diplomas.errors';
import { DiplomaReader } from './diploma-reader.service';

/** Diplomas as reviewers meet them, in the manner of contract C: Bearer token, UUIDs, the `targetId` of queue and profile. */
@ApiTags('Verification')
@Controller('api/v1/crew')
export class DiplomaReviewsController {
  constructor(private readonly diplomas: DiplomaReader) {}

  @Get('users/:user_id/diplomas')
  @Permit(DIPLOMA.permissions.read)
  @ApiOperation({
    operationId: 'listReviewedDiplomas',
    summary: "A person's diplomas with their review, newest first",
    description: 'What contract D lists page by page, under the names of contract C.',
  })
  @RespondsList(ReviewedDiplomaResponse)
  @Fails(personNotFound)
  list(
    @CurrentActor() actor: Actor,
    @Param('user_id', PersonPipe) userId: string,
    @Query() query: ReviewedDiplomasQuery,
  ) {
    return this.diplomas.listReviewed(actor, userId, query);
  }

  @Get('diplomas/:diploma_id')
  @Permit(DIPLOMA.permissions.read)
  @ApiOperation({
    operationId: 'getReviewedDiploma',
    summary: 'One diploma; its ETag changes with every change and decision',
  })
  @Responds(ReviewedDiplomaResponse)
  @Fails(diplomaNotFound)
  get(@CurrentActor() actor: Actor, @Param('diploma_id', UuidPipe) id: string) {
    return this.diplomas.getCurrent(actor, id);
  }
}
