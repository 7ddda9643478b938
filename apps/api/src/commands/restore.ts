import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { AccessTrail } from '#libs/auth';
import { Clock } from '#libs/common';
import type { Config } from '#libs/config';
import { replaceSecret } from '#libs/database';
import { openStorage } from '#libs/storage';
import { RegistryRestore, type RestoreReport, type Unlock } from '#libs/transfer';
import { migrateDatabase } from '../migrate-database';
import { failureText, StartRefused } from '../start-refused';
import { keyFromFile } from './archive-key';
import { asRefusal, megabytes, showProgress } from './transfer-display';
import { onProduct, withServices } from './with-product';

const USAGE = `npm run restore -- --from=<file>                     into the empty database and storage that are configured
   --passphrase-file=<file>                          of an encrypted one; or BACKUP_PASSPHRASE in the environment
   --identity-file=<file>                            of one that was encrypted for a key of age
   --other-secret                                    the SECRET_KEY it was made with is lost: this one is its own from now on`;

const GO_ON = 'Run it again to go on.';

interface Options {
  from: string;
  'passphrase-file'?: string;
  'identity-file'?: string;
  'other-secret'?: boolean;
}

function main(): void {
  const options = read(process.argv.slice(2));
  withServices('restore', async (config, lifetime) => {
    try {
      const restore = new RegistryRestore(config, await openStorage(config, new Clock()));
      const settings = { acceptsOtherSecret: options['other-secret'] ?? false };
      const report = await restore.restore(
        options.from,
        unlockOf(options, config),
        settings,
        showProgress(lifetime, GO_ON),
      );
      await settle(config, report, settings.acceptsOtherSecret);
      print(report);
    } catch (error) {
      throw asRefusal(error, GO_ON);
    }
  });
}

function read(args: string[]): Options {
  const text = { type: 'string' } as const;
  try {
    const { from, ...others } = parseArgs({
      args,
      options: { from: text, 'passphrase-file': text, 'identity-file': text, 'other-secret': { type: 'boolean' } },
    }).values;
    if (from) return { from, ...others };
  } catch (error) {
    throw new StartRefused(`${(error as Error).message}\n${USAGE}`);
  }
  throw new StartRefused(USAGE);
}

function unlockOf(options: Options, { environment }: Config): Unlock | null {
  const { 'passphrase-file': file, 'identity-file': identity } = options;
  if (identity) return { identity: keyFromFile(identity) };
  if (file) return { passphrase: keyFromFile(file) };
  return environment.BACKUP_PASSPHRASE ? { passphrase: environment.BACKUP_PASSPHRASE } : null;
}

/** What a backup of before lacks, the rights of the product's own role, and a word in the trail: what came after the backup is not there. */
async function settle(config: Config, { header }: RestoreReport, isSecretNew: boolean): Promise<void> {
  await migrateDatabase(config, { isSecretNew });
  await onProduct(config, (product) => {
    const trail = product.get(AccessTrail, { strict: false });
    return product.get(DataSource).transaction(async (tx) => {
      if (isSecretNew) await replaceSecret(tx, config.secretFingerprint);
      const details = { takenAt: header.takenAt, version: header.version };
      const event = { action: 'registry.restore', targetType: 'backup', targetId: header.id, details };
      await trail.record(tx, { organizationId: null, name: 'restore' }, event);
    });
  });
}

function print({ header, summary }: RestoreReport): void {
  const { rowCount, fileCount, fileBytes, missing, altered } = summary;
  console.log(
    `The backup of ${header.takenAt} is restored: ${rowCount} rows and ${fileCount} files of ${megabytes(fileBytes)}, all compared.`,
  );
  for (const key of missing) console.log(`missing   ${key} (so it was when the backup was made)`);
  for (const key of altered) console.log(`altered   ${key} (so it was when the backup was made)`);
  console.log('What was done since that moment is not in it; whoever was signed in or locked out then, is so again.');
}

try {
  main();
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
