import { createHash } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { access, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Clock, newId } from '#libs/common';
import { Config } from '#libs/config';
import type { ByteRange, Representation } from './byte-range';
import { DISK_OBJECTS_PATH } from './disk-objects-path';
import { isObjectKey } from './object-key';
import {
  type DownloadRequest,
  type ListedObject,
  ObjectNotFound,
  ObjectStorage,
  type PresignedPost,
  type StoredObject,
  type UploadPolicy,
} from './object-storage';
import { SignedLinks } from './signed-links';
import { storageUnavailable } from './storage.errors';

const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/** Files under DATA_DIR/objects; the API itself serves the signed links (DiskObjectsController). */
@Injectable()
export class DiskStorage extends ObjectStorage implements OnModuleInit {
  private readonly logger = new Logger('DiskStorage');
  private readonly root: string;
  /** On the same file system as the objects, so that a rename is atomic. No key can name it: keys do not begin with a dot. */
  private readonly arriving: string;
  readonly links: SignedLinks;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    super();
    this.root = resolve(config.environment.DATA_DIR, 'objects');
    this.arriving = join(this.root, '.tmp');
    this.links = new SignedLinks(config.keys.signedUrl);
  }

  async onModuleInit(): Promise<void> {
    await mkdir(this.arriving, { recursive: true, mode: 0o700 });
    await this.removeAbandoned();
  }

  async presignUpload(policy: UploadPolicy): Promise<PresignedPost> {
    return { url: `${this.config.publicUrl}/${DISK_OBJECTS_PATH}`, fields: this.links.uploadFields(policy) };
  }

  protected async signDownload(request: DownloadRequest): Promise<string> {
    return `${this.config.publicUrl}/${DISK_OBJECTS_PATH}?${this.links.downloadQuery(request).toString()}`;
  }

  async find(key: string): Promise<StoredObject | null> {
    const found = await this.describe(key);
    return found && { size: found.size };
  }

  /** Size and entity tag of an object; null when there is none. */
  async describe(key: string): Promise<Representation | null> {
    try {
      const { size, mtimeMs } = await stat(this.pathOf(key));
      // What lies under a key never changes; should it be replaced by hand all the same, the tag does.
      const version = createHash('sha256')
        .update(JSON.stringify([key, size, mtimeMs]))
        .digest('base64url');
      return { size, etag: `"${version}"` };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    try {
      const file = await open(this.pathOf(key));
      return file.createReadStream(range);
    } catch (error) {
      throw isMissing(error) ? new ObjectNotFound() : error;
    }
  }

  async copy(from: string, to: string): Promise<void> {
    try {
      await this.place(to, (path) => copyFile(this.pathOf(from), path, constants.COPYFILE_FICLONE));
    } catch (error) {
      throw isMissing(error) ? new ObjectNotFound() : error;
    }
  }

  async write(key: string, bytes: Buffer): Promise<void> {
    await this.receive(key, [Readable.from([bytes])]);
  }

  async store(key: string, content: Readable): Promise<void> {
    await this.receive(key, [content]);
  }

  /** Stores what comes out of a chain of streams. The object appears complete or not at all; `requireWanted` is asked when every byte has arrived. */
  async receive(key: string, chain: Readable[], requireWanted: () => void = () => undefined): Promise<void> {
    await this.place(key, async (path) => {
      await pipeline([...chain, createWriteStream(path, { flags: 'wx', mode: 0o600 })]);
      requireWanted();
    });
  }

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  async list(prefix: string): Promise<string[]> {
    const directory = this.pathOf(prefix.replace(/\/$/, ''));
    try {
      const entries = await readdir(directory, { withFileTypes: true, recursive: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(this.root.length + 1))
        .sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async *walk(prefix: string, startAfter = ''): AsyncIterable<ListedObject> {
    const directory = join(this.root, ...prefix.split('/'));
    const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    // A folder sorts as its keys do, by what follows its name: `a.b` comes before `a/b`.
    const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
    for (const key of names.map((name) => prefix + name)) {
      if (key.endsWith('/')) {
        if (key > startAfter || startAfter.startsWith(key)) yield* this.walk(key, startAfter);
      } else if (key > startAfter) {
        const file = await stat(join(this.root, ...key.split('/'))).catch(() => null);
        // Gone since the folder was read.
        if (file?.isFile()) yield { key, size: file.size, modifiedAt: file.mtime };
      }
    }
  }

  /** Its own door compares them. */
  enforcesChecksums(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async requireReady(): Promise<void> {
    await access(this.arriving, constants.W_OK);
  }

  /** Lets `fill` make a file beside the objects, then puts it in its place in one step, safe against a power cut. @throws storage_unavailable */
  private async place(key: string, fill: (path: string) => Promise<void>): Promise<void> {
    const target = this.pathOf(key);
    const temporary = join(this.arriving, newId());
    try {
      await fill(temporary);
      await sync(temporary);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await rename(temporary, target);
      await sync(dirname(target));
    } catch (error) {
      await rm(temporary, { force: true });
      throw this.described(error);
    }
  }

  /** A full or broken disk is not the caller's fault and may be mended; everything else is passed on as it is. */
  private described(error: unknown): unknown {
    const { syscall } = error as NodeJS.ErrnoException;
    if (!syscall || isMissing(error)) return error;
    this.logger.error('A file could not be stored', error);
    return storageUnavailable();
  }

  /** What a killed process left half-received. Younger files may belong to another process that is starting or stopping. */
  private async removeAbandoned(): Promise<void> {
    const before = this.clock.now().getTime() - ABANDONED_AFTER_MS;
    let removed = 0;
    for (const name of await readdir(this.arriving)) {
      const path = join(this.arriving, name);
      const age = await stat(path).catch(() => null);
      if (!age || age.mtimeMs > before) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    if (removed > 0) this.logger.log(`Removed ${removed} abandoned uploads`);
  }

  private pathOf(key: string): string {
    if (!isObjectKey(key)) throw new Error('Not an object key');
    return join(this.root, ...key.split('/'));
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
