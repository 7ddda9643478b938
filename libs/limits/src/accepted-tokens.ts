import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Actor } from '#libs/auth';

/** So many are remembered, and up to as many of before. */
const ROOM = 10_000;

/** Who is behind a token: names for counting, nothing more. */
export interface Holder {
  readonly person: string;
  readonly organization: string;
}

/** Which `Authorization` headers this process has lately let in, as digests, and whose they are. */
@Injectable()
export class AcceptedTokens {
  private recent = new Map<string, Holder>();
  private before = new Map<string, Holder>();

  note(header: string, { organizationId, userUuid }: Pick<Actor, 'organizationId' | 'userUuid'>): void {
    const digest = digestOf(header);
    if (this.recent.has(digest)) return;
    if (this.recent.size >= ROOM) {
      this.before = this.recent;
      this.recent = new Map();
    }
    this.recent.set(digest, { person: `${organizationId}/${userUuid}`, organization: String(organizationId) });
  }

  has(header: string): boolean {
    return this.holderOf(header) !== undefined;
  }

  holderOf(header: string): Holder | undefined {
    const digest = digestOf(header);
    return this.recent.get(digest) ?? this.before.get(digest);
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
