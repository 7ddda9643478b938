import type { Client } from 'pg';
import type { Config } from '#libs/config';
import { buildSchema, DatabaseUnsuitable } from '#libs/database';
import { isStorageEmpty, type ObjectStorage } from '#libs/storage';
import { countUploads, type StoredFile, storedFiles } from '#libs/uploads';
import {
  connectTo,
  digestOf,
  listMigrations,
  listTables,
  rowsOf,
  sequencePositions,
  type TransferTable,
} from './catalogue';
import { inParallel } from './in-parallel';
import type { OnProgress } from './progress';
import { openObject } from './read-ahead';
import { storeVerified } from './store-verified';
import { TargetDatabase } from './target-database';
import { TransferIncomplete, TransferRefused } from './transfer.errors';

const UPLOADS_PER_STEP = 100;
const FILES_AT_ONCE = 16;
const ARRIVING = 'incoming/';

/** A database and a storage that belong together. */
export interface Place {
  config: Config;
  storage: ObjectStorage;
}

export interface MoveReport {
  rowCount: number;
  /** Copied by this process, and their bytes. */
  fileCount: number;
  fileBytes: number;
  /** Files that the records name and nobody found, or that are not what was sent; they were so before. */
  missing: string[];
  altered: string[];
}

/**
 * Copies a registry that stands still (maintenance) into an empty place, and compares: every file as it is stored, every table at the end. The
 * source stays as it is. How far it has come is kept in the target, so that another process can go on.
 */
export class RegistryMove {
  private readonly report: MoveReport = { rowCount: 0, fileCount: 0, fileBytes: 0, missing: [], altered: [] };

  constructor(
    private readonly source: Place,
    private readonly target: Place,
    private readonly onProgress: OnProgress,
  ) {}

  /** Whether the target can be moved to, before the source is made to stand still. @throws TransferRefused */
  async requireFree(moveId: string | null): Promise<void> {
    const database = await TargetDatabase.connect(this.target.config.databaseOwnerUrl);
    try {
      await database.requireFree(moveId);
      if ((await database.unfinished()) !== null || (await isStorageEmpty(this.target.storage))) return;
      throw new TransferRefused('The storage is not empty: it already holds files of a registry. Name an empty one.');
    } finally {
      await database.end();
    }
  }

  /** @throws TransferRefused, TransferIncomplete, storage_unavailable; begun again, it goes on */
  async run(moveId: string): Promise<MoveReport> {
    const source = await connectTo(this.source.config.databaseOwnerUrl);
    try {
      const target = await TargetDatabase.connect(this.target.config.databaseOwnerUrl);
      try {
        await target.requireAlone();
        await target.requireFree(moveId);
        if ((await target.unfinished()) === null) {
          await build(this.target.config.databaseOwnerUrl, await listMigrations(source));
        }
        await target.begin(moveId);
        const tables = await listTables(source);
        await this.moveRows(source, target, tables);
        await this.moveFiles(source, target);
        await this.compare(target, tables);
        await target.finish();
        return this.report;
      } finally {
        await target.end();
      }
    } finally {
      await source.end();
    }
  }

  private async moveRows(source: Client, target: TargetDatabase, tables: TransferTable[]): Promise<void> {
    const loaded = await target.loaded();
    for (const [i, table] of tables.entries()) {
      if (loaded.has(table.name)) continue;
      this.onProgress({ phase: 'tables', done: i, all: tables.length, name: table.name });
      // The queue's clock goes on adding jobs: what is compared is what was copied.
      await source.query('begin isolation level repeatable read read only');
      await target.load(table, rowsOf(source, table), () => digestOf(source, table));
      await source.query('commit');
    }
    const sequences = await sequencePositions(source);
    await target.complete(sequences, (done, all) => this.onProgress({ phase: 'indexes', done, all }));
  }

  private async moveFiles(source: Client, target: TargetDatabase): Promise<void> {
    let after = await target.filesAfter();
    const all = await countUploads(source, 0);
    let done = all - (await countUploads(source, after));
    for (;;) {
      const step = await storedFiles(source, after, UPLOADS_PER_STEP);
      if (!step) break;
      await inParallel(step.files, FILES_AT_ONCE, (file) => this.moveFile(file));
      after = step.last;
      done += step.count;
      await target.noteFilesAfter(after);
      this.onProgress({ phase: 'files', done, all, bytes: this.report.fileBytes });
    }
    await this.moveLateArrivals();
  }

  private async moveFile({ key, contentType, sha256, isRequired }: StoredFile): Promise<void> {
    const object = await openObject(this.source.storage, key);
    if (!object) {
      if (isRequired) this.report.missing.push(key);
      return;
    }
    const found = await storeVerified(this.target.storage, key, object, contentType);
    if (sha256 !== null && found !== sha256) this.report.altered.push(key);
    this.report.fileCount += 1;
    this.report.fileBytes += object.size;
  }

  /** Links from before the maintenance still lead to a storage that does not know of it. */
  private async moveLateArrivals(): Promise<void> {
    for await (const { key } of this.source.storage.walk(ARRIVING)) {
      if (await this.target.storage.find(key)) continue;
      await this.moveFile({
        uploadId: '',
        key,
        contentType: 'application/octet-stream',
        sha256: null,
        isRequired: false,
      });
    }
  }

  private async compare(target: TargetDatabase, tables: TransferTable[]): Promise<void> {
    const loaded = await target.loaded();
    for (const [i, table] of tables.entries()) {
      this.onProgress({ phase: 'comparing', done: i, all: tables.length, name: table.name });
      const digest = loaded.get(table.name);
      if (!digest) throw new TransferIncomplete(`${table.name} was not copied.`);
      await target.requireEqual(table, digest);
      this.report.rowCount += digest.rows;
    }
  }
}

async function build(ownerUrl: string, migrations: string[]): Promise<void> {
  try {
    await buildSchema(ownerUrl, migrations);
  } catch (error) {
    if (!(error instanceof DatabaseUnsuitable)) throw error;
    throw new TransferRefused(`The new database cannot be used: ${error.message}.`);
  }
}
