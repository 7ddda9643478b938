import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf, type SystemActor } from '#libs/audit';
import type { Actor, Role } from '#libs/auth';
import { Clock, newId } from '#libs/common';
import { violatesUnique } from '#libs/database';
import { normalizeEmail } from './account-fields';
import { Membership } from './membership.entity';
import type { Organization } from './organization.entity';
import { type NewOrganization, Organizations } from './organizations.service';
import { Passwords } from './passwords';
import { User } from './user.entity';
import { alreadyMember, emailTaken } from './users.errors';

export interface NewUser {
  email: string;
  password: string;
  firstName: string;
  lastName: string;
  role: Role;
  /** The present when left out; demo data has a past. */
  createdAt?: Date;
}

/** What `register` needs: the password is hashed before the transaction begins, because hashing is slow on purpose. */
export type NewAccount = Omit<NewUser, 'password'> & {
  /** Null: signs in at the identity provider. */
  passwordHash: string | null;
};

const SETUP = 'setup';

/** Makes organisations, accounts and memberships; without a signed-in person too, for commands and demo data. */
@Injectable()
export class Accounts {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly passwords: Passwords,
    private readonly organizations: Organizations,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** An organisation together with its first admin, or neither. @throws password_too_common, email_taken */
  async createOrganizationWithAdmin(
    organization: NewOrganization,
    admin: Omit<NewUser, 'role'>,
  ): Promise<{ organization: Organization; admin: User }> {
    const account = await this.withHash({ ...admin, role: 'admin' });
    return this.dataSource.transaction(async (tx) => {
      const created = await this.organizations.create(tx, { organizationId: null, name: SETUP }, organization);
      const actor = { organizationId: created.id, name: SETUP };
      return { organization: created, admin: await this.register(tx, actor, created.id, account) };
    });
  }

  createOrganization(name: string, settings: Omit<NewOrganization, 'name'>): Promise<Organization> {
    const actor = { organizationId: null, name: SETUP };
    return this.dataSource.transaction((tx) => this.organizations.create(tx, actor, { name, ...settings }));
  }

  /** A person with an account and an active membership. @throws password_too_common, email_taken */
  async createUser(organizationId: number, user: NewUser): Promise<User> {
    const account = await this.withHash(user);
    const actor = { organizationId, name: SETUP };
    return this.dataSource.transaction((tx) => this.register(tx, actor, organizationId, account));
  }

  /** An account and its first membership. @throws email_taken */
  async register(
    tx: EntityManager,
    actor: Actor | SystemActor,
    organizationId: number,
    { role, createdAt = this.clock.now(), ...account }: NewAccount,
  ): Promise<User> {
    const user = tx.create(User, {
      ...account,
      email: normalizeEmail(account.email),
      uuid: newId(),
      createdAt,
      updatedAt: createdAt,
      revision: 1,
    });
    try {
      await tx.insert(User, user);
    } catch (error) {
      throw violatesUnique(error, 'users_email_key') ? emailTaken() : error;
    }
    const { email, firstName, lastName } = user;
    await this.audit.record(tx, actor, {
      action: 'user.create',
      targetType: 'user',
      targetId: user.uuid,
      subject: user.uuid,
      changes: changesOf(null, { email, firstName, lastName }),
    });
    await this.join(tx, actor, organizationId, { userUuid: user.uuid, role, createdAt });
    return user;
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

  private async withHash({ password, ...rest }: NewUser): Promise<NewAccount> {
    return { ...rest, passwordHash: await this.passwords.hashChosen(password, rest, 'password') };
  }
}
