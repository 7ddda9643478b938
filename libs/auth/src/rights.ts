import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Actor, ApiKeyDirectory, SessionDirectory } from './actor';
import { notPermitted, notSignedIn } from './auth.errors';
import { roleRank } from './permissions';

/** What was looked at less than this ago is not looked at again. */
const FRESH_MS = 100;

/** On whose behalf a link was handed out. */
export interface LinkOwner {
  sessionId: string;
  apiKeyId: string | null;
}

/** Looks again at rights that were looked at when a request began or a link was handed out. */
@Injectable()
export class Rights {
  constructor(
    private readonly sessions: SessionDirectory,
    private readonly apiKeys: ApiKeyDirectory,
  ) {}

  /** Whoever was handed a link, with the rights of this moment; null once their session, membership or API key has ended. */
  async ofLink({ sessionId, apiKeyId }: LinkOwner, requestId: string): Promise<Actor | null> {
    const signedIn = await this.sessions.findSignedIn(sessionId);
    if (!signedIn) return null;
    if (apiKeyId === null) return new Actor(signedIn, requestId);
    const key = await this.apiKeys.findById(apiKeyId);
    return key && new Actor(signedIn, requestId, key);
  }

  /**
   * For a request that may have waited, before it changes or answers anything: it goes on with the rights it began with only if they are still
   * there. Costs nothing when it has not waited. With a transaction's manager it is asked there: no second connection is needed.
   * @throws not_signed_in when session, membership or API key has ended; not_permitted when role or scopes give less than they did
   */
  async confirm(actor: Actor, manager?: EntityManager): Promise<void> {
    if (performance.now() - actor.confirmedAt < FRESH_MS) return;
    if (actor.kind === 'person') {
      const role = await this.sessions.findRole(actor, manager);
      if (role === null) throw notSignedIn();
      if (roleRank(role) < roleRank(actor.role)) throw notPermitted();
    }
    if (actor.apiKey) {
      const key = await this.apiKeys.findById(actor.apiKey.id, manager);
      if (!key) throw notSignedIn();
      if (!actor.apiKey.scopes.every((scope) => key.scopes.includes(scope))) throw notPermitted();
    }
    actor.confirmedAt = performance.now();
  }
}
