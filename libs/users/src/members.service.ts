import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf } from '#libs/audit';
import { type Actor, notPermitted, Rights, type Role, roleRank, ROLES } from '#libs/auth';
import {
  Clock,
  decodeCursor,
  fieldForbidden,
  isUuid,
  likePattern,
  type Page,
  requireMatch,
  toPage,
} from '#libs/common';
import { Conditions, fromReplica } from '#libs/database';
import { type Member, SELECT_MEMBER } from './member';
import { Membership, MEMBERSHIP_STATES } from './membership.entity';
import { peopleMatch } from './people-search';
import type { ListUsersQuery, UpdateUserDto } from './user.dto';
import { lastAdmin, ownMembership, personNotFound } from './users.errors';

const GET = `${SELECT_MEMBER} where m.organization_id = $1 and u.uuid = $2`;
const FIND_BY_EMAIL = `${SELECT_MEMBER} where m.organization_id = $1 and m.email = $2`;

/**
 * Changes of one organisation's members come one after the other, so that the last admin stays one. `no key update` lets
 * everybody else's inserts, which refer to the organisation, pass.
 */
const LOCK_ORGANIZATION = 'select id from organizations where id = $1 for no key update';
/** Whoever it is about changes it too, and an acceptance gives it its account. */
const LOCK = 'select id from memberships where organization_id = $1 and user_uuid = $2 for no key update';
const OTHER_ADMIN = `
  select 1 from memberships
  where organization_id = $1 and id <> $2 and role = 'admin' and state = 'active' and account_id is not null limit 1`;

type OnDeactivated = (tx: EntityManager, member: Member) => Promise<unknown>;

/** The people of an organisation, as its staff keep them. */
@Injectable()
export class Members {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
  ) {}

  /** Newest membership first. */
  async list(actor: Actor, query: ListUsersQuery): Promise<Page<Member>> {
    const where = new Conditions('m.organization_id = ?', actor.organizationId);
    if (query.role) where.addWord('m.role', ROLES, query.role);
    if (query.state) where.addWord('m.state', MEMBERSHIP_STATES, query.state);
    if (query.search) where.add(peopleMatch('m', '?'), likePattern(query.search));
    const [rows, total] = await fromReplica(this.dataSource, actor, async () => {
      const count = query.include_count ? await this.count(where) : null;
      if (query.cursor) where.add('m.id < ?', decodeCursor(query.cursor, [isUuid])[0]);
      const list = `${SELECT_MEMBER} where ${where.sql} order by m.id desc limit ${query.limit + 1}`;
      return [await this.dataSource.query<Member[]>(list, where.values), count];
    });
    return toPage(rows, query.limit, (member) => [member.membershipId], total);
  }

  /** @throws person_not_found */
  get(actor: Actor, uuid: string, tx: EntityManager = this.dataSource.manager): Promise<Member> {
    return this.load(tx, actor.organizationId, uuid);
  }

  /** Whoever the organisation keeps under this address, in lower case. */
  async findByEmail(tx: EntityManager, actor: Actor, email: string): Promise<Member | null> {
    const [member] = await tx.query<Member[]>(FIND_BY_EMAIL, [actor.organizationId, email]);
    return member ?? null;
  }

  /** Reads a member whom nobody else changes until the transaction ends. @throws person_not_found */
  async lock(tx: EntityManager, actor: Actor, uuid: string): Promise<Member> {
    await tx.query(LOCK, [actor.organizationId, uuid]);
    await this.rights.confirm(actor, tx);
    return this.load(tx, actor.organizationId, uuid);
  }

  /** Changes somebody who is locked, for a caller who has seen to it that this may be. */
  async amend(tx: EntityManager, actor: Actor, member: Member, dto: UpdateUserDto): Promise<void> {
    await this.apply(tx, actor, member, changedFields(member, dto));
  }

  /**
   * `onDeactivated` ends within the transaction what the member has open: a sign-in at that moment comes first or is refused.
   * @throws person_not_found, changed_since_read, not_permitted, field_forbidden, own_membership, last_admin
   */
  update(
    actor: Actor,
    uuid: string,
    dto: UpdateUserDto,
    ifMatch: string | undefined,
    onDeactivated: OnDeactivated,
  ): Promise<Member> {
    return this.dataSource.transaction(async (tx) => {
      await tx.query(LOCK_ORGANIZATION, [actor.organizationId]);
      const member = await this.lock(tx, actor, uuid);
      requireMatch(ifMatch, member.etag);
      const changes = changedFields(member, dto);
      await this.requireAllowed(tx, actor, member, changes);
      await this.apply(tx, actor, member, changes, onDeactivated);
      return this.load(tx, actor.organizationId, uuid);
    });
  }

  private async requireAllowed(tx: EntityManager, actor: Actor, member: Member, changes: UpdateUserDto): Promise<void> {
    const { role = member.role, state = member.state } = changes;
    if (roleRank(member.role) > roleRank(actor.role)) throw notPermitted();
    requireGrantable(actor, role);
    const isSelf = member.uuid === actor.userUuid;
    if (isSelf && (changes.role || changes.state)) throw ownMembership();
    const wasActiveAdmin = member.role === 'admin' && member.state === 'active' && member.accountId !== null;
    if (wasActiveAdmin && (role !== 'admin' || state !== 'active')) await this.requireOtherAdmin(tx, member);
  }

  /** Nobody could undo it from inside. */
  private async requireOtherAdmin(tx: EntityManager, { organizationId, membershipId }: Member): Promise<void> {
    const others = await tx.query<unknown[]>(OTHER_ADMIN, [organizationId, membershipId]);
    if (others.length === 0) throw lastAdmin();
  }

  private async apply(
    tx: EntityManager,
    actor: Actor,
    member: Member,
    changes: UpdateUserDto,
    onDeactivated?: OnDeactivated,
  ): Promise<void> {
    if (Object.keys(changes).length === 0) return;
    await tx.update(Membership, { id: member.membershipId }, { ...changes, updatedAt: this.clock.now() });
    if (changes.state === 'deactivated') await onDeactivated?.(tx, member);
    await this.audit.record(tx, actor, {
      action: 'membership.update',
      targetType: 'user',
      targetId: member.uuid,
      subject: member.uuid,
      changes: changesOf<UpdateUserDto>(member, changes),
    });
  }

  private async load(tx: EntityManager, organizationId: number, uuid: string): Promise<Member> {
    const [member] = await tx.query<Member[]>(GET, [organizationId, uuid]);
    if (!member) throw personNotFound();
    return member;
  }

  private async count(where: Conditions): Promise<number> {
    const [{ count }] = await this.dataSource.query<[{ count: number }]>(
      `select count(*) as count from memberships m where ${where.sql}`,
      where.values,
    );
    return count;
  }
}

/** Nobody gives a role above their own. @throws field_forbidden */
export function requireGrantable(actor: Actor, role: Role): void {
  if (roleRank(role) <= roleRank(actor.role)) return;
  const errors = [{ field: 'role', code: 'field_forbidden', message: 'must not be above your own role' }];
  throw fieldForbidden({ errors });
}

/** What was sent and differs from what is kept. */
function changedFields(member: Member, dto: UpdateUserDto): UpdateUserDto {
  const fields = ['firstName', 'lastName', 'role', 'state'] as const;
  const changed = fields.filter((field) => dto[field] !== undefined && dto[field] !== member[field]);
  return Object.fromEntries(changed.map((field) => [field, dto[field]]));
}
