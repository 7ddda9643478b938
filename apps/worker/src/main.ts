import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { createConfig, type Environment, isEmbedded, loadEnvironment } from '#libs/config';
import { createLogger } from '../../api/src/logging';
import { migrateDatabase } from '../../api/src/migrate-database';
import { NestLogger } from '../../api/src/nest-logger';
import { Lifetime } from '../../api/src/lifetime';
import { failureText, StartRefused } from '../../api/src/start-refused';
import { tellStorage } from '../../api/src/storage-notice';
import { WorkerModule } from './worker.module';

/** Background jobs in a process of their own; run as many as the work needs. */
async function start(environment: Environment, lifetime: Lifetime): Promise<void> {
  const config = createConfig({ ...environment, RUN_WORKER: true });
  const logger = createLogger(environment.LOG_LEVEL);
  await migrateDatabase(config, { warn: (text) => logger.warn({ context: 'Start' }, text) });
  lifetime.goOn();
  const worker = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  lifetime.drain(() => worker.close());
  process.stdout.write('The Credence worker is running. Stop it with Ctrl-C.\n');
  void tellStorage(worker);
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
