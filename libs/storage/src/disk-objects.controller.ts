import { Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '#libs/auth';
import { RespondsNothing } from '#libs/common';
import { DISK_OBJECTS_PATH } from './disk-objects-path';
import { DiskObjects } from './disk-objects.service';

/** The other end of the disk driver's links. Not part of the API: a client follows the links it was given, as with S3. */
@ApiExcludeController()
@Controller(DISK_OBJECTS_PATH)
export class DiskObjectsController {
  constructor(private readonly objects: DiskObjects) {}

  @Post()
  @Public()
  @RespondsNothing()
  receive(@Req() request: FastifyRequest): Promise<void> {
    return this.objects.receive(request.raw);
  }

  @Get()
  @Public()
  async serve(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { status, headers, body } = await this.objects.open(query, request);
    await reply.status(status).headers(headers).send(body);
  }
}
