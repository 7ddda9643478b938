import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 50;

/** What the product without a mail server wrote below its data folder. */
export class Mails {
  private readonly directory: string;

  constructor(dataDir: string) {
    this.directory = join(dataDir, 'mail');
  }

  /** All mails to an address, oldest first, as a person reads them. */
  to(email: string): string[] {
    if (!existsSync(this.directory)) return [];
    return readdirSync(this.directory)
      .sort()
      .map((file) => readFileSync(join(this.directory, file), 'latin1'))
      .filter((text) => text.includes(`To: ${email}`))
      .map(readable);
  }

  /** The mail of that number to an address, once it is there. */
  async arrived(email: string, count = 1): Promise<string> {
    for (let waited = 0; this.to(email).length < count; waited += LOOK_AGAIN_MS) {
      if (waited > WAIT_MS) throw new Error(`No mail ${count} to ${email}`);
      await sleep(LOOK_AGAIN_MS);
    }
    return this.to(email)[count - 1] ?? '';
  }
}

/** Quoted-printable, RFC 2045, 6.7. */
export function readable(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Of an invitation or a password reset. */
export function tokenIn(mail: string): string {
  return /#token=([\w-]+)/.exec(mail)?.[1] ?? '';
}
