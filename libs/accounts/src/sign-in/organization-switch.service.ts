import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { type Actor, notSignedIn, type TokenSet, Tokens } from '#libs/auth';
import { fieldProblem } from '#libs/common';
import { Memberships } from '#libs/users';
import type { Caller } from '../caller';
import { Sessions } from '../sessions/sessions.service';
import { membershipNotFound } from '../accounts.errors';

/** For people who belong to several organisations. A session belongs to one; another one means another session. */
@Injectable()
export class OrganizationSwitch {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: Memberships,
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
  ) {}

  /** The session that asks ends: nobody works in two organisations with one set of tokens. @throws membership_not_found */
  async switchTo(actor: Actor, organizationId: number, caller: Caller): Promise<TokenSet> {
    const { person, session } = await this.dataSource.transaction(async (tx) => {
      const entered = await this.memberships.enter(tx, actor.accountId, organizationId);
      if (!entered) throw fieldProblem(membershipNotFound, 'organizationId');
      const ended = await this.sessions.end(tx, actor, { id: actor.requireSession() }, 'switched');
      // Signed out, or switched, by another request at this moment.
      if (ended === 0) throw notSignedIn();
      return { person: entered, session: await this.sessions.open(tx, entered, caller) };
    });
    return this.tokens.issue({
      sessionId: session.id,
      userId: person.userId,
      userUuid: person.userUuid,
      refreshGeneration: session.refreshGeneration,
      sessionExpiresAt: session.expiresAt,
    });
  }
}
