import { Body, Controller, Get, Headers, Inject, Param, Post, Query, type Type } from '@nestjs/common';
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
  UploadResponse,
} from '#libs/uploads';
import { storageUnavailable } from '#libs/storage';
import {
  alreadyDecided,
  AnyVerificationResponse,
  ownCredential,
  RejectDto,
  SubmissionResponse,
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
  const target = (id: string) => ({ type: kind.name, id, notFound });

  @ApiTags(kind.tag)
  @Controller(`api/v1/crew/${kind.path}/:${parameter}`)
  class CredentialController {
    constructor(
      @Inject(reader) private readonly credentials: CredentialReader,
      private readonly files: CredentialFiles,
      private readonly verifications: Verifications,
    ) {}

    @Get('download')
    @Permit(permissions.read)
    @ApiOperation({
      operationId: `download${title}`,
      summary: 'A short-lived URL of the file; the reader is recorded',
    })
    @Responds(DownloadLinkResponse)
    @Fails(notFound, hasNoFile, fileAltered, fileBeingChecked)
    download(
      @CurrentActor() actor: Actor,
      @Param(parameter, UuidPipe) id: string,
      @Query() { disposition }: DownloadQuery,
    ) {
      return this.files.download(actor, kind, () => this.credentials.getCurrent(actor, id), disposition);
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
      return this.verifications.listSubmissions(actor, target(id));
    }

    @Post('verify')
    @Permit('verification:decide')
    @Idempotent()
    @ApiOperation({ operationId: `verify${title}`, summary: 'Verify the current submission' })
    @Conditional()
    @Responds(Response)
    @Fails(notFound, ownCredential, alreadyDecided, ...ofDecisions, fileNotReady)
    verify(
      @CurrentActor() actor: Actor,
      @Param(parameter, UuidPipe) id: string,
      @Headers('if-match') ifMatch?: string,
    ) {
      return this.verifications.decide(actor, target(id), { outcome: 'verified' }, ifMatch);
    }

    @Post('reject')
    @Permit('verification:decide')
    @Idempotent()
    @ApiOperation({ operationId: `reject${title}`, summary: 'Reject the current submission with a reason' })
    @Conditional()
    @Responds(Response)
    @Fails(notFound, ownCredential, alreadyDecided, ...ofDecisions)
    reject(
      @CurrentActor() actor: Actor,
      @Param(parameter, UuidPipe) id: string,
      @Body() { reason }: RejectDto,
      @Headers('if-match') ifMatch?: string,
    ) {
      return this.verifications.decide(actor, target(id), { outcome: 'rejected', reason }, ifMatch);
    }
  }
  // Nest and the API's document know a controller by its name.
  return Object.defineProperty(CredentialController, 'name', { value: `${title}ReviewsController` });
}
