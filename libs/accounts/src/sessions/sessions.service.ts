import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import {
  type DataSource,
  type EntityManager,
  type FindOperator,
  type FindOptionsWhere,
  IsNull,
  MoreThan,
  Raw,
} from 'typeorm';
import { Audit, type SystemActor } from '#libs/audit';
import { Actor, type Principal, type Role, type SessionDirectory, type SignedIn } from '#libs/auth';
import { Clock, newId } from '#libs/common';
import { Config } from '#libs/config';
import { insertRow, lastWriteColumn } from '#libs/database';
import { Jobs } from '#libs/jobs';
import { ORGANIZATIONS } from '#libs/users';
import { type Caller, traceOf } from '../caller';
import { Session } from './session.entity';

const DAY_MS = 86_400_000;
const KEEP_EXPIRED_DAYS = 30;

const findSignedIn = (moreColumns: string) => `
  select s.id as "sessionId", m.membership_id as "membershipId", m.user_id as "userId", m.user_uuid as "userUuid", m.account_id as "accountId",
         m.organization_id as "organizationId", m.role, o.time_zone as "timeZone",
         o.expiring_soon_days as "expiringSoonDays"${moreColumns}
  from sessions s
  join member_directory m on m.membership_id = s.membership_id
  join ${ORGANIZATIONS} o on o.id = m.organization_id
  where s.id = $1 and s.ended_at is null and s.expires_at > $2 and m.state = 'active' and m.account_id is not null`;

const FIND_ROLE = `
  select m.role from member_directory m
  where m.user_uuid = $1 and m.organization_id = $2 and m.state = 'active' and ($3::uuid is null or exists (
    select from sessions s
    where s.id = $3 and s.membership_id = m.membership_id and s.ended_at is null and s.expires_at > $4))`;

/** Why a session ended; goes into the audit trail. */
export type EndReason =
  | 'signed_out'
  | 'refresh_token_replayed'
  | 'inactive'
  | 'deactivated'
  | 'password_changed'
  | 'password_reset'
  | 'address_proved'
  | 'ended_by_person'
  | 'ended_by_admin'
  | 'switched';

/** The memberships that an account has accepted, as a condition: its sessions are in all its organisations. */
export function ofAccount(accountId: string | null): FindOperator<string> {
  const isOne = (column: string) =>
    `${column} in (select membership_id from member_directory where account_id = :accountId)`;
  return Raw(isOne, { accountId }) as FindOperator<string>;
}

/** One row per sign-in. Nothing is cached: an ended session is refused on the next request of any process. */
@Injectable()
export class Sessions implements SessionDirectory {
  private readonly signedIn: string;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly audit: Audit,
    jobs: Jobs,
  ) {
    this.signedIn = findSignedIn(lastWriteColumn('s.user_uuid', config.databaseReplicaUrl));
    jobs.handleScheduled('sessions-remove-expired', '17 * * * *', () => this.removeExpired());
  }

  async findSignedIn(sessionId: string): Promise<SignedIn | null> {
    const [found] = await this.dataSource.query<SignedIn[]>(this.signedIn, [sessionId, this.clock.now()]);
    return found ?? null;
  }

  /** With a token of the provider there is no session: then the membership alone counts. */
  async findRole(
    { userUuid, organizationId, sessionId }: Pick<Principal, 'userUuid' | 'organizationId' | 'sessionId'>,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<Role | null> {
    const values = [userUuid, organizationId, sessionId, this.clock.now()];
    const [found] = await manager.query<{ role: Role }[]>(FIND_ROLE, values);
    return found?.role ?? null;
  }

  /** Starts a session for the membership and writes it into the trail. */
  async open(tx: EntityManager, person: Omit<SignedIn, 'sessionId'>, caller: Caller): Promise<Session> {
    const now = this.clock.now();
    const session = tx.create(Session, {
      id: newId(),
      userUuid: person.userUuid,
      membershipId: person.membershipId,
      refreshGeneration: 0,
      createdAt: now,
      expiresAt: new Date(now.getTime() + this.config.environment.SESSION_DAYS * DAY_MS),
      endedAt: null,
      lastUsedAt: now,
      ...traceOf(caller),
    });
    await insertRow(tx, Session, session);
    const actor = new Actor({ ...person, sessionId: session.id }, caller.requestId);
    actor.address = caller.address;
    await this.audit.record(tx, actor, {
      action: 'session.create',
      targetType: 'session',
      targetId: session.id,
      subject: person.userUuid,
    });
    return session;
  }

  /** Ends the sessions that are still alive among those named, and says how many. */
  async end(
    tx: EntityManager,
    actor: Actor | SystemActor,
    which: FindOptionsWhere<Session>,
    reason: EndReason,
  ): Promise<number> {
    const now = this.clock.now();
    const result = await tx
      .createQueryBuilder()
      .update(Session)
      .set({ endedAt: now })
      .where({ ...which, endedAt: IsNull(), expiresAt: MoreThan(now) })
      .returning('id, user_uuid')
      .execute();
    const ended = result.raw as { id: string; user_uuid: string }[];
    await this.audit.record(
      tx,
      actor,
      ...ended.map(({ id, user_uuid: subject }) => ({
        action: 'session.end',
        targetType: 'session',
        targetId: id,
        subject,
        details: { reason },
      })),
    );
    return ended.length;
  }

  /** The audit trail keeps what is worth knowing about sessions of long ago. */
  async removeExpired(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEEP_EXPIRED_DAYS * DAY_MS);
    await this.dataSource.query('delete from sessions where expires_at < $1', [before]);
  }
}
