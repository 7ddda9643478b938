import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, type AuditEvent } from '#libs/audit';
import { type Actor, Rights, roleRank } from '#libs/auth';
import {
  Clock,
  decodeCursor,
  fieldProblem,
  isUuid,
  likePattern,
  newId,
  type Page,
  type PageQuery,
  requireMatch,
  toPage,
} from '#libs/common';
import { Conditions } from '#libs/database';
import { Jobs } from '#libs/jobs';
import { alreadyMember, type Member, Members, Memberships, peopleMatch, requireGrantable, Users } from '#libs/users';
import { InvitationBudgets } from './invitation-budgets.service';
import { InvitationMails } from './invitation-mails.service';
import { etagOf } from './invitation-response.dto';
import type { CreateUserDto, InviteDto } from './invitation.dto';
import { Invitation } from './invitation.entity';
import { invitationNotFound, invitationOfHigherRole, passwordNotYours } from './invitations.errors';
import { INVITED, type OpenInvitation, SELECT_INVITATION } from './open-invitation';

export const VALID_MS = 7 * 86_400_000;

/** Invitations of one address by one organisation come one after the other, also of an address that is not on the roster yet. */
const LOCK_ADDRESS = 'select pg_advisory_xact_lock(hashtextextended($1, 0))';
const LOCK = 'select id from invitations where organization_id = $1 and id = $2 for update';

