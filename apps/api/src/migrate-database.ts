import { DataSource } from 'typeorm';
import type { Config } from '#libs/config';
import { databaseOptions, migrate, RuntimeRoleRefused } from '#libs/database';
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
};

/** Brings the schema up to date before anything else touches it. @throws StartRefused when the database cannot be used */
export async function migrateDatabase({ databaseUrl, databaseOwnerUrl }: Config): Promise<void> {
  const isSeparated = databaseOwnerUrl !== databaseUrl;
  const owner = await connect(databaseOwnerUrl, isSeparated ? 'DATABASE_OWNER_URL' : 'DATABASE_URL');
  try {
    await migrate(owner, databaseOwnerUrl, databaseUrl);
  } catch (error) {
    throw error instanceof RuntimeRoleRefused ? new StartRefused(error.message) : error;
  } finally {
    await owner.destroy();
  }
  // The application's own connections come later and would tell less.
  if (isSeparated) await (await connect(databaseUrl, 'DATABASE_URL')).destroy();
}

async function connect(url: string, setting: string): Promise<DataSource> {
  return new DataSource(databaseOptions(url, CONNECTIONS)).initialize().catch((error: unknown) => {
    const reason = UNREACHABLE[(error as { code?: string }).code ?? ''];
    throw reason ? new StartRefused(`The database of ${setting} cannot be used: ${reason}.`) : error;
  });
}
