import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { type Actor, notSignedIn, type TokenSet, Tokens } from '#libs/auth';
import { Clock } from '#libs/common';
import type { Caller } from './caller';
import { Sessions } from './sessions.service';
import { providerTokenRequired } from './users.errors';

const RECORD_LOGIN = `
  update memberships set last_login = $1
  where user_uuid = $2 and organization_id = $3 and state = 'active' returning id`;

/** Tokens of ours for somebody who comes with one of the identity provider's: contract D wants three. */
@Injectable()
export class OidcSignIn {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  /** @throws provider_token_required when the caller came with a token of ours */
  async exchange(actor: Actor, caller: Caller): Promise<TokenSet> {
    if (actor.sessionId !== null) throw providerTokenRequired();
    const session = await this.dataSource.transaction(async (tx) => {
      const values = [this.clock.now(), actor.userUuid, actor.organizationId];
      const [[membership]] = await tx.query<[{ id: string }[], number]>(RECORD_LOGIN, values);
      if (!membership) throw notSignedIn();
      return this.sessions.open(tx, { ...principalOf(actor), membershipId: membership.id }, caller);
    });
    return this.tokens.issue({
      sessionId: session.id,
      userId: actor.userId,
      userUuid: actor.userUuid,
      refreshGeneration: session.refreshGeneration,
      sessionExpiresAt: session.expiresAt,
    });
  }
}

function principalOf({ userId, userUuid, organizationId, role, timeZone, expiringSoonDays }: Actor) {
  return { userId, userUuid, organizationId, role, timeZone, expiringSoonDays };
}
