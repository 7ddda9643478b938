import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { encrypted, type Lock } from './archive-encryption';
import {
  type ArchiveHeader,
  type ArchiveSummary,
  FILES_FOLDER,
  HEADER_ENTRY,
  rowsEntry,
  SUMMARY_ENTRY,
  sumsEntry,
} from './archive-format';

const compress = promisify(gzip);
/** Rows are gathered up to this many bytes: a tar file wants the length of a part before its bytes. */
const PART_BYTES = 8 * 1024 * 1024;

/** Writes one archive, entry by entry, with little in memory. It appears under its name when it is whole. */
export class ArchiveWriter {
  private readonly tar: Pack = pack();
  private readonly written: Promise<void>;
  private sums: string[] = [];
  private sumParts = 0;

  private constructor(
    private readonly path: string,
    private readonly draft: string,
    out: Readable,
    private readonly source: PassThrough,
  ) {
    this.tar.pipe(source);
    this.written = pipeline(out, createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
    // Told where it is awaited.
    this.written.catch((error: Error) => this.tar.destroy(error));
  }

  static async create(path: string, lock: Lock | null): Promise<ArchiveWriter> {
    const source = new PassThrough();
    const draft = `${path}.partial-${process.pid}`;
    return new ArchiveWriter(path, draft, lock ? await encrypted(source, lock) : source, source);
  }

  header(header: ArchiveHeader): Promise<void> {
    return this.entry(HEADER_ENTRY, Buffer.from(JSON.stringify(header, null, 2)));
  }

  /** All rows of a table, as COPY writes them. */
  async rows(table: string, content: Readable): Promise<void> {
    let part = 0;
    let gathered: Buffer[] = [];
    let length = 0;
    const put = async () => {
      part += 1;
      await this.entry(rowsEntry(table, part), await compress(Buffer.concat(gathered), { level: 1 }));
      gathered = [];
      length = 0;
    };
    for await (const chunk of content as AsyncIterable<Buffer>) {
      gathered.push(chunk);
      length += chunk.length;
      if (length >= PART_BYTES) await put();
    }
    if (length > 0) await put();
  }

  /** One file; answers its SHA-256 in hex. @throws Error when it is not as long as was said */
  async file(key: string, size: number, content: Readable): Promise<string> {
    const hash = createHash('sha256');
    const entry = this.tar.entry({ name: FILES_FOLDER + key, size, mode: 0o600 });
    await pipeline(
      content,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      entry,
    );
    const sha256 = hash.digest('hex');
    this.sums.push(`${sha256}  ${FILES_FOLDER}${key}\n`);
    return sha256;
  }

  /** The sums of the files since the last time. */
  async putSums(): Promise<void> {
    if (this.sums.length === 0) return;
    this.sumParts += 1;
    await this.entry(sumsEntry(this.sumParts), Buffer.from(this.sums.join('')));
    this.sums = [];
  }

  /** Ends the archive and gives it its name. Answers its length in bytes. */
  async finish(summary: ArchiveSummary): Promise<number> {
    await this.putSums();
    await this.entry(SUMMARY_ENTRY, Buffer.from(JSON.stringify(summary, null, 2)));
    this.tar.finalize();
    await this.written;
    await sync(this.draft);
    await rename(this.draft, this.path);
    await sync(dirname(this.path));
    return (await stat(this.path)).size;
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    this.source.destroy();
    this.tar.destroy();
    await this.written.catch(() => undefined);
    await rm(this.draft, { force: true });
  }

  private async entry(name: string, bytes: Buffer): Promise<void> {
    await pipeline(Readable.from([bytes]), this.tar.entry({ name, size: bytes.length, mode: 0o600 }));
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
