import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
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

/** Locks both rows, so that a deactivation or a new password at this moment either comes first or ends the new session. */
const RECORD_LOGIN = `
  with person as (select uuid from users where uuid = $1 and password_hash = $2 for share)
  update memberships set last_login = $3
  from person
  where memberships.id = $4 and memberships.user_uuid = person.uuid and state = 'active'`;

/** Which people belong to which organisations, and when they came in. */
@Injectable()
export class Memberships {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  listOwn(actor: Actor): Promise<OwnMembership[]> {
    return this.dataSource.query<OwnMembership[]>(LIST, [actor.userUuid, actor.organizationId]);
  }

  /** An active membership for an account that exists. @throws already_member */
  async join(
    tx: EntityManager,
    actor: Actor | SystemActor,
    organizationId: number,
    { userUuid, role, createdAt = this.clock.now() }: { userUuid: string; role: Role; createdAt?: Date },
  ): Promise<void> {
    try {
      await tx.insert(Membership, {
        id: newId(),
        organizationId,
        userUuid,
        role,
        state: 'active',
        lastLogin: null,
        createdAt,
        updatedAt: createdAt,
      });
    } catch (error) {
      throw violatesUnique(error, 'memberships_organization_user_key') ? alreadyMember() : error;
    }
    await this.audit.record(tx, actor, {
      action: 'membership.create',
      targetType: 'user',
      targetId: userUuid,
      subject: userUuid,
      changes: changesOf(null, { role, state: 'active' }),
    });
  }

  /** Notes the sign-in of somebody whose password was checked. False when they were deactivated or got another password since. */
  async recordLogin(
    tx: EntityManager,
    { userUuid, passwordHash, membershipId }: { userUuid: string; passwordHash: string; membershipId: string },
  ): Promise<boolean> {
    const values = [userUuid, passwordHash, this.clock.now(), membershipId];
    const [, affected] = await tx.query<[unknown[], number]>(RECORD_LOGIN, values);
    return affected > 0;
  }

  /** Notes the sign-in of somebody known otherwise than by their password. Null without an active membership. */
  async enter(
    tx: EntityManager,
    userUuid: string,
    organizationId: number,
  ): Promise<Omit<SignedIn, 'sessionId'> | null> {
    const values = [userUuid, organizationId, this.clock.now()];
    const [[entered]] = await tx.query<[Omit<SignedIn, 'sessionId'>[], number]>(ENTER, values);
    return entered ?? null;
  }
}
