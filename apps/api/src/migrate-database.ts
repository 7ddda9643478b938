import { DataSource } from 'typeorm';
import { opensSigningKeys } from '#libs/auth';
import type { Config } from '#libs/config';
import {
  databaseOptions,
  DatabaseUnsuitable,
  migrate,
  noteSecret,
  type Passage,
  passageTo,
  RuntimeRoleRefused,
  secretState,
} from '#libs/database';
import { databaseFailureReason } from './database-failure';
import { StartRefused } from './start-refused';

const CONNECTIONS = 2;
const UNDEFINED_TABLE = '42P01';
const ANOTHER_DATABASE =
  'it is another database than the one of the migrations (DATABASE_OWNER_URL or DATABASE_DIRECT_URL)';

export interface MigrationSettings {
  /** Told what works and should not be left so. */
  warn?: (text: string) => void;
  /** That the data was made with another SECRET_KEY is about to be put right. */
  isSecretNew?: boolean;
}

/**
 * Brings the schema up to date before anything else touches it, and looks at how the database is reached and whose data it has.
 * @throws StartRefused when the database cannot be used
 */
export async function migrateDatabase(
  config: Config,
  { warn = () => undefined, isSecretNew = false }: MigrationSettings = {},
): Promise<void> {
  const { databaseUrl, databaseOwnerUrl, databaseDirectUrl, environment } = config;
  const isSeparated = databaseOwnerUrl !== databaseUrl;
  const direct = environment.DATABASE_DIRECT_URL ? 'DATABASE_DIRECT_URL' : 'DATABASE_URL';
  const ownerSetting = environment.DATABASE_OWNER_URL ? 'DATABASE_OWNER_URL' : direct;
  const owner = await connect(databaseOwnerUrl, ownerSetting);
  const passage = await passageTo(databaseOwnerUrl);
  requireSession(passage, ownerSetting, 'Migrations');
  try {
    await migrate(owner, databaseOwnerUrl, databaseUrl);
  } catch (error) {
    if (error instanceof DatabaseUnsuitable) throw unusable(ownerSetting, error.message);
    throw error instanceof RuntimeRoleRefused ? new StartRefused(error.message) : error;
  } finally {
    await owner.destroy();
  }
  // Over the application's own connection, which would tell less when it comes later.
  const own = await connect(databaseUrl, 'DATABASE_URL');
  try {
    if (!isSecretNew) await requireSecret(own, config);
  } catch (error) {
    throw (error as { code?: string }).code === UNDEFINED_TABLE ? unusable('DATABASE_URL', ANOTHER_DATABASE) : error;
  } finally {
    await own.destroy();
  }
  if (config.runWorker && databaseDirectUrl !== databaseOwnerUrl) {
    requireSession(await passageTo(databaseDirectUrl), direct, 'Jobs');
  }
  requireUsable(isSeparated ? await passageTo(databaseUrl) : passage, environment.DATABASE_PREPARED_STATEMENTS, warn);
}

function requireSession({ keepsSession }: Passage, setting: string, who: string): void {
  if (keepsSession) return;
  throw new StartRefused(
    `${who} need a session of PostgreSQL of their own, and ${setting} leads through a pooler that changes it with every ` +
      'transaction. Set DATABASE_DIRECT_URL (or DATABASE_OWNER_URL for the migrations) to the server itself.',
  );
}

function requireUsable(passage: Passage, isPreparing: boolean, warn: (text: string) => void): void {
  if (isPreparing && !passage.keepsPrepared) {
    throw new StartRefused(
      'DATABASE_URL leads through a pooler that mixes up prepared statements. Use PgBouncer 1.21 or newer with ' +
        'max_prepared_statements above 0, or set DATABASE_PREPARED_STATEMENTS=false.',
    );
  }
  if (/^0\D*$/.test(passage.statementTimeout)) {
    warn('No statement has a time limit: the pooler leaves out statement_timeout. Set it for the role in PostgreSQL.');
  }
}

async function connect(url: string, setting: string): Promise<DataSource> {
  return new DataSource(databaseOptions(url, CONNECTIONS)).initialize().catch((error: unknown) => {
    const reason = databaseFailureReason(error);
    throw reason ? unusable(setting, reason) : error;
  });
}

function unusable(setting: string, reason: string): StartRefused {
  return new StartRefused(`The database of ${setting} cannot be used: ${reason}.`);
}

/** Another secret would sign everybody out, break links, and leave what the first one has encrypted unreadable. */
async function requireSecret({ manager }: DataSource, { secretFingerprint, keys }: Config): Promise<void> {
  let state = await secretState(manager, secretFingerprint);
  if (state === 'unknown' && (await opensSigningKeys(manager, keys.signingKeys))) {
    state = await noteSecret(manager, secretFingerprint);
  }
  if (state === 'same') return;
  throw new StartRefused(
    'SECRET_KEY is not the one that the data in this database was made with. Set that one; or, if it is to be this one from now on, run ' +
      '`npm run secret:accept`, which signs everybody out. See "Secrets" in docs/operations.md.',
  );
}
