import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer, text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Extract, extract } from 'tar-stream';
import { decrypted, isEncrypted, type Unlock } from './archive-encryption';
import {
  type ArchiveHeader,
  type ArchiveSummary,
  FILES_FOLDER,
  FORMAT,
  HEADER_ENTRY,
  partOf,
  SUMMARY_ENTRY,
} from './archive-format';
import { TransferIncomplete, TransferRefused } from './transfer.errors';

const decompress = promisify(gunzip);

type Entry = Extract extends AsyncIterable<infer Each> ? Each : never;

/** What somebody does with the contents, in the order in which they come. Each stream is read to its end, or the archive stands still. */
export interface ArchiveVisitor {
  /** All rows of a table. */
  rows(table: string, content: Readable): Promise<void>;
  file(key: string, size: number, content: Readable): Promise<void>;
}

/** Reads an archive once from its beginning to its end, with little in memory, and compares what can be compared on the way. */
export class ArchiveReader {
  private readonly sums = new Map<string, string>();
  private summary: ArchiveSummary | null = null;

  private constructor(
    private readonly entries: AsyncIterator<Entry>,
    readonly header: ArchiveHeader,
    readonly isEncrypted: boolean,
  ) {}

  /** @throws TransferRefused for what is no backup, or is locked with another key */
  static async open(path: string, unlock: Unlock | null): Promise<ArchiveReader> {
    const isLocked = isEncrypted(await headOf(path));
    if (isLocked && !unlock) {
      throw new TransferRefused(
        'The backup is encrypted: set BACKUP_PASSPHRASE, or name --passphrase-file or --identity-file.',
      );
    }
    const file = createReadStream(path, { highWaterMark: 1 << 20 });
    const tar = extract();
    const plain = isLocked && unlock ? await decrypted(file, unlock) : file;
    // What goes wrong ends the loop that reads the entries.
    pipeline(plain, tar).catch((error: Error) => tar.destroy(error));
    const entries = tar[Symbol.asyncIterator]();
    const first = await entries.next().catch(() => ({ done: true, value: undefined }));
    if (first.done || first.value?.header.name !== HEADER_ENTRY) {
      tar.destroy();
      throw new TransferRefused('The file is no backup of Credence.');
    }
    const header = JSON.parse(await text(first.value)) as ArchiveHeader;
    if (header.format !== FORMAT) {
      tar.destroy();
      throw new TransferRefused(
        `The backup was made by Credence ${header.version}, in a format that this one does not know.`,
      );
    }
    return new ArchiveReader(entries, header, isLocked);
  }

  /** @throws TransferIncomplete when something is missing or is not what was put in */
  async read(visitor: ArchiveVisitor): Promise<ArchiveSummary> {
    try {
      let entry = await this.next();
      while (entry) {
        const part = partOf(entry.header.name);
        if (part?.kind === 'rows') {
          entry = await this.readRows(part.table, entry, visitor);
          continue;
        }
        if (part?.kind === 'file') await this.readFile(part.key, entry, visitor);
        else if (part?.kind === 'sums') this.compare(await text(entry));
        else if (entry.header.name === SUMMARY_ENTRY) this.summary = JSON.parse(await text(entry)) as ArchiveSummary;
        entry = await this.next();
      }
    } catch (error) {
      if (error instanceof TransferIncomplete || !isDamage(error)) throw error;
      throw new TransferIncomplete(`The backup is damaged or cut off: ${(error as Error).message}`);
    }
    if (!this.summary || this.sums.size > 0) throw new TransferIncomplete('The backup is cut off: its end is missing.');
    return this.summary;
  }

  /** Parts of a table follow each other; they are one stream. Answers the entry after them. */
  private async readRows(table: string, first: Entry, visitor: ArchiveVisitor): Promise<Entry | null> {
    let following: Entry | null = null;
    const next = () => this.next();
    async function* content() {
      for (let entry: Entry | null = first; entry; entry = following) {
        yield await decompress(await buffer(entry));
        following = await next();
        const part = following && partOf(following.header.name);
        if (part?.kind !== 'rows' || part.table !== table) return;
      }
    }
    await visitor.rows(table, Readable.from(content(), { objectMode: false }));
    return following;
  }

  private async readFile(key: string, entry: Entry, visitor: ArchiveVisitor): Promise<void> {
    const hash = createHash('sha256');
    async function* content() {
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        hash.update(chunk);
        yield chunk;
      }
    }
    await visitor.file(key, entry.header.size ?? 0, Readable.from(content(), { objectMode: false }));
    this.sums.set(FILES_FOLDER + key, hash.digest('hex'));
  }

  private compare(sums: string): void {
    for (const line of sums.split('\n').filter(Boolean)) {
      const [sha256 = '', name = ''] = line.split('  ');
      if (this.sums.get(name) !== sha256) throw new TransferIncomplete(`${name} is damaged in the backup.`);
      this.sums.delete(name);
    }
  }

  private async next(): Promise<Entry | null> {
    const next = await this.entries.next();
    return next.done ? null : next.value;
  }
}

/** What tar, gzip and age say of bytes that are not theirs. */
function isDamage(error: unknown): boolean {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  return (
    /^(Z_|ERR_STREAM_PREMATURE_CLOSE)/.test(code) ||
    /tar header|end of data|invalid tag|chunk|ciphertext/i.test(message)
  );
}

async function headOf(path: string): Promise<Buffer> {
  try {
    return await buffer(createReadStream(path, { end: 31 }));
  } catch (error) {
    throw new TransferRefused(`The backup cannot be read: ${path} (${(error as NodeJS.ErrnoException).code}).`);
  }
}
