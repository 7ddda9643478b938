import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import type { Config } from '#libs/config';
import { buildSchema, DatabaseUnsuitable } from '#libs/database';
import { isStorageEmpty, type ObjectStorage } from '#libs/storage';
import type { Unlock } from './archive-encryption';
import type { ArchiveHeader, ArchiveSummary } from './archive-format';
import { ArchiveReader, type ArchiveVisitor } from './archive-reader';
import type { OnProgress } from './progress';
import { storeVerified } from './store-verified';
import { TargetDatabase } from './target-database';
import { TransferRefused } from './transfer.errors';

/** Files at most this long are stored while the next ones are read. */
const SHORT_BYTES = 1024 * 1024;
const AT_ONCE = 8;

export interface RestoreOptions {
  /** The SECRET_KEY that the data was made with is lost, and this one is to be its own from now on. */
  acceptsOtherSecret: boolean;
}

export interface RestoreReport {
  header: ArchiveHeader;
  summary: ArchiveSummary;
}

/**
 * Puts what a backup holds into an empty database and an empty storage, and compares both with what was put in. A restore that was
 * interrupted goes on when it is begun again; until it is done, the product does not start on this database.
 */
export class RegistryRestore {
  constructor(
    private readonly config: Config,
    private readonly storage: ObjectStorage,
  ) {}

  /** @throws TransferRefused before anything is changed, TransferIncomplete for a damaged backup; storage_unavailable */
  async restore(
    path: string,
    unlock: Unlock | null,
    { acceptsOtherSecret }: RestoreOptions,
    onProgress: OnProgress,
  ): Promise<RestoreReport> {
    const archive = await ArchiveReader.open(path, unlock);
    const { header } = archive;
    if (!acceptsOtherSecret) this.requireSameSecret(header);
    const { databaseOwnerUrl } = this.config;
    const target = await TargetDatabase.connect(databaseOwnerUrl);
    try {
      await target.requireAlone();
      await target.requireFree(header.id);
      if ((await target.unfinished()) === null) {
        if (!(await isStorageEmpty(this.storage))) {
          throw new TransferRefused(
            'The storage is not empty: it already holds files of a registry. Name an empty one.',
          );
        }
        await build(databaseOwnerUrl, header);
      }
      await target.begin(header.id);
      const filling = new Filling(header, target, this.storage, await target.loaded(), onProgress);
      const summary = await archive.read(filling);
      await filling.settled();
      await target.complete(summary.sequences, (done, all) => onProgress({ phase: 'indexes', done, all }));
      for (const [i, table] of header.tables.entries()) {
        onProgress({ phase: 'comparing', done: i, all: header.tables.length, name: table.name });
        await target.requireEqual(table, summary.digests[table.name] ?? { rows: 0, hash: '0' });
      }
      await target.finish();
      return { header, summary };
    } finally {
      await target.end();
    }
  }

  private requireSameSecret({ secretFingerprint }: ArchiveHeader): void {
    const own = this.config.secretFingerprint.toString('hex');
    if (secretFingerprint === null || secretFingerprint === own) return;
    throw new TransferRefused(
      `The data was made with another SECRET_KEY (fingerprint ${secretFingerprint.slice(0, 16)}) than this one (${own.slice(0, 16)}). ` +
        'Set that one. If it is lost, add --other-secret: then everybody signs in again, and authenticator apps are added anew.',
    );
  }
}

async function build(ownerUrl: string, { migrations, version }: ArchiveHeader): Promise<void> {
  try {
    await buildSchema(ownerUrl, migrations);
  } catch (error) {
    if (!(error instanceof DatabaseUnsuitable)) throw error;
    throw new TransferRefused(`The database cannot be used for a backup of Credence ${version}: ${error.message}.`);
  }
}

/** Where the contents of the archive go. Short files are stored beside each other. */
class Filling implements ArchiveVisitor {
  private readonly inHand = new Set<Promise<void>>();
  private failure: { error: unknown } | null = null;
  private tables = 0;
  private files = 0;
  private bytes = 0;

  constructor(
    private readonly header: ArchiveHeader,
    private readonly target: TargetDatabase,
    private readonly storage: ObjectStorage,
    private readonly loaded: ReadonlyMap<string, unknown>,
    private readonly onProgress: OnProgress,
  ) {}

  async rows(name: string, content: Readable): Promise<void> {
    const table = this.header.tables.find((each) => each.name === name);
    if (!table) throw new TransferRefused(`The backup has rows of a table that it does not name: ${name}.`);
    this.onProgress({ phase: 'tables', done: this.tables++, all: this.header.tables.length, name });
    if (this.loaded.has(name)) await finished(content.resume());
    else await this.target.load(table, content, () => this.target.digest(table));
  }

  async file(key: string, size: number, content: Readable): Promise<void> {
    if (size > SHORT_BYTES) {
      await this.settled();
      await this.store(key, size, content);
      return;
    }
    const bytes = await buffer(content);
    if (this.inHand.size >= AT_ONCE) await Promise.race(this.inHand);
    if (this.failure) throw this.failure.error;
    const stored: Promise<void> = this.store(key, size, Readable.from([bytes]))
      .catch((error: unknown) => void (this.failure ??= { error }))
      .finally(() => this.inHand.delete(stored));
    this.inHand.add(stored);
  }

  /** Resolves when every file is stored. */
  async settled(): Promise<void> {
    await Promise.all(this.inHand);
    if (this.failure) throw this.failure.error;
  }

  private async store(key: string, size: number, content: Readable): Promise<void> {
    const contentType = key.startsWith('derived/') ? 'image/webp' : 'application/octet-stream';
    await storeVerified(this.storage, key, { size, content }, contentType);
    this.files += 1;
    this.bytes += size;
    this.onProgress({ phase: 'files', done: this.files, all: null, bytes: this.bytes });
  }
}
