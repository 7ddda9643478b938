import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, Responds, RespondsList, RespondsNothing, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import {
  DownloadLinkResponse,
  DownloadQuery,
  fileAltered,
  fileBeingChecked,
  fileNotReady,
  storageUnavailable,
  UploadResponse,
  uploadNotUsable,
} from '#libs/storage';
import { personNotFound } from '#libs/users';
import {
  alreadyDecided,
  duplicateFile,
  ownCredential,
  RejectDto,
  SubmissionResponse,
  VerificationResponse,
} from '#libs/verification';
import { CertificateResponse } from './certificate-response.dto';
import { CertificatesQuery, CreateCertificateDto, UpdateCertificateDto } from './certificate.dto';
import { certificateHasNoFile, certificateNotFound, expiryBeforeIssue } from './certificates.errors';
import { CertificateReviews } from './certificate-reviews.service';
import { Certificates } from './certificates.service';

@ApiTags('Certificates')
@Controller('api/v1/crew')
export class CertificatesController {
  constructor(
    private readonly certificates: Certificates,
    private readonly reviews: CertificateReviews,
  ) {}

  @Post('users/:user_id/certificates')
  @Permit('certificate:create')
  @Idempotent()
  @ApiOperation({ summary: 'Record a certificate and send it in for review' })
  @Responds(CertificateResponse, { status: 201 })
  @Fails(personNotFound, uploadNotUsable, expiryBeforeIssue, duplicateFile)
  create(@CurrentActor() actor: Actor, @Param('user_id', UuidPipe) userId: string, @Body() dto: CreateCertificateDto) {
    return this.certificates.create(actor, userId, dto);
  }

  @Get('users/:user_id/certificates')
  @Permit('certificate:read')
  @ApiOperation({ summary: "A person's certificates, newest first" })
  @RespondsList(CertificateResponse)
  @Fails(personNotFound)
  list(@CurrentActor() actor: Actor, @Param('user_id', UuidPipe) userId: string, @Query() query: CertificatesQuery) {
    return this.certificates.list(actor, userId, query);
  }

  @Get('certificates/:certificate_id')
  @Permit('certificate:read')
  @ApiOperation({ summary: 'One certificate; its ETag changes with every change and decision' })
  @Responds(CertificateResponse)
  @Fails(certificateNotFound)
  get(@CurrentActor() actor: Actor, @Param('certificate_id', UuidPipe) id: string) {
    return this.certificates.get(actor, id);
  }

  @Patch('certificates/:certificate_id')
  @Permit('certificate:update')
  @ApiOperation({
    summary: 'Change a certificate',
    description:
      'A missing field stays, null clears it. A changed number, authority, date or file goes back to review; notes alone do not.',
  })
  @Conditional()
  @Responds(CertificateResponse)
  @Fails(certificateNotFound, uploadNotUsable, expiryBeforeIssue, duplicateFile)
  update(
    @CurrentActor() actor: Actor,
    @Param('certificate_id', UuidPipe) id: string,
    @Body() dto: UpdateCertificateDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.certificates.update(actor, id, dto, ifMatch);
  }

  @Delete('certificates/:certificate_id')
  @Permit('certificate:delete')
  @ApiOperation({ summary: 'Delete a certificate; its history is kept' })
  @Conditional()
  @RespondsNothing()
  @Fails(certificateNotFound)
  remove(
    @CurrentActor() actor: Actor,
    @Param('certificate_id', UuidPipe) id: string,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.certificates.remove(actor, id, ifMatch);
  }

  @Get('certificates/:certificate_id/download')
  @Permit('certificate:read')
  @ApiOperation({ summary: 'A short-lived URL of the file; the reader is recorded' })
  @Responds(DownloadLinkResponse)
  @Fails(certificateNotFound, certificateHasNoFile, fileAltered, fileBeingChecked)
  download(
    @CurrentActor() actor: Actor,
    @Param('certificate_id', UuidPipe) id: string,
    @Query() { disposition }: DownloadQuery,
  ) {
    return this.certificates.download(actor, id, disposition);
  }

  @Get('certificates/:certificate_id/file')
  @Permit('certificate:read')
  @ApiOperation({
    operationId: 'getCertificateFile',
    summary: 'The file as it is now, with short-lived links to it and to its smaller pictures',
    description: 'For everybody who may see the certificate, whoever sent the file. The reader is recorded.',
  })
  @Responds(UploadResponse)
  @Fails(certificateNotFound, certificateHasNoFile, storageUnavailable)
  showFile(
    @CurrentActor() actor: Actor,
    @Param('certificate_id', UuidPipe) id: string,
    @Query() { disposition }: DownloadQuery,
  ) {
    return this.certificates.showFile(actor, id, disposition);
  }

  @Get('certificates/:certificate_id/verification')
  @Permit('verification:read')
  @ApiOperation({ operationId: 'getCertificateVerification', summary: 'The review state of a certificate' })
  @Responds(VerificationResponse)
  @Fails(certificateNotFound)
  getVerification(@CurrentActor() actor: Actor, @Param('certificate_id', UuidPipe) id: string) {
    return this.reviews.get(actor, id);
  }

  @Get('certificates/:certificate_id/submissions')
  @Permit('verification:read')
  @ApiOperation({
    operationId: 'listCertificateSubmissions',
    summary: 'Everything that was sent in for a certificate, newest first, with the decisions',
  })
  @RespondsList(SubmissionResponse)
  @Fails(certificateNotFound)
  listSubmissions(@CurrentActor() actor: Actor, @Param('certificate_id', UuidPipe) id: string) {
    return this.reviews.listSubmissions(actor, id);
  }

  @Post('certificates/:certificate_id/verify')
  @Permit('verification:decide')
  @Idempotent()
  @ApiOperation({ summary: 'Verify the current submission' })
  @Conditional()
  @Responds(VerificationResponse)
  @Fails(certificateNotFound, ownCredential, alreadyDecided, fileNotReady)
  verify(
    @CurrentActor() actor: Actor,
    @Param('certificate_id', UuidPipe) id: string,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.reviews.verify(actor, id, ifMatch);
  }

  @Post('certificates/:certificate_id/reject')
  @Permit('verification:decide')
  @Idempotent()
  @ApiOperation({ summary: 'Reject the current submission with a reason' })
  @Conditional()
  @Responds(VerificationResponse)
  @Fails(certificateNotFound, ownCredential, alreadyDecided)
  reject(
    @CurrentActor() actor: Actor,
    @Param('certificate_id', UuidPipe) id: string,
    @Body() dto: RejectDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.reviews.reject(actor, id, dto.reason, ifMatch);
  }
}
