import { Controller, Get, HttpStatus, Query, Redirect, Req, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '#libs/auth';
import { Fails, TextField } from '#libs/common';
import { fileNotFound, linkExpired, linkInvalid } from '#libs/storage';
import { AwaitChecks, fileAltered, fileBeingChecked } from '#libs/uploads';
import { DiplomaFiles } from './diploma-files.service';
import { DIPLOMA_FILES_PATH } from './diploma-links';

class DiplomaFileQuery {
  @TextField({ maxLength: 2000, form: 'exact', description: 'From `presignedUrl`' })
  token: string;
}

/** Opened with the signature in the link instead of a sign-in, like any presigned URL. */
@ApiTags('Diplomas')
@Controller(DIPLOMA_FILES_PATH)
export class DiplomaFilesController {
  constructor(private readonly files: DiplomaFiles) {}

  @Get()
  @Public()
  @UseInterceptors(AwaitChecks)
  @Redirect()
  @ApiOperation({
    summary: "Open a diploma's presignedUrl",
    description:
      'Leads to the file in storage, for as long as whoever was given the link is signed in and may read the diploma, and it still has that file.',
  })
  @ApiResponse({ status: HttpStatus.FOUND, description: 'The file is at `Location`' })
  @Fails(linkInvalid, linkExpired, fileNotFound, fileAltered, fileBeingChecked)
  async open(@Query() { token }: DiplomaFileQuery, @Req() { id: requestId }: FastifyRequest) {
    return { url: await this.files.open(token, requestId), statusCode: HttpStatus.FOUND };
  }
}
