import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, FindOptionsWhere } from 'typeorm';
import type { Actor } from '#libs/auth';
import { Clock } from '#libs/common';
import { Members } from '#libs/users';
import type { Session } from './session.entity';
import { ofAccount, Sessions } from './sessions.service';
import { sessionNotFound } from '../accounts.errors';

/** One living session, as the person recognises it. */
export interface Device {
  id: string;
  organizationId: number;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  address: string | null;
  userAgent: string | null;
  /** The session that asks. */
  isCurrent: boolean;
}

/** More than anybody can look through; the newest come first. */
const MOST = 200;

/** Null for the organisation: all of them. */
const LIST = `
  select s.id, m.organization_id as "organizationId", s.created_at as "createdAt",
         coalesce(s.last_used_at, s.created_at) as "lastUsedAt", s.expires_at as "expiresAt", s.address,
         s.user_agent as "userAgent", s.id = $4 as "isCurrent"
  from sessions s join member_directory m on m.membership_id = s.membership_id
  where m.account_id = $1 and ($2::bigint is null or m.organization_id = $2)
    and s.ended_at is null and s.expires_at > $3 and m.state = 'active'
  order by "lastUsedAt" desc, s.id desc limit ${MOST}`;

/**
 * Where people are signed in. Somebody sees all their own sessions, of every organisation; an admin those of the people of
 * their organisation, and only the ones that belong to it.
 */
@Injectable()
export class SignedInDevices {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly members: Members,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  listOwn(actor: Actor): Promise<Device[]> {
    return this.list(actor, actor.accountId, null);
  }

  /** @throws person_not_found */
  async listOf(actor: Actor, userUuid: string): Promise<Device[]> {
    const { accountId } = await this.members.get(actor, userUuid);
    return this.list(actor, accountId, actor.organizationId);
  }

  /** @throws session_not_found */
  endOwn(actor: Actor, id: string): Promise<void> {
    return this.endOne(actor, { id, membershipId: ofAccount(actor.accountId) }, 'ended_by_person');
  }

  /** @throws person_not_found, session_not_found */
  async endOf(actor: Actor, userUuid: string, id: string): Promise<void> {
    const { membershipId } = await this.members.get(actor, userUuid);
    await this.endOne(actor, { id, membershipId }, 'ended_by_admin');
  }

  /** @throws person_not_found */
  async endAllOf(actor: Actor, userUuid: string): Promise<void> {
    const { membershipId } = await this.members.get(actor, userUuid);
    await this.dataSource.transaction((tx) => this.sessions.end(tx, actor, { membershipId }, 'ended_by_admin'));
  }

  private list(actor: Actor, accountId: string | null, organizationId: number | null): Promise<Device[]> {
    return this.dataSource.query<Device[]>(LIST, [accountId, organizationId, this.clock.now(), actor.sessionId]);
  }

  private async endOne(
    actor: Actor,
    which: FindOptionsWhere<Session>,
    reason: 'ended_by_person' | 'ended_by_admin',
  ): Promise<void> {
    const ended = await this.dataSource.transaction((tx) => this.sessions.end(tx, actor, which, reason));
    if (ended === 0) throw sessionNotFound();
  }
}
