import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Telemetry } from '#libs/telemetry';
import { HealthChecks } from './health-checks';

/** What `/health/ready` says, as figures: whoever watches these needs not ask there too. */
@Injectable()
export class HealthMetrics {
  constructor({ meter }: Telemetry, health: HealthChecks) {
    meter
      .createObservableGauge('credence_check_ok', {
        description: 'The checks of /health/ready as this process sees them: 1 ok, 0 failing',
      })
      .addCallback(async (result) => {
        // After the figures of this very moment: what is asked here would be among what waits for a connection.
        await setImmediate();
        const { checks } = await health.ready();
        for (const [check, state] of Object.entries(checks)) result.observe(state === 'ok' ? 1 : 0, { check });
      });
  }
}
