import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf, type SystemActor } from '#libs/audit';
import type { ClaimedIdentity, IdentityDirectory, Principal } from '#libs/auth';
import { Clock, Problem } from '#libs/common';
import { Config } from '#libs/config';
import { lastWriteColumn, violatesUnique } from '#libs/database';
import { AccountRegister, alreadyMember, Memberships, normalizeEmail, ORGANIZATIONS, Users } from '#libs/users';
import { Proofs } from '../proofs.service';
import { Identity } from './identity.entity';

/** In the organisation that the token names, else in the one used last. */
const findByIdentity = (moreColumns: string) => `
  select null as "sessionId", m.user_id as "userId", m.user_uuid as "userUuid",
         m.account_id as "accountId", m.organization_id as "organizationId", m.role,
         o.time_zone as "timeZone", o.expiring_soon_days as "expiringSoonDays"${moreColumns}
  from identities i
  join member_directory m on m.account_id = i.user_uuid
  join ${ORGANIZATIONS} o on o.id = m.organization_id
  where i.issuer = $1 and i.subject = $2 and m.state = 'active' and ($3::uuid is null or o.uuid = $3)
  order by m.last_login desc nulls last, m.created_at, m.membership_id
  limit 1`;

/** Where the trail tells of it: the organisation that the token names, else the one used last. */
const FIND_HOME = `
  select m.organization_id as "organizationId", m.user_uuid as "userUuid"
  from member_directory m join ${ORGANIZATIONS} o on o.id = m.organization_id
  where m.account_id = $1 and m.state = 'active'
  order by o.uuid = $2::uuid desc nulls last, m.last_login desc nulls last, m.created_at, m.membership_id
  limit 1`;

const FIND_ORGANIZATION = `select id from ${ORGANIZATIONS} o where uuid = $1`;

interface Home {
  organizationId: number;
  userUuid: string;
}

/** People whom the identity provider vouches for. */
@Injectable()
export class Identities implements IdentityDirectory {
  private readonly byIdentity: string;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountRegister,
    private readonly memberships: Memberships,
    private readonly users: Users,
    private readonly proofs: Proofs,
    private readonly audit: Audit,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    this.byIdentity = findByIdentity(lastWriteColumn('m.user_uuid', config.databaseReplicaUrl));
  }

  /** One statement, but for the first time. */
  async findOrCreate(identity: ClaimedIdentity, requestId: string): Promise<Principal | null> {
    const found = await this.find(identity);
    if (found) return found;
    // Another first request at the same moment may have made the account since: look again instead of answering "none".
    if (await this.isKnown(identity)) return this.find(identity);
    try {
      await this.dataSource.transaction((tx) => this.meet(tx, identity, requestId));
    } catch (error) {
      // Two first requests at the same moment; the other one did it.
      if (!violatesUnique(error, 'identities_pkey') && !(error instanceof Problem)) throw error;
    }
    return this.find(identity);
  }

  /**
   * First sight of somebody whose address the provider has verified: the account of that address, else a new one if that is allowed. An
   * account that nobody had proved is theirs from now on, and no more of whoever knows its password.
   */
  private async meet(tx: EntityManager, identity: ClaimedIdentity, requestId: string): Promise<void> {
    if (identity.email === null || !identity.isEmailVerified) return;
    const email = normalizeEmail(identity.email);
    const known = await this.accounts.lock(tx, email);
    const accountId = known?.id ?? (await this.create(tx, identity, email, requestId));
    if (accountId === null) return;
    const { issuer, subject } = identity;
    await tx.insert(Identity, { issuer, subject, accountId, createdAt: this.clock.now() });
    const [home] = await tx.query<Home[]>(FIND_HOME, [accountId, identity.organizationUuid]);
    const actor = system(home?.organizationId ?? null, requestId);
    if (known?.provedAt === null) await this.proofs.prove(tx, actor, accountId, null);
    await this.audit.record(tx, actor, {
      action: 'identity.create',
      targetType: 'user',
      targetId: home?.userUuid ?? accountId,
      subject: home?.userUuid ?? accountId,
      changes: changesOf<Identity>(null, { issuer, subject }),
    });
  }

  /** Nothing is made up: a token without names or organisation makes no account. */
  private async create(
    tx: EntityManager,
    { firstName, lastName, organizationUuid, role }: ClaimedIdentity,
    email: string,
    requestId: string,
  ): Promise<string | null> {
    if (!this.config.oidc?.createUsers || !firstName || !lastName || !organizationUuid) return null;
    const [organization] = await tx.query<{ id: number }[]>(FIND_ORGANIZATION, [organizationUuid]);
    if (!organization) return null;
    const person = {
      email,
      firstName: cut(firstName),
      lastName: cut(lastName),
      role: role ?? ('crew-member' as const),
    };
    const { uuid, membershipId } = await this.users.enrol(
      tx,
      system(organization.id, requestId),
      organization.id,
      person,
    );
    const isNew = await this.accounts.open(tx, { id: uuid, email, passwordHash: null });
    // Made by another request since.
    if (!isNew || !(await this.memberships.accept(tx, membershipId, person.role, uuid))) throw alreadyMember();
    return uuid;
  }

  private async find({ issuer, subject, organizationUuid }: ClaimedIdentity): Promise<Principal | null> {
    const [found] = await this.dataSource.query<Principal[]>(this.byIdentity, [issuer, subject, organizationUuid]);
    return found ?? null;
  }

  /** Somebody who was deactivated, or belongs elsewhere, is not met a second time. */
  private isKnown({ issuer, subject }: ClaimedIdentity): Promise<boolean> {
    return this.dataSource.manager.existsBy(Identity, { issuer, subject });
  }
}

function system(organizationId: number | null, requestId: string): SystemActor {
  return { organizationId, name: 'identity provider', requestId };
}

function cut(name: string): string {
  return name.slice(0, 100);
}
