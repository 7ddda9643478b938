import { Global, Module } from '@nestjs/common';
import { JobBoard } from './job-board.service';
import { JobRunner } from './job-runner';
import { Jobs } from './jobs';

/** Global, because every feature may have work for later. */
@Global()
@Module({ providers: [Jobs, JobRunner, JobBoard], exports: [Jobs, JobRunner, JobBoard] })
export class JobsModule {}
