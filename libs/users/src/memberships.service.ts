import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import { Audit, changesOf, type SystemActor } from '#libs/audit';
import type { Actor, Role, SignedIn } from '#libs/auth';
import { Clock, newId } from '#libs/common';
import { violatesUnique } from '#libs/database';
import { Membership } from './membership.entity';
import { alreadyMember } from './users.errors';

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

export type NewMembership = Pick<
  Membership,
  'organizationId' | 'userUuid' | 'accountId' | 'email' | 'firstName' | 'lastName' | 'role' | 'createdAt'
>;

const LIST = `
  select o.id as "organizationId", o.uuid as "organizationUuid", o.name as "organizationName", m.role,
         m.last_login as "lastLogin", m.organization_id = $2 as "isCurrent"
  from memberships m join organizations o on o.id = m.organization_id
  where m.account_id = $1 and m.state = 'active'
  order by o.name, o.id`;

/** Locks the membership, so that a deactivation at this moment either comes first or ends the new session. */
const ENTER = `
  update memberships m set last_login = $3
  from users u, organizations o
  where m.account_id = $1 and m.organization_id = $2 and m.state = 'active'
    and u.uuid = m.user_uuid and o.id = m.organization_id
  returning m.id as "membershipId", u.id as "userId", u.uuid as "userUuid",
            m.account_id as "accountId", m.organization_id as "organizationId",
            m.role, o.time_zone as "timeZone", o.expiring_soon_days as "expiringSoonDays"`;

/** Locks both rows, so that a deactivation or a new password at this moment either comes first or ends the new session. */
const RECORD_LOGIN = `
  with account as (select id from accounts where id = $1 and password_hash = $2 for share)
  update memberships set last_login = $3
  from account
  where memberships.id = $4 and memberships.account_id = account.id and state = 'active'`;

/** Which people belong to which organisations, and when they came in. */
@Injectable()
export class Memberships {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  listOwn(actor: Actor): Promise<OwnMembership[]> {
    return this.dataSource.query<OwnMembership[]>(LIST, [actor.accountId, actor.organizationId]);
  }

  /** Puts a person on the roster; without an account they have accepted nothing yet. @throws already_member */
  async create(tx: EntityManager, actor: Actor | SystemActor, membership: NewMembership): Promise<string> {
    const { userUuid, role } = membership;
    const id = newId();
    try {
      await tx.insert(Membership, { ...membership, id, state: 'active', updatedAt: membership.createdAt });
    } catch (error) {
      throw violatesUnique(error, 'memberships_organization_email_key') ? alreadyMember() : error;
    }
    await this.audit.record(tx, actor, {
      action: 'membership.create',
      targetType: 'user',
      targetId: userUuid,
      subject: userUuid,
      changes: changesOf(null, { role, state: 'active' }),
    });
    return id;
  }

  /** Until when the invitation of somebody who has not accepted is open; null when there is none. */
  async setInvited(tx: EntityManager, id: string, invitedUntil: Date | null): Promise<void> {
    await tx.update(Membership, { id }, { invitedUntil });
  }

  /** Forgets invitations that have run out. */
  async forgetInvited(): Promise<void> {
    await this.dataSource.query('update memberships set invited_until = null where invited_until < $1', [
      this.clock.now(),
    ]);
  }

  /** The person has accepted the role they were offered. False when it is another one now, or nobody's any more. */
  async accept(tx: EntityManager, id: string, role: Role, accountId: string): Promise<boolean> {
    const accepted = { accountId, invitedUntil: null, updatedAt: this.clock.now() };
    const { affected } = await tx.update(
      Membership,
      { id, role, accountId: IsNull(), state: 'active' as const },
      accepted,
    );
    return affected !== 0;
  }

  /** Notes the sign-in of somebody whose password was checked. False when they were deactivated or got another password since. */
  async recordLogin(
    tx: EntityManager,
    { accountId, passwordHash, membershipId }: { accountId: string; passwordHash: string; membershipId: string },
  ): Promise<boolean> {
    const values = [accountId, passwordHash, this.clock.now(), membershipId];
    const [, affected] = await tx.query<[unknown[], number]>(RECORD_LOGIN, values);
    return affected > 0;
  }

  /** Notes the sign-in of somebody known otherwise than by their password. Null without an active membership. */
  async enter(
    tx: EntityManager,
    accountId: string | null,
    organizationId: number,
  ): Promise<Omit<SignedIn, 'sessionId'> | null> {
    const values = [accountId, organizationId, this.clock.now()];
    const [[entered]] = await tx.query<[Omit<SignedIn, 'sessionId'>[], number]>(ENTER, values);
    return entered ?? null;
  }
}
