import './garbage-collection';
import './compile-cache';
import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { createConfig, type Environment, isEmbedded, loadEnvironment, watchdogPeriod } from '#libs/config';
import { freePort } from '#libs/database';
import { Telemetry } from '#libs/telemetry';
import { listenProblem, localUrl, requireFree } from './address';
import { EmbeddedServices } from './embedded';
import { gracefulClose } from './close-app';
import { AccountsFile, type DemoAccount } from './demo/accounts-file';
import { createLogger } from './logging';
import { migrateDatabase } from './migrate-database';
import { Lifetime } from './lifetime';
import { failureText } from './start-refused';
import { StartTimes } from './start-times';
import { feedWatchdog } from './watchdog';
import { welcome } from './welcome';

/** From nothing to answering requests. Whatever has been started by the time something fails is stopped again. */
async function start(environment: Environment, lifetime: Lifetime): Promise<void> {
  const { HOST: host } = environment;
  const times = new StartTimes();
  times.mark('loading');
  // Port 0 means any; it is chosen here because the product's own URLs contain it.
  const port = environment.PORT || (await freePort());
  const address = localUrl(host, port);

  const embedded = isEmbedded(environment) ? await startEmbedded(environment.DATA_DIR, lifetime) : null;
  times.mark('postgres');
  await requireFree(host, port);

  const config = createConfig(environment, embedded ? { ...embedded.settings, publicUrl: address } : undefined);
  const logger = createLogger(environment.LOG_LEVEL);
  await migrateDatabase(config, { warn: (text) => logger.warn({ context: 'Start' }, text) });
  times.mark('schema');
  lifetime.goOn();
  const { createApp } = await loadApp();
  times.mark('loadingApp');
  const app = await createApp(config, logger);
  lifetime.drain(gracefulClose(app, environment.DRAIN_SECONDS));
  await endWithoutJobs(app, lifetime);
  await app.init();
  await app.get(Telemetry).start();
  times.mark('building');
  lifetime.goOn();
  const demoAccounts = embedded && environment.DEMO_DATA ? await createDemo(app, embedded.dataDir) : [];
  times.mark('demo');
  lifetime.goOn();

  await app.listen(port, host).catch((error: unknown) => {
    throw listenProblem(error, host, port);
  });
  times.mark('listening');
  logger.info({ context: 'Start', ms: times.summary }, 'Ready');
  const period = watchdogPeriod();
  if (period) feedWatchdog(logger, period);
  await embedded?.announce(address);
  const dataDir = embedded?.dataDir ?? null;
  process.stdout.write(welcome({ address, publicUrl: config.publicUrl, dataDir, demoAccounts }));
  const { tellStorage } = await import('./storage-notice.js');
  void tellStorage(app);
}

/** All that serves requests: most of what a start has to load. */
function loadApp() {
  return import('./create-app.js');
}

async function endWithoutJobs(app: INestApplicationContext, lifetime: Lifetime): Promise<void> {
  const { JobRunner } = await import('#libs/jobs');
  app.get(JobRunner).onLost((error) => lifetime.fail(error));
}

/** Only the first start has something to do. What draws the papers is loaded here and nowhere else: it is large. */
async function createDemo(app: INestApplicationContext, dataDir: string): Promise<DemoAccount[]> {
  const saved = new AccountsFile(dataDir).read();
  if (saved) return saved;
  const { createDemoData } = await import('./demo/index.js');
  return createDemoData(app, dataDir, () => {
    process.stdout.write('First start: making the demo data, which takes a moment.\n');
  });
}

async function startEmbedded(directory: string, lifetime: Lifetime): Promise<EmbeddedServices> {
  // Most of the loading is done while PostgreSQL comes up. What goes wrong with it is told where it is awaited.
  const embedded = await EmbeddedServices.start(directory, 'starting', () => void loadApp().catch(() => undefined));
  lifetime.release(() => embedded.stop());
  embedded.onLost(() => lifetime.fail('The embedded PostgreSQL has stopped; see server.log in its folder.'));
  lifetime.goOn();
  return embedded;
}

try {
  const environment = loadEnvironment();
  const lifetime = new Lifetime(environment.DRAIN_SECONDS + environment.SHUTDOWN_SECONDS);
  lifetime.begin(() => start(environment, lifetime));
} catch (error) {
  process.stderr.write(`${failureText(error)}\n`);
  process.exit(1);
}
