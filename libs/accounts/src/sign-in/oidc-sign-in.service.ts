import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { type Actor, notSignedIn, type TokenSet, Tokens } from '#libs/auth';
import { Memberships } from '#libs/users';
import type { Caller } from '../caller';
import { Sessions } from '../sessions/sessions.service';
import { providerTokenRequired } from '../accounts.errors';

/** Tokens of ours for somebody who comes with one of the identity provider's: contract D wants three. */
@Injectable()
export class OidcSignIn {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: Memberships,
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
  ) {}

  /** @throws provider_token_required when the caller came with a token of ours */
  async exchange(actor: Actor, caller: Caller): Promise<TokenSet> {
    if (actor.sessionId !== null) throw providerTokenRequired();
    const session = await this.dataSource.transaction(async (tx) => {
      const entered = await this.memberships.enter(tx, actor.accountId, actor.organizationId);
      if (!entered) throw notSignedIn();
      return this.sessions.open(tx, entered, caller);
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
