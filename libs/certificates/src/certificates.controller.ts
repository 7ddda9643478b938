import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, Responds, RespondsList, RespondsNothing, UuidPipe, PersonPipe } from '#libs/common';
import { datesRefused, issuingStateUnknown } from '#libs/credentials';
import { Idempotent } from '#libs/idempotency';
import { uploadNotUsable } from '#libs/uploads';
import { personNotFound } from '#libs/users';
import { duplicateFile } from '#libs/verification';
import { CertificateResponse } from './certificate-response.dto';
import { CertificatesQuery, CreateCertificateDto, UpdateCertificateDto } from './certificate.dto';
import { CERTIFICATE } from './certificate-kind';
import { certificateNotFound, linesRefused, suspensionBackwards } from './certificates.errors';
import { Certificates } from './certificates.service';

@ApiTags('Certificates')
@Controller('api/v1/crew')
export class CertificatesController {
  constructor(private readonly certificates: Certificates) {}

  @Post('users/:user_id/certificates')
  @Permit(CERTIFICATE.permissions.create)
  @Idempotent()
  @ApiOperation({ summary: 'Record a certificate and send it in for review' })
  @Responds(CertificateResponse, { status: 201 })
  @Fails(personNotFound, uploadNotUsable, ...datesRefused, issuingStateUnknown, ...linesRefused, duplicateFile)
  create(
    @CurrentActor() actor: Actor,
    @Param('user_id', PersonPipe) userId: string,
    @Body() dto: CreateCertificateDto,
  ) {
    return this.certificates.create(actor, userId, dto);
  }

  @Get('users/:user_id/certificates')
  @Permit(CERTIFICATE.permissions.read)
  @ApiOperation({ summary: "A person's certificates, newest first" })
  @RespondsList(CertificateResponse)
  @Fails(personNotFound)
  list(@CurrentActor() actor: Actor, @Param('user_id', PersonPipe) userId: string, @Query() query: CertificatesQuery) {
    return this.certificates.list(actor, userId, query, query.certificate_type);
  }

  @Get('certificates/:certificate_id')
  @Permit(CERTIFICATE.permissions.read)
  @ApiOperation({ summary: 'One certificate; its ETag changes with every change and decision' })
  @Responds(CertificateResponse)
  @Fails(certificateNotFound)
  get(@CurrentActor() actor: Actor, @Param('certificate_id', UuidPipe) id: string) {
    return this.certificates.get(actor, id);
  }

  @Patch('certificates/:certificate_id')
  @Permit(CERTIFICATE.permissions.update, { shows: CERTIFICATE.permissions.read })
  @ApiOperation({
    summary: 'Change a certificate',
    description: 'A missing field stays, null clears it. A change goes back to review, but for notes and a suspension.',
  })
  @Conditional()
  @Responds(CertificateResponse)
  @Fails(
    certificateNotFound,
    uploadNotUsable,
    ...datesRefused,
    issuingStateUnknown,
    ...linesRefused,
    suspensionBackwards,
    duplicateFile,
  )
  update(
    @CurrentActor() actor: Actor,
    @Param('certificate_id', UuidPipe) id: string,
    @Body() dto: UpdateCertificateDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.certificates.update(actor, id, dto, ifMatch);
  }

  @Delete('certificates/:certificate_id')
  @Permit(CERTIFICATE.permissions.delete)
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
}
