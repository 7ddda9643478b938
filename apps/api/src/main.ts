import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { createConfig, type Environment, isEmbedded, loadEnvironment } from '#libs/config';
import { freePort } from '#libs/database';
import { listenProblem, localUrl, requireFree } from './address';
import { createApp } from './create-app';
import { EmbeddedServices } from './embedded';
import { gracefulClose } from './close-app';
import type { DemoAccount } from './demo';
import { createLogger } from './logging';
import { migrateDatabase } from './migrate-database';
import { Shutdown } from './shutdown';
import { failureText } from './start-refused';
import { welcome } from './welcome';

/** From nothing to answering requests. Whatever has been started by the time something fails is stopped again. */
async function start(environment: Environment, shutdown: Shutdown): Promise<void> {
  const { HOST: host } = environment;
  // Port 0 means any; it is chosen here because the product's own URLs contain it.
  const port = environment.PORT || (await freePort());
  const address = localUrl(host, port);

  const embedded = isEmbedded(environment)
    ? await shutdown.releaseWhenStarted(EmbeddedServices.start(environment.DATA_DIR))
    : null;
  embedded?.onLost(() => void shutdown.fail('The embedded PostgreSQL has stopped; see server.log in its folder.'));
  await requireFree(host, port);

  const config = createConfig(environment, embedded ? { ...services(embedded), publicUrl: address } : undefined);
  await migrateDatabase(config);
  const app = await createApp(config, createLogger(environment.LOG_LEVEL));
  shutdown.drain(gracefulClose(app));
  await app.init();
  const demoAccounts = embedded && environment.DEMO_DATA ? await createDemo(app, embedded.dataDir) : [];

  await app.listen(port, host).catch((error: unknown) => {
    throw listenProblem(error, host, port);
  });
  await embedded?.announce(address);
  const dataDir = embedded?.dataDir ?? null;
  process.stdout.write(welcome({ address, publicUrl: config.publicUrl, dataDir, demoAccounts }));
}

/** Only the first start has something to do. What draws the papers is loaded here and nowhere else: it is large. */
async function createDemo(app: INestApplicationContext, dataDir: string): Promise<DemoAccount[]> {
  const { createDemoData } = await import('./demo/index.js');
  return createDemoData(app, dataDir, () => {
    process.stdout.write('First start: making the demo data, which takes about ten seconds.\n');
  });
}

function services({ databaseUrl, secretKey }: EmbeddedServices): { databaseUrl: string; secretKey: string } {
  return { databaseUrl, secretKey };
}

try {
  const environment = loadEnvironment();
  const shutdown = new Shutdown(environment.SHUTDOWN_SECONDS);
  start(environment, shutdown).catch((error: unknown) => shutdown.fail(error));
} catch (error) {
  process.stderr.write(`${failureText(error)}\n`);
  process.exit(1);
}
