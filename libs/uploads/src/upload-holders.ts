import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

interface Hold {
  uploadId: string;
  releasedAt: Date | null;
}

/** How long an upload is held: for good by something alive, else since when by nothing but what was deleted then. */
export type HeldUntil = { isAlive: true } | { isAlive: false; releasedAt: Date };

/** Knows which uploads are referred to, from whoever refers to them: the libs after this one say how to ask their tables. */
@Injectable()
export class UploadHolders {
  private readonly statements: string[] = [];

  /**
   * Adds a way to ask. The statement takes uploads (`$1`, uuid[]) and answers a row for each reference to one of them: `uploadId`, and
   * `releasedAt`, when what refers to it was deleted; null while it is alive. Called by a lib's service when it is made.
   */
  register(statement: string): void {
    this.statements.push(statement);
  }

  /** By upload; those to which nothing has ever referred are not in it. */
  async find(manager: EntityManager, uploadIds: string[]): Promise<Map<string, HeldUntil>> {
    const held = new Map<string, HeldUntil>();
    for (const statement of this.statements) {
      for (const { uploadId, releasedAt } of await manager.query<Hold[]>(statement, [uploadIds])) {
        held.set(uploadId, longer(held.get(uploadId), releasedAt));
      }
    }
    return held;
  }
}

function longer(known: HeldUntil | undefined, releasedAt: Date | null): HeldUntil {
  if (releasedAt === null || known?.isAlive) return { isAlive: true };
  return { isAlive: false, releasedAt: known && known.releasedAt > releasedAt ? known.releasedAt : releasedAt };
}
