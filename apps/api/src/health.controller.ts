import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import type { FastifyReply } from 'fastify';
import type { DataSource } from 'typeorm';
import { Public } from '#libs/auth';
import { JobBoard, JobRunner } from '#libs/jobs';
import { MalwareScanner, ObjectStorage } from '#libs/storage';

const CHECK_TIMEOUT_MS = 3000;

type State = 'ok' | 'failing';

/** For process managers and load balancers. Says what fails, never why: that is in the log. */
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly storage: ObjectStorage,
    private readonly jobs: JobRunner,
    private readonly scanner: MalwareScanner,
    private readonly board: JobBoard,
  ) {}

  @Get('live')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Is the process alive?' })
  @ApiResponse({ status: 200, schema: { example: { status: 'ok' } } })
  live(): { status: State } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @ApiOperation({
    summary: 'Can it serve requests? Checks the database, the storage and the queue',
    description:
      'A malware scanner, where one is configured, is listed too; while it cannot be reached, requests are served and new files wait.',
  })
  @ApiResponse({
    status: 200,
    schema: { example: { status: 'ok', checks: { database: 'ok', storage: 'ok', queue: 'ok' }, deadJobs: 0 } },
  })
  @ApiResponse({
    status: 503,
    description: 'At least one check fails',
    schema: {
      example: { status: 'failing', checks: { database: 'ok', storage: 'failing', queue: 'ok' }, deadJobs: 0 },
    },
  })
  async ready(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ status: State; checks: Record<string, State>; deadJobs: number | null }> {
    const [database, storage, queue, scanner, deadJobs] = await Promise.all([
      check(this.dataSource.query('select 1')),
      check(this.storage.requireReady()),
      check(this.jobs.requireReady()),
      this.checkScanner(),
      // Work that somebody has to look at is no reason to send no more requests here.
      this.board.countDead().catch(() => null),
    ]);
    const status = [database, storage, queue].every((state) => state === 'ok') ? 'ok' : 'failing';
    void reply.status(status === 'ok' ? 200 : 503);
    return { status, checks: { database, storage, queue, ...(scanner ? { scanner } : {}) }, deadJobs };
  }

  /** Null where none is configured. Without it files wait, which is no reason to send requests elsewhere. */
  private async checkScanner(): Promise<State | null> {
    const ready = this.scanner.requireReady();
    return ready && check(ready);
  }
}

/** A check that hangs is a check that fails. */
async function check(work: Promise<unknown>): Promise<State> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<State>((resolve) => {
    timer = setTimeout(() => resolve('failing'), CHECK_TIMEOUT_MS);
  });
  const outcome = work.then(
    (): State => 'ok',
    (): State => 'failing',
  );
  return Promise.race([outcome, timeout]).finally(() => clearTimeout(timer));
}
