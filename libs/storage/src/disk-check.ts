import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { newId } from '#libs/common';
import type { Environment } from '#libs/config';
import type { Finding, StorageCheck } from './storage-check';

/** Below this, the next few uploads may already find no room. */
const FEW_UPLOADS = 40;

/** Looks at the folder in which the disk driver keeps files. */
export class DiskCheck implements StorageCheck {
  readonly place: string;
  private readonly folder: string;

  constructor(private readonly environment: Environment) {
    this.folder = resolve(environment.DATA_DIR, 'objects');
    this.place = `the folder ${this.folder}`;
  }

  async run(): Promise<Finding[]> {
    const writable = await this.writable();
    return writable.verdict === 'ok' ? [writable, await this.space()] : [writable];
  }

  reasonOf(error: unknown): string {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }

  close(): void {
    // Nothing is kept open.
  }

  private async writable(): Promise<Finding> {
    const about = 'Folder';
    const file = join(this.folder, `.check-${newId()}`);
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeFile(file, 'check', { mode: 0o600 });
      await rm(file);
      return { about, verdict: 'ok', meaning: 'Files can be written and removed.' };
    } catch (error) {
      return {
        about,
        verdict: 'missing',
        meaning: `Files cannot be written (${this.reasonOf(error)}); no upload would succeed.`,
        remedy: 'Make the folder writable for the user who runs Credence, or choose another DATA_DIR.',
      };
    }
  }

  private async space(): Promise<Finding> {
    const { bavail, bsize } = await statfs(this.folder);
    const free = bavail * bsize;
    const enough = free >= FEW_UPLOADS * this.environment.UPLOAD_MAX_BYTES;
    return {
      about: 'Free space',
      verdict: enough ? 'ok' : 'missing',
      meaning: `${(free / 1e9).toFixed(1)} GB are free${enough ? '.' : `, less than ${FEW_UPLOADS} files of the largest size.`}`,
      ...(enough ? {} : { remedy: 'Make room, or move DATA_DIR to a larger disk.' }),
    };
  }
}
