import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { type Caller, hashOneTimeToken, Passwords, Proofs, SignInLimits } from '#libs/accounts';
import { Audit, type SystemActor } from '#libs/audit';
import { PERMISSIONS, type Role, roleRank } from '#libs/auth';
import { Clock, fieldProblem } from '#libs/common';
import { AccountRegister, ACCOUNTS, Memberships, ORGANIZATIONS } from '#libs/users';
import type { AcceptInvitationDto, InvitationTokenDto } from './invitation.dto';
import { Invitation } from './invitation.entity';
import { accountExists, invitationInvalid, passwordRequired } from './invitations.errors';
import { INVITED } from './open-invitation';

/** What the holder of a token is offered. */
export interface Offer {
  organizationName: string;
  email: string;
  /** With a proved address; one that nobody has proved is no account yet. */
  hasAccount: boolean;
}

type Found = Offer & {
  id: string;
  organizationId: number;
  membershipId: string;
  userUuid: string;
  firstName: string;
  lastName: string;
  role: Role;
  invitedByUserUuid: string | null;
  /** Null: whoever invited is no active member any more. */
  inviterRole: Role | null;
};

const FIND = `
  select i.id, i.organization_id as "organizationId", i.invited_by_user_uuid as "invitedByUserUuid", m.membership_id as "membershipId",
         m.user_uuid as "userUuid", m.email, m.first_name as "firstName", m.last_name as "lastName", m.role,
         o.name as "organizationName", by.role as "inviterRole",
         exists (select from ${ACCOUNTS} a where a.email = m.email and a.proved_at is not null) as "hasAccount"
  from ${INVITED}
  join ${ORGANIZATIONS} o on o.id = i.organization_id
  left join member_directory by on by.organization_id = i.organization_id and by.user_uuid = i.invited_by_user_uuid
    and by.state = 'active' and by.account_id is not null
  where i.token_hash = $1 and i.expires_at > $2 and m.state = 'active' and m.account_id is null`;

const LOCK = 'select id from invitations where id = $1 and token_hash = $2 for update';

/** People come in by the link of their mail: whoever reads the mail of an address is its owner. */
@Injectable()
export class Acceptances {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountRegister,
    private readonly memberships: Memberships,
    private readonly passwords: Passwords,
    private readonly proofs: Proofs,
    private readonly limits: SignInLimits,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws invitation_invalid */
  look({ token }: InvitationTokenDto): Promise<Offer> {
    return this.find(hashOneTimeToken(token));
  }

  /**
   * Joins the organisation, with the account of the address or a new one; the address it is accepted from is a known one.
   * @throws invitation_invalid, password_required, account_exists, password_too_common
   */
  async accept({ token, password }: AcceptInvitationDto, caller: Caller): Promise<void> {
    const tokenHash = hashOneTimeToken(token);
    const found = await this.find(tokenHash);
    if (!found.hasAccount && password === undefined) throw fieldProblem(passwordRequired, 'password');
    if (found.hasAccount && password !== undefined) throw accountExists();
    const passwordHash = password === undefined ? null : await this.passwords.hashChosen(password, found, 'password');
    const { id, organizationId, membershipId, role, userUuid: subject } = found;
    const actor = { organizationId, name: 'invitation', requestId: caller.requestId, address: caller.address };
    await this.dataSource.transaction(async (tx) => {
      const open = await tx.query<unknown[]>(LOCK, [id, tokenHash]);
      // Accepted, withdrawn or sent again by another request at this moment.
      if (open.length === 0) throw invalid();
      const accountId = await this.provedAccount(tx, actor, found, passwordHash);
      // Whoever invited may have lost the right to while this waited.
      await this.find(tokenHash, tx);
      await tx.delete(Invitation, { id });
      if (!(await this.memberships.accept(tx, membershipId, role, accountId))) throw invalid();
      await this.limits.remember(tx, accountId, caller);
      await this.audit.record(tx, actor, {
        action: 'invitation.accept',
        targetType: 'invitation',
        targetId: id,
        subject,
      });
    });
  }

  /** A password is set by whoever proves the address first; an account that is proved keeps its own. */
  private async provedAccount(
    tx: EntityManager,
    actor: SystemActor,
    { email, userUuid: id }: Found,
    passwordHash: string | null,
  ): Promise<string> {
    const isNew = passwordHash !== null && (await this.accounts.open(tx, { id, email, passwordHash }));
    if (isNew) return id;
    const account = await this.accounts.lock(tx, email);
    if (!account) throw invalid();
    // Proved since it was looked at, by another invitation.
    if (account.provedAt !== null && passwordHash !== null) throw accountExists();
    if (account.provedAt === null) await this.proofs.prove(tx, actor, account.id, passwordHash);
    return account.id;
  }

  /** An invitation gives no more than whoever sent it may give now. @throws invitation_invalid */
  private async find(tokenHash: string, manager: EntityManager = this.dataSource.manager): Promise<Found> {
    const [found] = await manager.query<Found[]>(FIND, [tokenHash, this.clock.now()]);
    if (!found || !isBacked(found)) throw invalid();
    return found;
  }
}

function isBacked({ invitedByUserUuid, inviterRole, role }: Found): boolean {
  if (invitedByUserUuid === null) return true;
  return inviterRole !== null && PERMISSIONS[inviterRole].has('user:create') && roleRank(role) <= roleRank(inviterRole);
}

function invalid() {
  return fieldProblem(invitationInvalid, 'token');
}
