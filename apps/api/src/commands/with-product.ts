import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Config, createConfig, type Environment, isEmbedded, loadEnvironment } from '#libs/config';
import { localUrl } from '../address';
import { AppModule } from '../app.module';
import { DataDirectoryInUse, EmbeddedServices, type EmbeddedSettings } from '../embedded';
import { createLogger } from '../logging';
import { migrateDatabase, type MigrationSettings } from '../migrate-database';
import { NestLogger } from '../nest-logger';
import { Lifetime } from '../lifetime';
import { failureText } from '../start-refused';

/** Commands print for people; of the log only what went wrong. */
const LOG_LEVEL = 'error';

/** What a command does: with what it is given, until `lifetime` ends. Answers the exit code of the process, 0 when left out. */
type Work<Given> = (given: Given, lifetime: Lifetime) => Promise<number | void>;

/**
 * Runs a command on the services that the product is configured for, and ends the process. Embedded, PostgreSQL is started
 * for it, or used as it is when the product runs.
 */
export function withConfig(name: string, work: Work<Config>, migration: MigrationSettings = {}): void {
  const onMigrated: Work<Config> = async (config, lifetime) => {
    await migrateDatabase(config, migration);
    return work(config, lifetime);
  };
  withServices(name, onMigrated);
}

/** The same with the database as it is found. */
export function withServices(name: string, work: Work<Config>): void {
  try {
    // Jobs are left to the product's own processes.
    const environment: Environment = { ...loadEnvironment(), RUN_WORKER: false };
    const lifetime = new Lifetime(environment.SHUTDOWN_SECONDS);
    lifetime.begin(async () => {
      const config = await commandConfig(environment, name, lifetime);
      lifetime.end((await work(config, lifetime)) ?? 0);
    });
  } catch (error) {
    process.stderr.write(`${failureText(error)}\n`);
    process.exit(1);
  }
}

/** The same with the whole product assembled, but for its HTTP door and its jobs. */
export function withProduct(name: string, work: Work<INestApplicationContext>, migration?: MigrationSettings): void {
  const withoutDoors: Work<Config> = (config, lifetime) =>
    onProduct(config, async (product) => (await work(product, lifetime)) ?? 0);
  withConfig(name, withoutDoors, migration);
}

/** Assembles the product for some work, and closes it. */
export async function onProduct<T>(config: Config, work: (product: INestApplicationContext) => Promise<T>): Promise<T> {
  const product = await NestFactory.createApplicationContext(AppModule.forRoot(config), {
    logger: new NestLogger(createLogger(LOG_LEVEL)),
    abortOnError: false,
  });
  try {
    return await work(product);
  } finally {
    await product.close();
  }
}

async function commandConfig(environment: Environment, name: string, lifetime: Lifetime): Promise<Config> {
  // Some hold a lock for as long as they work, which takes a session of their own.
  if (!isEmbedded(environment)) {
    return createConfig({ ...environment, DATABASE_URL: environment.DATABASE_DIRECT_URL ?? environment.DATABASE_URL });
  }
  const settings = await embeddedSettings(environment.DATA_DIR, name, lifetime);
  // Links that a command prints lead to where the product answers, or will.
  return createConfig(environment, { ...settings, publicUrl: localUrl(environment.HOST, environment.PORT) });
}

async function embeddedSettings(dataDir: string, name: string, lifetime: Lifetime): Promise<EmbeddedSettings> {
  try {
    const embedded = await EmbeddedServices.start(dataDir, name);
    lifetime.release(() => embedded.stop());
    return embedded.settings;
  } catch (error) {
    if (error instanceof DataDirectoryInUse) return error.settings;
    throw error;
  }
}
