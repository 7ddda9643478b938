import { hostname } from 'node:os';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { Logger } from '@nestjs/common';
import { VERSION } from '#libs/config';

/** Who figures and traces are of. */
export const resource = resourceFromAttributes({
  'service.name': 'credence',
  'service.version': VERSION,
  'service.instance.id': `${hostname()}:${process.pid}`,
});

/** What goes wrong in the library, as in an instrument's callback or with a collector that is away, would be told to nobody. */
export function tellFaults(): void {
  const logger = new Logger('Telemetry');
  const warn = (message: string, ...rest: unknown[]) => logger.warn(message, ...rest);
  const silent = () => undefined;
  const faults = { error: warn, warn, info: silent, debug: silent, verbose: silent };
  diag.setLogger(faults, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
