import { DataSource } from 'typeorm';
import type { Config } from '#libs/config';
import { databaseOptions, migrate, type Passage, passageTo, RuntimeRoleRefused } from '#libs/database';
import { StartRefused } from './start-refused';

const CONNECTIONS = 2;

const UNREACHABLE: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ETIMEDOUT: 'no answer',
  ENOTFOUND: 'its host is unknown',
  EAI_AGAIN: 'its host is unknown',
  '28P01': 'it refuses the password',
  '28000': 'it refuses the user',
  '3D000': 'it has no such database',
  '08P01': 'the pooler in front of it refuses a setting; see "Behind PgBouncer" in docs/operations.md',
};

/**
 * Brings the schema up to date before anything else touches it, and looks at how the database is reached. `warn` is told what works
 * and should not be left so. @throws StartRefused when the database cannot be used
 */
export async function migrateDatabase(config: Config, warn: (text: string) => void = () => undefined): Promise<void> {
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
    throw error instanceof RuntimeRoleRefused ? new StartRefused(error.message) : error;
  } finally {
    await owner.destroy();
  }
  // The application's own connections come later and would tell less.
  if (isSeparated) await (await connect(databaseUrl, 'DATABASE_URL')).destroy();
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
    const reason = UNREACHABLE[(error as { code?: string }).code ?? ''];
    throw reason ? new StartRefused(`The database of ${setting} cannot be used: ${reason}.`) : error;
  });
}
