import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, invalidCursor, Responds, RespondsPage } from '#libs/common';
import { CertificateRegisterQuery } from './certificate.dto';
import { CERTIFICATE } from './certificate-kind';
import { CertificateRegister } from './certificates.service';
import { OverviewResponse, RegisteredCertificateResponse } from './overview-response.dto';
import { Overviews } from './overviews.service';

@ApiTags('Overview')
@Controller('api/v1/crew')
export class OverviewController {
  constructor(
    private readonly overviews: Overviews,
    private readonly register: CertificateRegister,
  ) {}

  @Get('overview')
  @Permit('queue:read')
  @ApiOperation({
    operationId: 'getOverview',
    summary: 'What needs doing today, in figures',
    description:
      'What waits for a decision and for how long, what was rejected and not sent in again, what expires when, and what was decided per ' +
      'day. Each count stops at `countedUpTo` and then means "at least". The bounds of each are what the lists filter by: GET queue ' +
      '(`submitted_after`, `submitted_before`) and GET certificates (`certificate_type`, `expires_from`, `expires_to`).',
  })
  @Responds(OverviewResponse)
  get(@CurrentActor() actor: Actor) {
    return this.overviews.get(actor);
  }

  @Get('certificates')
  @Permit(CERTIFICATE.listPermission)
  @ApiOperation({
    operationId: 'listAllCertificates',
    summary: "Everybody's certificates; the first to expire first, those that never do last",
  })
  @RespondsPage(RegisteredCertificateResponse)
  @Fails(invalidCursor)
  list(@CurrentActor() actor: Actor, @Query() query: CertificateRegisterQuery) {
    return this.register.list(actor, query, query.certificate_type);
  }
}
