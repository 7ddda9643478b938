import { Body, Controller, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, Responds, RespondsList, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import {
  DownloadLinkResponse,
  DownloadQuery,
  fileAltered,
  fileBeingChecked,
  fileNotReady,
  storageUnavailable,
  UploadResponse,
} from '#libs/storage';
import { personNotFound } from '#libs/users';
import {
  alreadyDecided,
  notSubmitted,
  ownCredential,
  RejectDto,
  SubmissionResponse,
  VerificationResponse,
} from '#libs/verification';
import { ReviewedDiplomasQuery } from './diploma.dto';
import { ReviewedDiplomaResponse } from './reviewed-diploma-response.dto';
import { DiplomaReviews } from './diploma-reviews.service';
import { diplomaHasNoFile, diplomaNotFound } from './diplomas.errors';
import { DiplomaReader } from './diploma-reader.service';

/** Diplomas as reviewers meet them, in the manner of contract C: Bearer token, UUIDs, the `targetId` of queue and profile. */
@ApiTags('Verification')
@Controller('api/v1/crew')
export class DiplomaReviewsController {
  constructor(
    private readonly diplomas: DiplomaReader,
    private readonly reviews: DiplomaReviews,
  ) {}

  @Get('users/:user_id/diplomas')
  @Permit('diploma:read')
  @ApiOperation({
    operationId: 'listReviewedDiplomas',
    summary: "A person's diplomas with their review, newest first",
    description: 'What contract D lists page by page, under the names of contract C.',
  })
  @RespondsList(ReviewedDiplomaResponse)
  @Fails(personNotFound)
  list(
    @CurrentActor() actor: Actor,
    @Param('user_id', UuidPipe) userId: string,
    @Query() query: ReviewedDiplomasQuery,
  ) {
    return this.diplomas.listReviewed(actor, userId, query);
  }

  @Get('diplomas/:diploma_id')
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

  @Get('diplomas/:diploma_id/download')
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

  @Get('diplomas/:diploma_id/file')
  @Permit('diploma:read')
  @ApiOperation({
    operationId: 'getDiplomaFile',
    summary: 'The file as it is now, with short-lived links to it and to its smaller pictures',
    description: 'For everybody who may see the diploma, whoever sent the file. The reader is recorded.',
  })
  @Responds(UploadResponse)
  @Fails(diplomaNotFound, diplomaHasNoFile, storageUnavailable)
  showFile(
    @CurrentActor() actor: Actor,
    @Param('diploma_id', UuidPipe) id: string,
    @Query() { disposition }: DownloadQuery,
  ) {
    return this.diplomas.showFile(actor, id, disposition);
  }

  @Get('diplomas/:diploma_id/verification')
  @Permit('verification:read')
  @ApiOperation({ operationId: 'getDiplomaVerification', summary: 'The review state of a diploma' })
  @Responds(VerificationResponse)
  @Fails(diplomaNotFound)
  getVerification(@CurrentActor() actor: Actor, @Param('diploma_id', UuidPipe) id: string) {
    return this.reviews.get(actor, id);
  }

  @Get('diplomas/:diploma_id/submissions')
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

  @Post('diplomas/:diploma_id/verify')
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

  @Post('diplomas/:diploma_id/reject')
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
