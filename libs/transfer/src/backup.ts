import type { Client } from 'pg';
import { type Clock, newId } from '#libs/common';
import { type Config, VERSION } from '#libs/config';
import { storedFingerprint } from '#libs/database';
import type { ObjectStorage } from '#libs/storage';
import { countUploads, holdRemovals, keyByNow, type StoredFile, storedFiles } from '#libs/uploads';
import type { Lock } from './archive-encryption';
import { type ArchiveSummary, FORMAT } from './archive-format';
import { ArchiveWriter } from './archive-writer';
import { connectTo, digestOf, listMigrations, listTables, rowsOf, sequencePositions } from './catalogue';
import type { OnProgress } from './progress';
import { type OpenObject, openObject, readAhead } from './read-ahead';

const UPLOADS_PER_STEP = 100;

export interface BackupReport extends ArchiveSummary {
  id: string;
  path: string;
  bytes: number;
  secretFingerprint: string | null;
}

interface Files {
  count: number;
  bytes: number;
  missing: string[];
  altered: string[];
}

/**
 * Writes the registry as it is at one moment into one archive, beside the running product: the rows in one snapshot of the database, and
 * then the files that these rows name. Files are never changed, and none is removed while this lasts (`holdRemovals`); what has been moved
 * on since the snapshot, as from its place of arrival to its final one, is fetched from there and kept under the name that the rows have.
 */
export class RegistryBackup {
  constructor(
    private readonly config: Config,
    private readonly storage: ObjectStorage,
    private readonly clock: Clock,
  ) {}

  /** One file that is not right keeps no other from being kept; the report names it. @throws TransferRefused, storage_unavailable */
  async write(path: string, lock: Lock | null, onProgress: OnProgress): Promise<BackupReport> {
    const [snapshot, live] = await Promise.all([
      connectTo(this.config.databaseOwnerUrl),
      connectTo(this.config.databaseOwnerUrl),
    ]);
    const startedAt = this.clock.now();
    try {
      const archive = await ArchiveWriter.create(path, lock);
      try {
        await holdRemovals(live);
        const report = await this.fill(archive, { snapshot, live, path, onProgress });
        await this.note(live, { startedAt, isEncrypted: lock !== null, outcome: 'complete', ...report });
        return report;
      } catch (error) {
        await archive.abandon();
        throw error;
      }
    } catch (error) {
      const nothing = { id: newId(), rowCount: 0, fileCount: 0, bytes: 0 };
      await this.note(live, { startedAt, isEncrypted: lock !== null, outcome: 'failed', ...nothing }).catch(
        () => undefined,
      );
      throw error;
    } finally {
      await Promise.allSettled([snapshot.end(), live.end()]);
    }
  }

  private async fill(
    archive: ArchiveWriter,
    { snapshot, live, path, onProgress }: { snapshot: Client; live: Client; path: string; onProgress: OnProgress },
  ): Promise<BackupReport> {
    const id = newId();
    await snapshot.query('begin isolation level repeatable read read only');
    const tables = await listTables(snapshot);
    const secretFingerprint = await storedFingerprint(snapshot);
    await archive.header({
      format: FORMAT,
      id,
      version: VERSION,
      takenAt: this.clock.now().toISOString(),
      secretFingerprint,
      migrations: await listMigrations(snapshot),
      tables,
    });
    const digests: ArchiveSummary['digests'] = {};
    for (const [i, table] of tables.entries()) {
      onProgress({ phase: 'tables', done: i, all: tables.length, name: table.name });
      await archive.rows(table.name, rowsOf(snapshot, table));
      digests[table.name] = await digestOf(snapshot, table);
    }
    const sequences = await sequencePositions(snapshot);
    const files = await this.putFiles(archive, { snapshot, live, onProgress });
    const rowCount = Object.values(digests).reduce((sum, { rows }) => sum + rows, 0);
    const summary: ArchiveSummary = {
      digests,
      sequences,
      rowCount,
      fileCount: files.count,
      fileBytes: files.bytes,
      missing: files.missing,
      altered: files.altered,
    };
    return { id, path, secretFingerprint, ...summary, bytes: await archive.finish(summary) };
  }

  private async putFiles(
    archive: ArchiveWriter,
    { snapshot, live, onProgress }: { snapshot: Client; live: Client; onProgress: OnProgress },
  ): Promise<Files> {
    const done: Files = { count: 0, bytes: 0, missing: [], altered: [] };
    const all = await countUploads(snapshot, 0);
    let uploads = 0;
    for (let after = 0; ;) {
      const step = await storedFiles(snapshot, after, UPLOADS_PER_STEP);
      if (!step) return done;
      for await (const { item, object } of readAhead(step.files, ({ key }) => openObject(this.storage, key))) {
        await this.putFile(archive, item, object ?? (await this.openByNow(live, item)), done);
      }
      await archive.putSums();
      uploads += step.count;
      onProgress({ phase: 'files', done: uploads, all, bytes: done.bytes });
      after = step.last;
    }
  }

  private async putFile(
    archive: ArchiveWriter,
    { key, sha256, isRequired }: StoredFile,
    object: OpenObject | null,
    done: Files,
  ): Promise<void> {
    if (!object) {
      if (isRequired) done.missing.push(key);
      return;
    }
    const found = await archive.file(key, object.size, object.content);
    if (sha256 !== null && found !== sha256) done.altered.push(key);
    done.count += 1;
    done.bytes += object.size;
  }

  /** Its bytes are elsewhere by now, or were refused since the snapshot. */
  private async openByNow(live: Client, { uploadId, key, contentType }: StoredFile): Promise<OpenObject | null> {
    // Pictures are made anew from the file when there are none.
    if (contentType === 'image/webp' && key.startsWith('derived/')) return null;
    const now = await keyByNow(live, uploadId);
    return now === null || now === key ? null : openObject(this.storage, now);
  }

  private async note(
    live: Client,
    backup: Pick<BackupReport, 'id' | 'rowCount' | 'fileCount' | 'bytes'> & {
      startedAt: Date;
      isEncrypted: boolean;
      outcome: 'complete' | 'failed';
    },
  ): Promise<void> {
    const { id, startedAt, outcome, isEncrypted, rowCount, fileCount, bytes } = backup;
    await live.query(
      `insert into backups (id, started_at, ended_at, outcome, is_encrypted, row_count, file_count, bytes)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, startedAt, this.clock.now(), outcome, isEncrypted, rowCount, fileCount, bytes],
    );
  }
}
