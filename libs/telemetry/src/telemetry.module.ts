import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '#libs/config';
import { Telemetry } from './telemetry';

/** Global, because every lib may have something to count. */
@Module({})
export class TelemetryModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: TelemetryModule,
      global: true,
      providers: [{ provide: Telemetry, useFactory: () => Telemetry.create(config) }],
      exports: [Telemetry],
    };
  }
}
