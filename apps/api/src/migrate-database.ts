import { DataSource } from 'typeorm';
import type { Config } from '#libs/config';
import { databaseOptions, migrate } from '#libs/database';
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

/** Brings the schema up to date before anything else touches it. @throws StartRefused when the database cannot be reached */
export async function migrateDatabase({ databaseUrl }: Config): Promise<void> {
  const dataSource = new DataSource(databaseOptions(databaseUrl, CONNECTIONS));
  await dataSource.initialize().catch((error: unknown) => {
    const reason = UNREACHABLE[(error as { code?: string }).code ?? ''];
    throw reason ? new StartRefused(`The database of DATABASE_URL cannot be used: ${reason}.`) : error;
  });
  try {
    await migrate(dataSource, databaseUrl);
  } finally {
    await dataSource.destroy();
  }
}