/** Staff put people on the roster and invite them to sign in. Whether they have an account elsewhere decides nothing here, and shows nowhere. */
@Injectable()
export class Invitations {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly members: Members,
    private readonly memberships: Memberships,
    private readonly users: Users,
    private readonly budgets: InvitationBudgets,
    private readonly mails: InvitationMails,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
    jobs: Jobs,
  ) {
    jobs.handleScheduled('invitations-remove-expired', '27 * * * *', () => this.removeExpired());
  }

  /** Somebody new on the roster, whose papers can be recorded from now on. @throws field_forbidden, password_not_yours, already_member, too_many_invitations */
  async createPerson(actor: Actor, { password, ...person }: CreateUserDto): Promise<Member> {
    if (password !== undefined) throw fieldProblem(passwordNotYours, 'password');
    return this.take(actor, person, async (tx, known) => {
      if (known) throw alreadyMember();
      const { uuid, membershipId } = await this.users.enrol(tx, actor, actor.organizationId, person);
      await this.open(tx, actor, { membershipId, uuid }, person);
      return this.members.get(actor, uuid, tx);
    });
  }

  /**
   * The same; and somebody on the roster who has not accepted yet is invited anew, with this name and role.
   * @throws field_forbidden, already_member, invitation_of_higher_role, too_many_invitations
   */
  invite(actor: Actor, person: InviteDto): Promise<OpenInvitation> {
    return this.take(actor, person, async (tx, known) => {
      const { uuid, membershipId } = known
        ? await this.amend(tx, actor, known, person)
        : await this.users.enrol(tx, actor, actor.organizationId, person);
      const id = await this.open(tx, actor, { membershipId, uuid }, person);
      return this.load(tx, actor, id);
    });
  }

  /** Those that can still be accepted, newest first. */
  async list(actor: Actor, { limit, cursor, search, include_count }: PageQuery): Promise<Page<OpenInvitation>> {
    const where = new Conditions('i.organization_id = ?', actor.organizationId);
    where.add('i.expires_at > ?', this.clock.now());
    if (search) where.add(peopleMatch('m', '?'), likePattern(search));
    const total = include_count ? await this.count(where) : null;
    if (cursor) where.add('i.id < ?', decodeCursor(cursor, [isUuid])[0]);
    const rows = await this.dataSource.query<OpenInvitation[]>(
      `${SELECT_INVITATION} where ${where.sql} order by i.id desc limit ${limit + 1}`,
      where.values,
    );
    return toPage(rows, limit, ({ id }) => [id], total);
  }

  /** @throws invitation_not_found */
  get(actor: Actor, id: string): Promise<OpenInvitation> {
    return this.load(this.dataSource.manager, actor, id);
  }

  /**
   * The link before stops working now, not only when the mail goes out. It is the caller's invitation from now on.
   * @throws invitation_not_found, invitation_of_higher_role, too_many_invitations
   */
  async resend(actor: Actor, id: string): Promise<OpenInvitation> {
    const { email } = await this.get(actor, id);
    await this.budgets.take(actor, email);
    return this.dataSource.transaction(async (tx) => {
      const { role, membershipId, userUuid: subject } = await this.lock(tx, actor, id);
      if (roleRank(role) > roleRank(actor.role)) throw invitationOfHigherRole();
      const expiresAt = this.validUntil();
      await tx.update(Invitation, { id }, { tokenHash: null, expiresAt, invitedByUserUuid: actor.userUuid });
      await this.memberships.setInvited(tx, membershipId, expiresAt);
      await this.mails.enqueue(tx, actor, id);
      await this.record(tx, actor, 'invitation.resend', id, { subject });
      return this.load(tx, actor, id);
    });
  }

  /** The person stays on the roster. @throws invitation_not_found, invitation_of_higher_role, changed_since_read */
  async withdraw(actor: Actor, id: string, ifMatch?: string): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const invitation = await this.lock(tx, actor, id);
      requireMatch(ifMatch, etagOf(invitation));
      if (roleRank(invitation.role) > roleRank(actor.role)) throw invitationOfHigherRole();
      await tx.delete(Invitation, { id });
      await this.memberships.setInvited(tx, invitation.membershipId, null);
      await this.record(tx, actor, 'invitation.withdraw', id, { subject: invitation.userUuid });
    });
  }

  /** Counts the invitation, and finds whoever has the address here; nobody else invites or accepts there meanwhile. */
  private async take<T>(
    actor: Actor,
    { email, role }: InviteDto,
    work: (tx: EntityManager, known: Member | null) => Promise<T>,
  ): Promise<T> {
    requireGrantable(actor, role);
    await this.budgets.take(actor, email);
    return this.dataSource.transaction(async (tx) => {
      await tx.query(LOCK_ADDRESS, [`invitation ${actor.organizationId} ${email}`]);
      await this.rights.confirm(actor, tx);
      return work(tx, await this.members.findByEmail(tx, actor, email));
    });
  }

  /** @throws already_member, invitation_of_higher_role */
  private async amend(tx: EntityManager, actor: Actor, { uuid }: Member, dto: InviteDto): Promise<Member> {
    const known = await this.members.lock(tx, actor, uuid);
    if (known.accountId !== null || known.state !== 'active') throw alreadyMember();
    if (roleRank(known.role) > roleRank(actor.role)) throw invitationOfHigherRole();
    const { firstName, lastName, role } = dto;
    await this.members.amend(tx, actor, known, { firstName, lastName, role });
    return known;
  }

  /** In the place of the one before, if there is one. */
  private async open(
    tx: EntityManager,
    actor: Actor,
    { membershipId, uuid: subject }: Pick<Member, 'membershipId' | 'uuid'>,
    { role }: InviteDto,
  ): Promise<string> {
    const id = newId();
    const [[before]] = await tx.query<[{ id: string }[], number]>(
      'delete from invitations where membership_id = $1 returning id',
      [membershipId],
    );
    if (before) {
      await this.record(tx, actor, 'invitation.withdraw', before.id, { subject, details: { replacedBy: id } });
    }
    const expiresAt = this.validUntil();
    await tx.insert(Invitation, {
      id,
      organizationId: actor.organizationId,
      membershipId,
      invitedByUserUuid: actor.userUuid,
      tokenHash: null,
      createdAt: this.clock.now(),
      expiresAt,
    });
    await this.memberships.setInvited(tx, membershipId, expiresAt);
    await this.mails.enqueue(tx, actor, id);
    await this.record(tx, actor, 'invitation.create', id, { subject, details: { role } });
    return id;
  }

  private record(
    tx: EntityManager,
    actor: Actor,
    action: string,
    targetId: string,
    more: Pick<AuditEvent, 'subject' | 'details'>,
  ): Promise<void> {
    return this.audit.record(tx, actor, { action, targetType: 'invitation', targetId, ...more });
  }

  /** Whoever accepts, withdraws or sends it again comes one after the other. @throws invitation_not_found */
  private async lock(tx: EntityManager, actor: Actor, id: string): Promise<OpenInvitation> {
    await tx.query(LOCK, [actor.organizationId, id]);
    await this.rights.confirm(actor, tx);
    return this.load(tx, actor, id);
  }

  /** @throws invitation_not_found */
  private async load(manager: EntityManager, { organizationId }: Actor, id: string): Promise<OpenInvitation> {
    const [found] = await manager.query<OpenInvitation[]>(
      `${SELECT_INVITATION} where i.organization_id = $1 and i.id = $2 and i.expires_at > $3`,
      [organizationId, id, this.clock.now()],
    );
    if (!found) throw invitationNotFound();
    return found;
  }

  private async count(where: Conditions): Promise<number> {
    const [{ count }] = await this.dataSource.query<[{ count: number }]>(
      `select count(*) as count from ${INVITED} where ${where.sql}`,
      where.values,
    );
    return count;
  }

  private validUntil(): Date {
    return new Date(this.clock.now().getTime() + VALID_MS);
  }

  private async removeExpired(): Promise<void> {
    await this.dataSource.query('delete from invitations where expires_at < $1', [this.clock.now()]);
    await this.memberships.forgetInvited();
  }
}
