import 'reflect-metadata';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Clock } from '#libs/common';
import type { Config } from '#libs/config';
import { openStorage } from '#libs/storage';
import { type BackupReport, type Lock, RegistryBackup } from '#libs/transfer';
import { failureText, StartRefused } from '../start-refused';
import { keyFromFile } from './archive-key';
import { asRefusal, megabytes, showProgress } from './transfer-display';
import { withServices } from './with-product';

const USAGE = `npm run backup                                   the database and the files, in one file in this folder
npm run backup -- --to=/backups                  in that folder, or under that name
npm run backup -- --passphrase-file=<file>       encrypted; or with BACKUP_PASSPHRASE in the environment
npm run backup -- --recipient=age1...            encrypted for the owner of that key (age-keygen makes one)`;

const NOTHING_KEPT = 'Nothing was kept; begin anew.';

interface Options {
  to?: string;
  'passphrase-file'?: string;
  recipient?: string;
}

function main(): void {
  const options = read(process.argv.slice(2));
  withServices('backup', async (config, lifetime) => {
    const clock = new Clock();
    const lock = lockOf(options, config);
    const path = pathOf(options.to, clock.now(), lock !== null);
    try {
      const backup = new RegistryBackup(config, await openStorage(config, clock), clock);
      return print(await backup.write(path, lock, showProgress(lifetime, NOTHING_KEPT)), lock !== null);
    } catch (error) {
      throw asRefusal(error, NOTHING_KEPT);
    }
  });
}

function read(args: string[]): Options {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args, options: { to: text, 'passphrase-file': text, recipient: text } }).values;
  } catch (error) {
    throw new StartRefused(`${(error as Error).message}\n${USAGE}`);
  }
}

function lockOf({ 'passphrase-file': file, recipient }: Options, { environment }: Config): Lock | null {
  if (file && recipient) throw new StartRefused('Name --passphrase-file or --recipient, not both.');
  if (recipient) return { recipient };
  if (file) return { passphrase: keyFromFile(file) };
  return environment.BACKUP_PASSPHRASE ? { passphrase: environment.BACKUP_PASSPHRASE } : null;
}

function pathOf(to: string | undefined, now: Date, isEncrypted: boolean): string {
  const place = resolve(to ?? '.');
  if (existsSync(place) && !statSync(place).isDirectory()) {
    throw new StartRefused(`${place} is there already; backups replace nothing.`);
  }
  if (!existsSync(place)) return place;
  const moment = now.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  return join(place, `credence-${moment}.tar${isEncrypted ? '.age' : ''}`);
}

/** Answers the exit code: a backup with a fault in it is kept, and told as one. */
function print(report: BackupReport, isEncrypted: boolean): number {
  const { path, rowCount, fileCount, fileBytes, bytes, missing, altered, secretFingerprint } = report;
  for (const key of missing) console.log(`missing   ${key}`);
  for (const key of altered) console.log(`altered   ${key}`);
  console.log(`${path}: ${rowCount} rows, ${fileCount} files of ${megabytes(fileBytes)}, in ${megabytes(bytes)}.`);
  console.log(
    `${isEncrypted ? 'Encrypted.' : 'Not encrypted: whoever has this file has everything in the registry.'} SECRET_KEY is not in it; ` +
      `keep it elsewhere${secretFingerprint ? ` (fingerprint ${secretFingerprint.slice(0, 16)})` : ''}.`,
  );
  if (missing.length + altered.length === 0) return 0;
  console.log(
    `${missing.length + altered.length} files are not as the records say; \`npm run storage:verify\` says more.`,
  );
  return 1;
}

try {
  main();
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
