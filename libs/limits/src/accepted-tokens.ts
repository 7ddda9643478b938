import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** So many are remembered, and up to as many of before. */
const ROOM = 10_000;

/** Which `Authorization` headers this process has lately let in, as digests. */
@Injectable()
export class AcceptedTokens {
  private recent = new Set<string>();
  private before = new Set<string>();

  note(header: string): void {
    const digest = digestOf(header);
    if (this.recent.has(digest)) return;
    if (this.recent.size >= ROOM) {
      this.before = this.recent;
      this.recent = new Set();
    }
    this.recent.add(digest);
  }

  has(header: string): boolean {
    const digest = digestOf(header);
    return this.recent.has(digest) || this.before.has(digest);
  }

  /** It is refused now. */
  forget(header: string): void {
    const digest = digestOf(header);
    this.recent.delete(digest);
    this.before.delete(digest);
  }
}

function digestOf(header: string): string {
  return hash('sha256', header, 'base64');
}
