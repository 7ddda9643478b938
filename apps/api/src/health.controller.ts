import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '#libs/auth';
import { type Health, HealthChecks, type State, statusCodeOf } from './health-checks';

/** For process managers, load balancers and monitors. */
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthChecks) {}

  @Get('live')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Is the process alive?' })
  @ApiResponse({ status: 200, schema: { example: { status: 'ok' } } })
  live(): { status: State } {
    return { status: 'ok' };
  }

  @Get('serving')
  @Public()
  @ApiOperation({
    summary: 'Can it serve requests? For load balancers',
    description:
      'Checks the database, the storage and whether jobs can be queued; not whether anybody works them off, which is no reason to send requests elsewhere.',
  })
  @ApiResponse({
    status: 200,
    schema: { example: { status: 'ok', checks: { database: 'ok', storage: 'ok', queue: 'ok' } } },
  })
  @ApiResponse({
    status: 503,
    description: 'At least one check fails, or the process is about to end (`stopping`)',
    schema: { example: { status: 'failing', checks: { database: 'failing', storage: 'ok', queue: 'failing' } } },
  })
  async serving(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    return answer(reply, await this.health.serving());
  }

  @Get('ready')
  @Public()
  @ApiOperation({
    summary: 'Is all as it should be? For monitors: checks the database, the storage and that the queue moves',
    description:
      'The queue moves while some process works it off and no job has been due for longer than `QUEUE_STALLED_MINUTES`. ' +
      'A malware scanner, where one is configured, is listed too; while it cannot be reached, requests are served and new files wait. ' +
      'So is a replica; while it cannot be used, everything is read from the primary and the status is `degraded`.',
  })
  @ApiResponse({
    status: 200,
    schema: { example: { status: 'ok', checks: { database: 'ok', storage: 'ok', queue: 'ok' }, deadJobs: 0 } },
  })
  @ApiResponse({
    status: 503,
    description: 'At least one check fails, or the process is about to end (`stopping`)',
    schema: {
      example: { status: 'failing', checks: { database: 'ok', storage: 'failing', queue: 'ok' }, deadJobs: 0 },
    },
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health & { deadJobs: number | null }> {
    return answer(reply, await this.health.ready());
  }
}

function answer<T extends Health>(reply: FastifyReply, health: T): T {
  void reply.status(statusCodeOf(health));
  return health;
}
