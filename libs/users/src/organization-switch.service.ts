import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { type Actor, notSignedIn, type Role, type SignedIn, type TokenSet, Tokens } from '#libs/auth';
import { Clock, fieldProblem } from '#libs/common';
import type { Caller } from './caller';
import { Sessions } from './sessions.service';
import { membershipNotFound } from './users.errors';

/** One organisation that a person can sign in to. */
export interface OwnMembership {
  organizationId: number;
  organizationUuid: string;
  organizationName: string;
  role: Role;
  lastLogin: Date | null;
  /** The one that is signed in to. */
  isCurrent: boolean;
}

const LIST = `
  select o.id as "organizationId", o.uuid as "organizationUuid", o.name as "organizationName", m.role,
         m.last_login as "lastLogin", m.organization_id = $2 as "isCurrent"
  from memberships m join organizations o on o.id = m.organization_id
  where m.user_uuid = $1 and m.state = 'active'
  order by o.name, o.id`;

/** Locks the membership, so that a deactivation at this moment either comes first or ends the new session. */
const ENTER = `
  update memberships m set last_login = $3
  from users u, organizations o
  where m.user_uuid = $1 and m.organization_id = $2 and m.state = 'active'
    and u.uuid = m.user_uuid and o.id = m.organization_id
  returning m.id as "membershipId", u.id as "userId", u.uuid as "userUuid", m.organization_id as "organizationId",
            m.role, o.time_zone as "timeZone", o.expiring_soon_days as "expiringSoonDays"`;

/** For people who belong to several organisations. A session belongs to one; another one means another session. */
@Injectable()
export class OrganizationSwitch {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  list(actor: Actor): Promise<OwnMembership[]> {
    return this.dataSource.query<OwnMembership[]>(LIST, [actor.userUuid, actor.organizationId]);
  }

  /** The session that asks ends: nobody works in two organisations with one set of tokens. @throws membership_not_found */
  async switchTo(actor: Actor, organizationId: number, caller: Caller): Promise<TokenSet> {
    type Entered = Omit<SignedIn, 'sessionId'>;
    const { person, session } = await this.dataSource.transaction(async (tx) => {
      const values = [actor.userUuid, organizationId, this.clock.now()];
      const [[entered]] = await tx.query<[Entered[], number]>(ENTER, values);
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
