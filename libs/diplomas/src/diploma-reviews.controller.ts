import { Body, Controller, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, Responds, RespondsList, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { DownloadLinkResponse, DownloadQuery, fileAltered, fileBeingChecked, fileNotReady } from '#libs/storage';
import {
  alreadyDecided,
  notSubmitted,
  ownCredential,
  RejectDto,
  SubmissionResponse,
  VerificationResponse,
} from '#libs/verification';
import { ReviewedDiplomaResponse } from './reviewed-diploma-response.dto';
import { DiplomaReviews } from './diploma-reviews.service';
import { diplomaHasNoFile, diplomaNotFound } from './diplomas.errors';
import { DiplomaReader } from './diploma-reader.service';

/** Diplomas as reviewers meet them, in the manner of contract C: Bearer token, UUIDs, the `targetId` of queue and profile. */
@ApiTags('Verification')
@Controller('api/v1/crew/diplomas/:diploma_id')
export class DiplomaReviewsController {
  constructor(
    private readonly diplomas: DiplomaReader,
    private readonly reviews: DiplomaReviews,
  ) {}

  @Get()
  @Permit('diploma:read')
  @ApiOperation({
    operationId: 'getReviewedDiploma',
    summary: 'One diploma; its ETag changes with every change and decision',
  })
  @Responds(ReviewedDiplomaResponse)
  @Fails(diplomaNotFound)
  get(@CurrentActor() actor: Actor, @Param('diploma_id', UuidPipe) id: string) {
    return this.diplomas.getByUuid(actor, id);
  }

  @Get('download')
  @Permit('diploma:read')
  @ApiOperation({ operationId: 'downloadDiploma', summary: 'A short-lived URL of the file; the reader is recorded' })
  @Responds(DownloadLinkResponse)
  @Fails(diplomaNotFound, diplomaHasNoFile, fileAltered, fileBeingChecked)
  download(
    @CurrentActor() actor: Actor,
    @Param('diploma_id', UuidPipe) id: string,
    @Query() { disposition }: DownloadQuery,
  ) {
    return this.diplomas.download(actor, id, disposition);
  }

  @Get('verification')
  @Permit('verification:read')
  @ApiOperation({ operationId: 'getDiplomaVerification', summary: 'The review state of a diploma' })
  @Responds(VerificationResponse)
  @Fails(diplomaNotFound)
  getVerification(@CurrentActor() actor: Actor, @Param('diploma_id', UuidPipe) id: string) {
    return this.reviews.get(actor, id);
  }

  @Get('submissions')
  @Permit('verification:read')
  @ApiOperation({
    operationId: 'listDiplomaSubmissions',
    summary: 'Everything that was sent in for a diploma, newest first, with the decisions',
  })
  @RespondsList(SubmissionResponse)
  @Fails(diplomaNotFound)
  listSubmissions(@CurrentActor() actor: Actor, @Param('diploma_id', UuidPipe) id: string) {
    return this.reviews.listSubmissions(actor, id);
  }

  @Post('verify')
  @Permit('verification:decide')
  @Idempotent()
  @ApiOperation({ operationId: 'verifyDiploma', summary: 'Verify the current submission' })
  @Conditional()
  @Responds(VerificationResponse)
  @Fails(diplomaNotFound, ownCredential, alreadyDecided, notSubmitted, fileNotReady)
  verify(
    @CurrentActor() actor: Actor,
    @Param('diploma_id', UuidPipe) id: string,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.reviews.verify(actor, id, ifMatch);
  }

  @Post('reject')
  @Permit('verification:decide')
  @Idempotent()
  @ApiOperation({ operationId: 'rejectDiploma', summary: 'Reject the current submission with a reason' })
  @Conditional()
  @Responds(VerificationResponse)
  @Fails(diplomaNotFound, ownCredential, alreadyDecided, notSubmitted)
  reject(
    @CurrentActor() actor: Actor,
    @Param('diploma_id', UuidPipe) id: string,
    @Body() dto: RejectDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.reviews.reject(actor, id, dto.reason, ifMatch);
  }
}
