import { Global, Module } from '@nestjs/common';
import { Heartbeat } from './heartbeat.service';
import { JobBoard } from './job-board.service';
import { JobRunner } from './job-runner';
import { Jobs } from './jobs';
import { QueueFiguresService } from './queue-figures.service';
import { QueueMetrics } from './queue-metrics';

/** Global, because every feature may have work for later. */
@Global()
@Module({
  providers: [Jobs, JobRunner, JobBoard, QueueFiguresService, QueueMetrics, Heartbeat],
  exports: [Jobs, JobRunner, JobBoard, QueueFiguresService, Heartbeat],
})
export class JobsModule {}
