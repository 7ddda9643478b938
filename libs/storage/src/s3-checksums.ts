import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { Clock } from '#libs/common';

type Fields = Record<string, string>;
type Dialect = (checksum: string) => Fields;

/** Ways to say in a form which SHA-256 its file must have: AWS's, and the one that Ceph's gateway reads. */
const DIALECTS: Dialect[] = [
  (checksum) => ({ 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-sha256': checksum }),
  (checksum) => ({ 'x-amz-sdk-checksum-algorithm': 'SHA256', 'x-amz-checksum-sha256': checksum }),
];

const PROBE = Buffer.from('Credence looks whether this service compares checksums.');
const TRY_AGAIN_MS = 60_000;

/** Sends the probe with these form fields; answers the status. */
type SendProbe = (bytes: Buffer, fields: Fields) => Promise<number>;

/**
 * Whether a service refuses a form whose file has another SHA-256 than the form says. Many take the field and ignore it, so it
 * is found out by trying, once per process, and not assumed.
 */
export class S3Checksums {
  private readonly logger = new Logger('S3Checksums');
  private found: Promise<Dialect | null> | null = null;
  private dialect: Dialect | null = null;
  private notBefore = 0;

  constructor(
    private readonly sendProbe: SendProbe,
    private readonly clock: Clock,
  ) {}

  /**
   * Fields that pin a checksum, none where the service does not compare it. Never waits: what is announced before the
   * answer is known goes without, and the server's own hash over the stored bytes decides in any case.
   */
  fieldsFor(sha256: string): Fields {
    if (!this.found && this.clock.now().getTime() >= this.notBefore) {
      this.areEnforced().catch((error: unknown) => {
        this.notBefore = this.clock.now().getTime() + TRY_AGAIN_MS;
        this.logger.warn({ message: 'It could not be found out whether the storage compares checksums', error });
      });
    }
    return this.dialect?.(Buffer.from(sha256, 'hex').toString('base64')) ?? {};
  }

  /** @throws Error when the service cannot be asked */
  async areEnforced(): Promise<boolean> {
    this.found ??= this.detect();
    try {
      this.dialect = await this.found;
    } catch (error) {
      this.found = null;
      throw error;
    }
    return this.dialect !== null;
  }

  private async detect(): Promise<Dialect | null> {
    for (const dialect of DIALECTS) {
      if (await this.refusesWrong(dialect)) return dialect;
    }
    return null;
  }

  private async refusesWrong(dialect: Dialect): Promise<boolean> {
    const wrong = await this.send(dialect(checksumOf(Buffer.from('something else'))));
    if (wrong < 300) return false;
    // A service that refuses every such form does not understand it.
    return (await this.send(dialect(checksumOf(PROBE)))) < 300;
  }

  private async send(fields: Fields): Promise<number> {
    const status = await this.sendProbe(PROBE, fields);
    // Says nothing about checksums.
    if (status === 403 || status >= 500) throw new Error(`the service answered ${status}`);
    return status;
  }
}

function checksumOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
