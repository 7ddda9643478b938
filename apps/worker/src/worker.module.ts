import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '#libs/config';
import { libraries } from '../../api/src/app.module';

/** The libs without an HTTP listener: nothing here but background jobs. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    return { module: WorkerModule, imports: libraries(config) };
  }
}
