import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '#libs/config';
import { Heartbeat } from '#libs/jobs';
import { libraries } from '../../api/src/app.module';
import { Departure } from '../../api/src/departure';
import { HealthChecks } from '../../api/src/health-checks';
import { HealthMetrics } from '../../api/src/health-metrics';

/** The libs without an HTTP listener: nothing here but background jobs. */
@Module({ providers: [Departure, HealthChecks, HealthMetrics] })
export class WorkerModule {
  constructor(heartbeat: Heartbeat) {
    heartbeat.beatAs('worker');
  }

  static forRoot(config: Config): DynamicModule {
    return { module: WorkerModule, imports: libraries(config) };
  }
}
