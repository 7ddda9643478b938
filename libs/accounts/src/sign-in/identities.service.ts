import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf, type SystemActor } from '#libs/audit';
import type { ClaimedIdentity, IdentityDirectory, Principal } from '#libs/auth';
import { Clock, Problem } from '#libs/common';
import { Config } from '#libs/config';
import { lastWriteColumn, violatesUnique } from '#libs/database';
import { normalizeEmail, ORGANIZATIONS, Users } from '#libs/users';
import { Identity } from './identity.entity';

/** In the organisation that the token names, else in the one used last. */
const findByIdentity = (moreColumns: string) => `
  select null as "sessionId", m.user_id as "userId", m.user_uuid as "userUuid", m.organization_id as "organizationId", m.role,
         o.time_zone as "timeZone", o.expiring_soon_days as "expiringSoonDays"${moreColumns}
  from identities i
  join member_directory m on m.user_uuid = i.user_uuid
  join ${ORGANIZATIONS} o on o.id = m.organization_id
  where i.issuer = $1 and i.subject = $2 and m.state = 'active' and ($3::uuid is null or o.uuid = $3)
  order by m.last_login desc nulls last, m.created_at, m.membership_id
  limit 1`;

/** Where the trail tells of it: the organisation that the token names, else the one used last. */
const FIND_HOME = `
  select m.organization_id as id
  from member_directory m join ${ORGANIZATIONS} o on o.id = m.organization_id
  where m.user_uuid = $1 and m.state = 'active'
  order by o.uuid = $2::uuid desc nulls last, m.last_login desc nulls last, m.created_at, m.membership_id
  limit 1`;

const FIND_ORGANIZATION = `select id from ${ORGANIZATIONS} o where uuid = $1`;

/** People whom the identity provider vouches for. */
@Injectable()
export class Identities implements IdentityDirectory {
  private readonly byIdentity: string;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly audit: Audit,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    this.byIdentity = findByIdentity(lastWriteColumn('i.user_uuid', config.databaseReplicaUrl));
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

  /** First sight: the account with that e-mail address if the provider has verified it, else a new one if that is allowed. */
  private async meet(tx: EntityManager, identity: ClaimedIdentity, requestId: string): Promise<void> {
    if (identity.email === null) return;
    const known = await this.users.findUuid(tx, normalizeEmail(identity.email));
    if (known !== null && !identity.isEmailVerified) return;
    const uuid = known ?? (await this.create(tx, identity, requestId));
    if (uuid === null) return;
    const { issuer, subject } = identity;
    await tx.insert(Identity, { issuer, subject, userUuid: uuid, createdAt: this.clock.now() });
    const [home] = await tx.query<{ id: number }[]>(FIND_HOME, [uuid, identity.organizationUuid]);
    await this.audit.record(tx, system(home?.id ?? null, requestId), {
      action: 'identity.create',
      targetType: 'user',
      targetId: uuid,
      subject: uuid,
      changes: changesOf<Identity>(null, { issuer, subject }),
    });
  }

  /** Nothing is made up: a token without names, e-mail address or organisation makes no account. */
  private async create(tx: EntityManager, identity: ClaimedIdentity, requestId: string): Promise<string | null> {
    const { email, firstName, lastName, organizationUuid, role } = identity;
    if (!this.config.oidc?.createUsers || !email || !firstName || !lastName || !organizationUuid) return null;
    const [organization] = await tx.query<{ id: number }[]>(FIND_ORGANIZATION, [organizationUuid]);
    if (!organization) return null;
    const account = {
      email,
      firstName: cut(firstName),
      lastName: cut(lastName),
      role: role ?? ('crew-member' as const),
    };
    const actor = system(organization.id, requestId);
    const user = await this.users.register(tx, actor, organization.id, { ...account, passwordHash: null });
    return user.uuid;
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
