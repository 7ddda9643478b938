import type { EntityManager } from 'typeorm';
import type { Backup } from './backup.entity';

export type LastBackup = Pick<Backup, 'endedAt' | 'outcome'>;

/** What became of the backup that ended last; null when there never was one. Of copies made by other means nothing is known here. */
export async function findLastBackup(manager: EntityManager): Promise<LastBackup | null> {
  const [last] = await manager.query<LastBackup[]>(
    'select ended_at as "endedAt", outcome from backups order by ended_at desc limit 1',
  );
  return last ?? null;
}
