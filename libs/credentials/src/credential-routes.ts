import { Body, Controller, Get, Headers, Inject, Param, Post, Query, type Type, UseInterceptors } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, Responds, RespondsList, UuidPipe, yearOutOfRange } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import {
  AwaitChecks,
  DownloadLinkResponse,
  DownloadQuery,
  fileAltered,
  fileBeingChecked,
  fileNotReady,
  UploadResponse,
} from '#libs/uploads';
import { storageUnavailable } from '#libs/storage';
import {
  alreadyDecided,
  AnyVerificationResponse,
  checkedInFuture,
  fileNotShown,
  notDecided,
  originalNotSeen,
  ownCredential,
  ownEntry,
  RejectDto,
  ReopenDto,
  secondReviewerNeeded,
  SubmissionHistory,
  SubmissionResponse,
  VerifyDto,
  VerificationResponse,
  Verifications,
} from '#libs/verification';
import { CredentialFiles, type CredentialReader } from './credential-files.service';
import type { CredentialKind } from './credential-kind';

/** The routes that every kind of credential has alike: its file, what was sent in of it, and the review. */
export function credentialRoutes(kind: CredentialKind, reader: Type<CredentialReader>): Type {
  const { noun, parameter, permissions, title } = kind;
  const { notFound, hasNoFile, ofDecisions = [] } = kind.errors;
  const Response = kind.isInContract ? VerificationResponse : AnyVerificationResponse;
  const refusals = [ownCredential, ownEntry, alreadyDecided, ...ofDecisions, checkedInFuture, yearOutOfRange];
  const target = (id: string) => ({ type: kind.name, id, notFound });

  @ApiTags(kind.tag)
  @Controller(`api/v1/crew/${kind.path}/:${parameter}`)
  class CredentialController {
    constructor(
      @Inject(reader) private readonly credentials: CredentialReader,
      private readonly files: CredentialFiles,
      private readonly verifications: Verifications,
      private readonly history: SubmissionHistory,
    ) {}

    @Get('download')
    @Permit(permissions.read)
    @UseInterceptors(AwaitChecks)
    @ApiOperation({
      operationId: `download${title}`,
      summary: 'A short-lived URL of the file; the reader is recorded',
    })
    @Responds(DownloadLinkResponse)
    @Fails(notFound, hasNoFile, fileAltered, fileBeingChecked)
    async download(
      @CurrentActor() actor: Actor,
      @Param(parameter, UuidPipe) id: string,
      @Query() { disposition }: DownloadQuery,
    ) {
      return this.files.download(actor, kind, await this.credentials.getCurrent(actor, id), disposition);
    }

    @Get('file')
    @Permit(permissions.read)
    @ApiOperation({
      operationId: `get${title}File`,
      summary: 'The file as it is now, with short-lived links to it and to its smaller pictures',
      description: `For everybody who may see the ${noun.split(' ').slice(1).join(' ')}, whoever sent the file. The reader is recorded.`,
    })
    @Responds(UploadResponse)
    @Fails(notFound, hasNoFile, storageUnavailable)
    async showFile(
      @CurrentActor() actor: Actor,
      @Param(parameter, UuidPipe) id: string,
      @Query() { disposition }: DownloadQuery,
    ) {
      return this.files.show(actor, kind, await this.credentials.getCurrent(actor, id), disposition);
    }

    @Get('verification')
    @Permit('verification:read')
    @ApiOperation({ operationId: `get${title}Verification`, summary: `The review state of ${noun}` })
    @Responds(Response)
    @Fails(notFound)
    async getVerification(@CurrentActor() actor: Actor, @Param(parameter, UuidPipe) id: string) {
      return (await this.credentials.getCurrent(actor, id)).verification;
    }

    @Get('submissions')
    @Permit(permissions.read)
    @ApiOperation({
      operationId: `list${title}Submissions`,
      summary: `Everything that was sent in for ${noun}, newest first, with the decisions`,
    })
    @RespondsList(SubmissionResponse)
    @Fails(notFound)
    async listSubmissions(@CurrentActor() actor: Actor, @Param(parameter, UuidPipe) id: string) {
      await this.credentials.getCurrent(actor, id);
      return this.history.list(actor, target(id));
    }

    @Post('verify')
    @Permit('verification:decide')
    @Idempotent()
    @ApiOperation({
      operationId: `verify${title}`,
      summary: 'Verify the current submission',
      description:
        'No body is needed where there is a file; without one say `original_seen`. Where your organisation wants two people to verify, the ' +
        "first one's word is recorded and the answer is `pending` still. Of oneself, and by default of what one has recorded, edited or " +
        'uploaded, nobody decides.',
    })
    @ApiBody({ type: VerifyDto, required: false })
    @Conditional()
    @Responds(Response)
    @Fails(notFound, ...refusals, secondReviewerNeeded, fileNotReady, originalNotSeen, fileNotShown)
    verify(
      @CurrentActor() actor: Actor,
      @Param(parameter, UuidPipe) id: string,
      @Body() check: VerifyDto,
      @Headers('if-match') ifMatch?: string,
    ) {
      return this.verifications.decide(actor, target(id), { outcome: 'verified', check }, ifMatch);
    }

    @Post('reject')
    @Permit('verification:decide')
    @Idempotent()
    @ApiOperation({ operationId: `reject${title}`, summary: 'Reject the current submission with a reason' })
    @Conditional()
    @Responds(Response)
    @Fails(notFound, ...refusals)
    reject(
      @CurrentActor() actor: Actor,
      @Param(parameter, UuidPipe) id: string,
      @Body() { reason, ...check }: RejectDto,
      @Headers('if-match') ifMatch?: string,
    ) {
      return this.verifications.decide(actor, target(id), { outcome: 'rejected', reason, check }, ifMatch);
    }

    @Post('reopen')
    @Permit('verification:decide')
    @Idempotent()
    @ApiOperation({
      operationId: `reopen${title}`,
      summary: 'Take a decision back',
      description:
        'It waits for a new decision, as a submission of its own that says why and by whom; the former decision stays readable in its history.',
    })
    @Conditional()
    @Responds(Response)
    @Fails(notFound, ownCredential, notDecided)
    reopen(
      @CurrentActor() actor: Actor,
      @Param(parameter, UuidPipe) id: string,
      @Body() { reason }: ReopenDto,
      @Headers('if-match') ifMatch?: string,
    ) {
      return this.verifications.reopen(actor, target(id), reason, ifMatch);
    }
  }
  // Nest and the API's document know a controller by its name.
  return Object.defineProperty(CredentialController, 'name', { value: `${title}ReviewsController` });
}
