import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
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
import { Config } from '#libs/config';
import { Jobs } from '#libs/jobs';
import { emailTaken, Organizations, peopleMatch, requireGrantable, Users } from '#libs/users';
import { accountLink } from '../mail/account-link';
import type { Caller } from '../caller';
import type { AcceptInvitationDto, InviteDto } from './invitation.dto';
import { Invitation } from './invitation.entity';
import { invitationText } from '../mail/mail-texts';
import { Mailer } from '../mail/mailer';
import { hashOneTimeToken, newOneTimeToken } from '../mail/one-time-token';
import { Passwords } from '../passwords/passwords';
import { SignInLimits } from '../sign-in/sign-in-limits.service';
import { invitationInvalid, invitationNotFound } from '../accounts.errors';

const MAIL = 'invitations.mail';
const VALID_MS = 7 * 86_400_000;

/** What somebody invited is let in by stays theirs only as long as whoever invited them is still there. */
const FIND_VALID = `
  select i.id, i.organization_id as "organizationId", i.email, i.first_name as "firstName", i.last_name as "lastName", i.role
  from invitations i
  join member_directory m on m.organization_id = i.organization_id and m.user_uuid = i.invited_by_user_uuid
  where i.token_hash = $1 and i.expires_at > $2 and m.state = 'active'`;

