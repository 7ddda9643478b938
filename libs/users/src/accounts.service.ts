import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Organization } from './organization.entity';
import { type NewOrganization, Organizations } from './organizations.service';
import { Passwords } from './passwords';
import type { User } from './user.entity';
import { type NewAccount, Users } from './users.service';

export type NewUser = Omit<NewAccount, 'passwordHash'> & { password: string };

const SETUP = 'setup';

/** Makes organisations, accounts and memberships; without a signed-in person too, for commands and demo data. */
@Injectable()
export class Accounts {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly passwords: Passwords,
    private readonly organizations: Organizations,
    private readonly users: Users,
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
      return { organization: created, admin: await this.users.register(tx, actor, created.id, account) };
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
    return this.dataSource.transaction((tx) => this.users.register(tx, actor, organizationId, account));
  }

  private async withHash({ password, ...rest }: NewUser): Promise<NewAccount> {
    return { ...rest, passwordHash: await this.passwords.hashChosen(password, rest, 'password') };
  }
}
