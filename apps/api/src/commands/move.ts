import 'reflect-metadata';
import { parseArgs } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, newId } from '#libs/common';
import { Config, createConfig, embeddedSecrets, type Environment, isEmbedded, readEnvironmentFile } from '#libs/config';
import { claimForMove, maintenanceState } from '#libs/maintenance';
import { ObjectStorage, openStorage } from '#libs/storage';
import { type MoveReport, RegistryMove } from '#libs/transfer';
import { EmbeddedServices } from '../embedded';
import type { Lifetime } from '../lifetime';
import { migrateDatabase } from '../migrate-database';
import { failureText, StartRefused } from '../start-refused';
import { standStill } from './stand-still';
import { asRefusal, megabytes, showProgress } from './transfer-display';
import { withProduct } from './with-product';

const USAGE = `npm run move -- --to=<file>    copies the registry that is configured here to the empty database and storage of the settings in the file`;

const GO_ON = 'Run it again to go on; or `npm run maintenance -- --off` to give it up and work here as before.';

function main(): void {
  const file = read(process.argv.slice(2));
  const environment: Environment = { ...readEnvironmentFile(file), RUN_WORKER: false };
  withProduct('move', async (product, lifetime) => {
    const startedAt = performance.now();
    const source = {
      config: product.get(Config, { strict: false }),
      storage: product.get(ObjectStorage, { strict: false }),
    };
    const config = await targetConfig(environment, source.config, lifetime);
    requireSameSecret(config, source.config, file);
    try {
      const target = { config, storage: await openStorage(config, product.get(Clock, { strict: false })) };
      const move = new RegistryMove(source, target, showProgress(lifetime, GO_ON));
      await move.requireFree((await maintenanceState(product.get(DataSource).manager))?.moveId ?? null);
      process.stderr.write(
        'The registry stands still from now on: it can be read, and changes are answered with 503.\n',
      );
      const report = await move.run(await moveId(product));
      await migrateDatabase(config);
      return print(report, performance.now() - startedAt, file);
    } catch (error) {
      throw asRefusal(error, GO_ON);
    }
  });
}

function read(args: string[]): string {
  try {
    const { to } = parseArgs({ args, options: { to: { type: 'string' } } }).values;
    if (to) return to;
  } catch (error) {
    throw new StartRefused(`${(error as Error).message}\n${USAGE}`);
  }
  throw new StartRefused(USAGE);
}

/** Of the move that goes on, or of this one. It ends with the maintenance: what changes then is not in the copy. */
async function moveId(product: INestApplicationContext): Promise<string> {
  await standStill(product, 'the registry is being moved');
  return claimForMove(product.get(DataSource).manager, newId());
}

async function targetConfig(environment: Environment, source: Config, lifetime: Lifetime): Promise<Config> {
  if (!isEmbedded(environment)) {
    return createConfig({ ...environment, DATABASE_URL: environment.DATABASE_DIRECT_URL ?? environment.DATABASE_URL });
  }
  // An empty folder takes over the secret that the data was made with.
  embeddedSecrets(environment.DATA_DIR, secretOf(source.environment));
  const embedded = await EmbeddedServices.start(environment.DATA_DIR, 'move');
  lifetime.release(() => embedded.stop());
  return createConfig(environment, { ...embedded.settings, publicUrl: 'http://localhost' });
}

function secretOf({ SECRET_KEY, DATA_DIR }: Environment): string {
  return SECRET_KEY ?? embeddedSecrets(DATA_DIR).secretKey;
}

function requireSameSecret(target: Config, { secretFingerprint, environment }: Config, file: string): void {
  if (target.secretFingerprint.equals(secretFingerprint)) return;
  const place = environment.SECRET_KEY ? 'SECRET_KEY here' : `secretKey in ${environment.DATA_DIR}/secrets.json`;
  throw new StartRefused(
    `SECRET_KEY in ${file} is not the one that the data was made with: take over ${place}. It can be changed afterwards ` +
      '(`npm run secret:accept`).',
  );
}

/** Answers the exit code. */
function print({ rowCount, fileCount, fileBytes, missing, altered }: MoveReport, ms: number, file: string): number {
  for (const key of missing) console.log(`missing   ${key}`);
  for (const key of altered) console.log(`altered   ${key}`);
  console.log(
    `Moved in ${(ms / 60_000).toFixed(1)} minutes: ${rowCount} rows, ${fileCount} files of ${megabytes(fileBytes)}, all compared. ` +
      'What was here is as it was.',
  );
  console.log(
    `Now stop the processes here, make ${file} the settings and start them anew. Here nothing can be changed any more, so that nobody ` +
      'goes on at the old place; `npm run maintenance -- --off` undoes that, and the move with it.',
  );
  return missing.length + altered.length > 0 ? 1 : 0;
}

try {
  main();
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