/** People who make their account themselves, asked to by staff. */
@Injectable()
export class Invitations {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly jobs: Jobs,
    private readonly mailer: Mailer,
    private readonly organizations: Organizations,
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly limits: SignInLimits,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
  ) {
    jobs.handle(MAIL, ({ invitationId }) => this.mail(String(invitationId)), { lane: 'mail' });
    jobs.handleScheduled('invitations-remove-expired', '27 * * * *', () => this.removeExpired());
  }

  /** A second invitation of the same person takes the place of the first. @throws field_forbidden, email_taken */
  async invite(actor: Actor, dto: InviteDto): Promise<Invitation> {
    requireGrantable(actor, dto.role);
    return this.dataSource.transaction(async (tx) => {
      if (await this.users.findUuid(tx, dto.email)) throw emailTaken();
      const now = this.clock.now();
      const invitation = tx.create(Invitation, {
        ...dto,
        id: newId(),
        organizationId: actor.organizationId,
        invitedByUserUuid: actor.userUuid,
        tokenHash: null,
        createdAt: now,
        expiresAt: new Date(now.getTime() + VALID_MS),
      });
      await tx.delete(Invitation, { organizationId: actor.organizationId, email: dto.email });
      await tx.insert(Invitation, invitation);
      await this.enqueueMail(tx, actor, invitation.id);
      await this.audit.record(tx, actor, {
        action: 'invitation.create',
        targetType: 'invitation',
        targetId: invitation.id,
        // Nobody yet whose erasable values these could be.
        changes: { email: null, firstName: null, lastName: null },
        details: { role: dto.role },
      });
      return invitation;
    });
  }

  /** Those that can still be accepted, newest first. */
  async list(actor: Actor, { limit, cursor, search, include_count }: PageQuery): Promise<Page<Invitation>> {
    const open = this.open(this.dataSource.manager, actor);
    if (search) {
      open.andWhere(peopleMatch('i', ':search'), { search: likePattern(search) });
    }
    const total = include_count ? await open.getCount() : null;
    const [before = null] = cursor === undefined ? [] : decodeCursor(cursor, [isUuid]);
    if (before) open.andWhere('i.id < :before', { before });
    const rows = await open
      .orderBy('i.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    return toPage(rows, limit, ({ id }) => [id], total);
  }

  /** @throws invitation_not_found */
  async get(actor: Actor, id: string): Promise<Invitation> {
    const invitation = await this.open(this.dataSource.manager, actor).andWhere('i.id = :id', { id }).getOne();
    if (!invitation) throw invitationNotFound();
    return invitation;
  }

  /** The link before stops working now, not only when the mail goes out. @throws invitation_not_found, email_taken */
  async resend(actor: Actor, id: string): Promise<Invitation> {
    return this.dataSource.transaction(async (tx) => {
      const invitation = await this.lock(tx, actor, id);
      if (await this.users.findUuid(tx, invitation.email)) throw emailTaken();
      const expiresAt = new Date(this.clock.now().getTime() + VALID_MS);
      const changes = { tokenHash: null, expiresAt, invitedByUserUuid: actor.userUuid };
      await tx.update(Invitation, { id }, changes);
      await this.enqueueMail(tx, actor, id);
      await this.audit.record(tx, actor, { action: 'invitation.resend', targetType: 'invitation', targetId: id });
      return Object.assign(invitation, changes);
    });
  }

  /** @throws invitation_not_found, changed_since_read */
  async withdraw(actor: Actor, id: string, ifMatch?: string): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const invitation = await this.lock(tx, actor, id);
      requireMatch(ifMatch, invitation.etag);
      await tx.delete(Invitation, { id });
      await this.audit.record(tx, actor, { action: 'invitation.withdraw', targetType: 'invitation', targetId: id });
    });
  }

  /** Makes the account. The address it is accepted from is a known one. @throws invitation_invalid, password_too_common, email_taken */
  async accept({ token, password }: AcceptInvitationDto, caller: Caller): Promise<void> {
    const tokenHash = hashOneTimeToken(token);
    type Found = Pick<Invitation, 'id' | 'organizationId' | 'email' | 'firstName' | 'lastName' | 'role'>;
    const [invitation] = await this.dataSource.query<Found[]>(FIND_VALID, [tokenHash, this.clock.now()]);
    if (!invitation) throw fieldProblem(invitationInvalid, 'token');
    const { id, organizationId, ...person } = invitation;
    const passwordHash = await this.passwords.hashChosen(password, person, 'password');
    const actor = { organizationId, name: 'invitation', requestId: caller.requestId, address: caller.address };
    await this.dataSource.transaction(async (tx) => {
      const { affected } = await tx.delete(Invitation, { id, tokenHash });
      // Accepted, withdrawn or sent again by another request at this moment.
      if (affected === 0) throw fieldProblem(invitationInvalid, 'token');
      const user = await this.users.register(tx, actor, organizationId, { ...person, passwordHash });
      await this.limits.remember(tx, user.uuid, caller);
      const event = { action: 'invitation.accept', targetType: 'invitation', targetId: id, subject: user.uuid };
      await this.audit.record(tx, actor, event);
    });
  }

  /** Repeated, it makes another token: the link of the latest mail is the one that works. */
  private async mail(id: string): Promise<void> {
    const { manager } = this.dataSource;
    const invitation = await manager.findOneBy(Invitation, { id });
    if (!invitation || invitation.expiresAt <= this.clock.now()) return;
    const { email, firstName } = invitation;
    const { name, language } = await this.organizations.get(invitation);
    const { token, tokenHash } = newOneTimeToken();
    const { affected } = await manager.update(Invitation, { id }, { tokenHash });
    // Withdrawn or accepted since it was read: its link would lead nowhere.
    if (affected === 0) return;
    const link = accountLink(this.config.publicUrl, 'accept-invitation', language, token);
    await this.mailer.send({ to: email, ...invitationText(language, { firstName, organization: name, link }) });
  }

  /** One job per invitation: sent again while the mail server is away, it is one mail. */
  private enqueueMail(tx: EntityManager, sender: Actor, invitationId: string): Promise<void> {
    return this.jobs.enqueue(tx, MAIL, { invitationId }, { key: `${MAIL} ${invitationId}`, sender });
  }

  private open(manager: EntityManager, actor: Actor) {
    return manager
      .createQueryBuilder(Invitation, 'i')
      .where('i.organization_id = :organization', { organization: actor.organizationId })
      .andWhere('i.expires_at > :now', { now: this.clock.now() });
  }

  /** Whoever accepts, withdraws or sends it again comes one after the other. @throws invitation_not_found */
  private async lock(tx: EntityManager, actor: Actor, id: string): Promise<Invitation> {
    const open = this.open(tx, actor).andWhere('i.id = :id', { id });
    const invitation = await open.setLock('pessimistic_write').getOne();
    await this.rights.confirm(actor, tx);
    if (!invitation) throw invitationNotFound();
    return invitation;
  }

  private async removeExpired(): Promise<void> {
    await this.dataSource.query('delete from invitations where expires_at < $1', [this.clock.now()]);
  }
}
