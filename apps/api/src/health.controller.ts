import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import type { FastifyReply } from 'fastify';
import type { DataSource } from 'typeorm';
import { Public } from '#libs/auth';
import { JoiningDataSource } from '#libs/database';
import { MalwareScanner } from '#libs/inspection';
import { JobBoard, JobRunner } from '#libs/jobs';
import { ObjectStorage } from '#libs/storage';
import { Departure } from './departure';

const CHECK_TIMEOUT_MS = 3000;

type State = 'ok' | 'failing';
/** Degraded: everything can be done, some of it slower. */
type Status = State | 'degraded' | 'stopping';

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
    private readonly departure: Departure,
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
  async ready(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ status: Status; checks: Record<string, State>; deadJobs: number | null }> {
    const [database, storage, queue, scanner, deadJobs] = await Promise.all([
      check(this.dataSource.query('select 1')),
      check(this.storage.requireReady()),
      check(this.jobs.requireReady()),
      this.checkScanner(),
      // Work that somebody has to look at is no reason to send no more requests here.
      this.board.countDead().catch(() => null),
    ]);
    const replica = this.checkReplica();
    const isServing = [database, storage, queue].every((state) => state === 'ok');
    void reply.status(isServing && !this.departure.isAnnounced ? 200 : 503);
    const optional = { ...(scanner ? { scanner } : {}), ...(replica ? { replica } : {}) };
    return {
      status: this.statusOf(isServing, replica),
      checks: { database, storage, queue, ...optional },
      deadJobs,
    };
  }

  private statusOf(isServing: boolean, replica: State | null): Status {
    if (!isServing) return 'failing';
    if (this.departure.isAnnounced) return 'stopping';
    return replica === 'failing' ? 'degraded' : 'ok';
  }

  /** Null where none is configured. */
  private checkReplica(): State | null {
    const replica = this.dataSource instanceof JoiningDataSource ? this.dataSource.replica : null;
    return replica && (replica.isUsed ? 'ok' : 'failing');
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
