import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { createConfig, type Environment, isEmbedded, loadEnvironment, watchdogPeriod } from '#libs/config';
import { JobRunner } from '#libs/jobs';
import { Telemetry } from '#libs/telemetry';
import { listenProblem, requireFree } from '../../api/src/address';
import { Departure } from '../../api/src/departure';
import { HealthChecks } from '../../api/src/health-checks';
import { createLogger } from '../../api/src/logging';
import { migrateDatabase } from '../../api/src/migrate-database';
import { NestLogger } from '../../api/src/nest-logger';
import { Lifetime } from '../../api/src/lifetime';
import { failureText, StartRefused } from '../../api/src/start-refused';
import { tellStorage } from '../../api/src/storage-notice';
import { feedWatchdog } from '../../api/src/watchdog';
import { startProbe } from './probe';
import { WorkerModule } from './worker.module';

/** Background jobs in a process of their own; run as many as the work needs. */
async function start(environment: Environment, lifetime: Lifetime): Promise<void> {
  const { HOST: host, WORKER_PROBE_PORT: port } = environment;
  if (port) await requireFree(host, port, 'WORKER_PROBE_PORT');
  const config = createConfig({ ...environment, RUN_WORKER: true });
  const logger = createLogger(environment.LOG_LEVEL);
  await migrateDatabase(config, { warn: (text) => logger.warn({ context: 'Start' }, text) });
  lifetime.goOn();
  const worker = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  worker.get(JobRunner).onLost((error) => lifetime.fail(error));
  lifetime.drain(() => {
    worker.get(Departure).isAnnounced = true;
    return worker.close();
  });
  if (port) await openProbe(worker.get(HealthChecks), host, port, lifetime);
  const period = watchdogPeriod();
  if (period) feedWatchdog(logger, period);
  await worker.get(Telemetry).start();
  process.stdout.write('The Credence worker is running. Stop it with Ctrl-C.\n');
  void tellStorage(worker);
}

async function openProbe(health: HealthChecks, host: string, port: number, lifetime: Lifetime): Promise<void> {
  const close = await startProbe(health, host, port).catch((error: unknown) => {
    throw listenProblem(error, host, port, 'WORKER_PROBE_PORT');
  });
  lifetime.release(close);
}

try {
  const environment = loadEnvironment();
  if (isEmbedded(environment)) {
    throw new StartRefused(
      'A worker of its own needs services of its own (DATABASE_URL, S3_*): without them, `npm start` already runs the worker.',
    );
  }
  const lifetime = new Lifetime(environment.SHUTDOWN_SECONDS);
  lifetime.begin(() => start(environment, lifetime));
} catch (error) {
  process.stderr.write(`${failureText(error)}\n`);
  process.exit(1);
}
