import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, Responds, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { contentTypeMismatch } from '#libs/inspection';
import { checksumMismatch, storageUnavailable } from '#libs/storage';
import { DownloadQuery } from './download-link-response.dto';
import { UploadIntentResponse, UploadResponse } from './upload-response.dto';
import { AnnounceUploadDto } from './uploads.dto';
import {
  fileTooLarge,
  fileTypeNotSupported,
  quotaExceeded,
  tooManyOpenUploads,
  uploadNotFound,
  uploadNotReceived,
  uploadSizeMismatch,
} from './uploads.errors';
import { Uploads } from './uploads.service';

@ApiTags('Uploads')
@Controller('api/v1/shared/uploads')
export class UploadsController {
  constructor(private readonly uploads: Uploads) {}

  @Post('intent')
  @Permit('upload:create')
  @Idempotent()
  @Responds(UploadIntentResponse, { status: 201 })
  @Fails(fileTypeNotSupported, fileTooLarge, quotaExceeded, tooManyOpenUploads, storageUnavailable)
  @ApiOperation({
    summary: 'Announce a file',
    description:
      'Answers a form post that sends the file straight to storage (multipart/form-data: the given fields, then `file`). ' +
      'It is good for this file only: key, content type and length are pinned, and the SHA-256 if one is given and the storage ' +
      'compares it. Then call finalize.',
  })
  announce(@CurrentActor() actor: Actor, @Body() dto: AnnounceUploadDto) {
    return this.uploads.announce(actor, dto);
  }

  @Post(':upload_id/finalize')
  @Permit('upload:create')
  @Idempotent('repeatable')
  @Responds(UploadResponse)
  @Fails(
    uploadNotFound,
    uploadNotReceived,
    uploadSizeMismatch,
    contentTypeMismatch,
    checksumMismatch,
    storageUnavailable,
  )
  @ApiOperation({
    summary: 'Check a file that was sent',
    description:
      'Checks that the file is there and is what was announced: length, first bytes and, if one was given, SHA-256. A file that is not is removed, and ' +
      'the upload has failed. One that is has `uploaded` as its state, and can be referred to; it is `ready`, and can be downloaded, ' +
      'once it has been looked into in the background. Asking again answers the state. An API key without `uploads:read` finalizes what was ' +
      'announced with it, and no other.',
  })
  finalize(@CurrentActor() actor: Actor, @Param('upload_id', UuidPipe) uploadId: string) {
    return this.uploads.finalizeAndRead(actor, uploadId);
  }

  @Get(':upload_id')
  @Permit('upload:read', { orOwn: 'upload:create' })
  @Responds(UploadResponse)
  @Fails(uploadNotFound, storageUnavailable)
  @ApiOperation({
    summary: 'State of an upload',
    description:
      'With short-lived links to the file and to its smaller pictures once it is ready. Crew members see the files of ' +
      'their own papers and what they sent for themselves; an API key without `uploads:read` what was announced with it.',
  })
  get(
    @CurrentActor() actor: Actor,
    @Param('upload_id', UuidPipe) uploadId: string,
    @Query() { disposition }: DownloadQuery,
  ) {
    return this.uploads.read(actor, uploadId, disposition);
  }
}
