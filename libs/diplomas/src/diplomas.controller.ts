import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit, RequiresSessionToken } from '#libs/auth';
import { Conditional, Fails, IntegerIdPipe, Responds, yearOutOfRange } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { fileTooLarge, fileTypeNotSupported, quotaExceeded, tooManyOpenUploads, uploadNotUsable } from '#libs/uploads';
import { personNotFound } from '#libs/users';
import { duplicateFile } from '#libs/verification';
import {
  DeletedDiplomaResponse,
  DiplomaListResponse,
  OneDiplomaResponse,
  WrittenDiplomaResponse,
} from './diploma-response.dto';
import { DIPLOMA } from './diploma-kind';
import { CreateDiplomaDto, DiplomaQuery, DiplomasQuery, UpdateDiplomaDto } from './diploma.dto';
import { diplomaNotFound, obtainedInFuture, titleUnknown, twoFiles } from './diplomas.errors';
import { DiplomaReader } from './diploma-reader.service';
import { Diplomas } from './diplomas.service';

/** `userId` is the person's integer id, or `me`. */
@ApiTags('Diplomas')
@RequiresSessionToken()
@Controller('users-organizations/v1/rs/users/:userId/diplomas')
export class DiplomasController {
  constructor(
    private readonly diplomas: Diplomas,
    private readonly reader: DiplomaReader,
  ) {}

  @Post()
  @Permit(DIPLOMA.permissions.create)
  @Idempotent()
  @ApiOperation({
    summary: 'Record a diploma',
    description:
      'With an attachment, `upload` is the presigned request that sends the file straight to storage; `presignedUrl` downloads it ' +
      'from the moment it has arrived. A file that was uploaded before is named by `uploadId` instead.',
  })
  @Responds(WrittenDiplomaResponse, { status: 201 })
  @Fails(
    personNotFound,
    titleUnknown,
    obtainedInFuture,
    yearOutOfRange,
    fileTypeNotSupported,
    fileTooLarge,
    quotaExceeded,
    tooManyOpenUploads,
    twoFiles,
    uploadNotUsable,
    duplicateFile,
  )
  create(@CurrentActor() actor: Actor, @Param('userId') userId: string, @Body() dto: CreateDiplomaDto) {
    return this.diplomas.create(actor, userId, dto);
  }

  @Get()
  @Permit(DIPLOMA.permissions.read)
  @ApiOperation({ summary: "A person's diplomas, newest first", description: 'No URL is made unless asked for.' })
  @Responds(DiplomaListResponse)
  @Fails(personNotFound)
  list(@CurrentActor() actor: Actor, @Param('userId') userId: string, @Query() query: DiplomasQuery) {
    return this.reader.list(actor, userId, query);
  }

  @Get(':diplomaId')
  @Permit(DIPLOMA.permissions.read)
  @ApiOperation({ summary: 'One diploma, also a deleted one' })
  @Responds(OneDiplomaResponse)
  @Fails(personNotFound, diplomaNotFound)
  get(
    @CurrentActor() actor: Actor,
    @Param('userId') userId: string,
    @Param('diplomaId', IntegerIdPipe) id: number,
    @Query() query: DiplomaQuery,
  ) {
    return this.reader.get(actor, userId, id, query.extend);
  }

  @Patch(':diplomaId')
  @Permit(DIPLOMA.permissions.update, { shows: DIPLOMA.permissions.read })
  @ApiOperation({
    summary: 'Change a diploma',
    description: 'A missing field stays, null clears it. Every change sends the diploma in for review again.',
  })
  @Conditional()
  @Responds(WrittenDiplomaResponse)
  @Fails(
    personNotFound,
    diplomaNotFound,
    titleUnknown,
    obtainedInFuture,
    yearOutOfRange,
    fileTypeNotSupported,
    fileTooLarge,
    quotaExceeded,
    tooManyOpenUploads,
    twoFiles,
    uploadNotUsable,
    duplicateFile,
  )
  update(
    @CurrentActor() actor: Actor,
    @Param('userId') userId: string,
    @Param('diplomaId', IntegerIdPipe) id: number,
    @Body() dto: UpdateDiplomaDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.diplomas.update(actor, userId, id, dto, ifMatch);
  }

  @Delete(':diplomaId')
  @Permit(DIPLOMA.permissions.delete, { shows: DIPLOMA.permissions.read })
  @ApiOperation({ summary: 'Delete a diploma; it is kept and shown with deletedAt' })
  @Conditional()
  @Responds(DeletedDiplomaResponse)
  @Fails(personNotFound, diplomaNotFound)
  remove(
    @CurrentActor() actor: Actor,
    @Param('userId') userId: string,
    @Param('diplomaId', IntegerIdPipe) id: number,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.diplomas.remove(actor, userId, id, ifMatch);
  }
}
