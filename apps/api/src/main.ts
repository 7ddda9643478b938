import 'reflect-metadata';
import { createConfig, type Environment, isEmbedded, loadEnvironment } from '#libs/config';
import { freePort } from '#libs/database';
import { listenProblem, localUrl, requireFree } from './address';
import { createApp } from './create-app';
import { EmbeddedServices } from './embedded';
import { gracefulClose } from './close-app';
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

  const config = createConfig(
    environment,
    embedded ? { ...embedded.urls, secretKey: embedded.secretKey, publicUrl: address } : undefined,
  );
  await migrateDatabase(config);
  const app = await createApp(config, createLogger(environment.LOG_LEVEL));
  shutdown.drain(gracefulClose(app));
  await app.init();

  await app.listen(port, host).catch((error: unknown) => {
    throw listenProblem(error, host, port);
  });
  await embedded?.announce(address);
  process.stdout.write(welcome({ address, publicUrl: config.publicUrl, dataDir: embedded?.dataDir ?? null }));
}

try {
  const environment = loadEnvironment();
  const shutdown = new Shutdown(environment.SHUTDOWN_SECONDS);
  start(environment, shutdown).catch((error: unknown) => shutdown.fail(error));
} catch (error) {
  process.stderr.write(`${failureText(error)}\n`);
  process.exit(1);
}
