import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Actor } from '#libs/auth';
import {
  type Member,
  Members,
  type NewAccount,
  type NewOrganization,
  type Organization,
  Organizations,
  requireGrantable,
  type UpdateUserDto,
  type User,
  Users,
} from '#libs/users';
import type { CreateUserDto } from './account.dto';
import { Passwords } from './passwords/passwords';
import { Sessions } from './sessions/sessions.service';

export type NewUser = Omit<NewAccount, 'passwordHash'> & { password: string };

const SETUP = 'setup';

/** Makes and changes accounts: for staff, and without a signed-in person for commands and demo data. */
@Injectable()
export class Accounts {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly passwords: Passwords,
    private readonly organizations: Organizations,
    private readonly members: Members,
    private readonly users: Users,
    private readonly sessions: Sessions,
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

  /** A new account with its first membership. @throws field_forbidden, password_too_common, email_taken */
  async createMember(actor: Actor, dto: CreateUserDto): Promise<Member> {
    requireGrantable(actor, dto.role);
    const account = await this.withHash(dto);
    return this.dataSource.transaction(async (tx) => {
      const user = await this.users.register(tx, actor, actor.organizationId, account);
      return this.members.get(actor, user.uuid, tx);
    });
  }

  /** Whoever is deactivated is signed out. @throws person_not_found, changed_since_read, not_permitted, field_forbidden, own_membership, last_admin */
  updateMember(actor: Actor, uuid: string, dto: UpdateUserDto, ifMatch?: string): Promise<Member> {
    return this.members.update(actor, uuid, dto, ifMatch, (tx, { membershipId }) =>
      this.sessions.end(tx, actor, { membershipId }, 'deactivated'),
    );
  }

  private async withHash({ password, ...rest }: NewUser): Promise<NewAccount> {
    return { ...rest, passwordHash: await this.passwords.hashChosen(password, rest, 'password') };
  }
}
