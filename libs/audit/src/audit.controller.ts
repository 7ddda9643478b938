import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, invalidCursor, RespondsPage } from '#libs/common';
import { AuditList } from './audit-list.service';
import { AuditQuery, FileReadsQuery } from './audit-query.dto';
import { AuditRecordResponse, FileReadResponse } from './audit-response.dto';

@ApiTags('Audit')
@Controller('api/v1/shared')
export class AuditController {
  constructor(private readonly audit: AuditList) {}

  @Get('audit')
  @Permit('audit:read')
  @RespondsPage(AuditRecordResponse)
  @Fails(invalidCursor)
  @ApiOperation({
    summary: 'What happened in the organisation',
    description:
      'Every sign-in, change, decision and file read; newest first. Filters are combined. Nothing can change a record.',
  })
  list(@CurrentActor() actor: Actor, @Query() query: AuditQuery) {
    return this.audit.list(actor, query);
  }

  @Get('users/me/file-reads')
  @Permit('profile:read')
  @RespondsPage(FileReadResponse)
  @Fails(invalidCursor)
  @ApiOperation({
    summary: 'Who has read or downloaded your papers',
    description:
      'Everybody who was given a link to a file of yours in this organisation, yourself included; newest first.',
  })
  listFileReads(@CurrentActor() actor: Actor, @Query() query: FileReadsQuery) {
    return this.audit.listFileReads(actor, query);
  }
}
