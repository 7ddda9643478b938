import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import type { Role } from '#libs/auth';
import { newId } from '#libs/common';
import { Account, Membership, Organization, User } from '#libs/users';
import type { TestApp } from './test-app';

export interface Person {
  id: number;
  uuid: string;
  email: string;
  password: string;
  role: Role;
  organizationId: number;
}

/** `Algorithm.Argon2id`; const enums cannot be imported file by file. */
const ARGON2ID = 2;
const PASSWORD = 'correct horse battery';
let passwordHash: Promise<string> | undefined;

/** Puts the world into a state, straight into the database; what a test is about goes over HTTP instead. */
export class Given {
  constructor(private readonly app: TestApp) {}

  async organization(overrides: Partial<Organization> = {}): Promise<Organization> {
    const now = new Date();
    const organization = this.app.database.manager.create(Organization, {
      uuid: newId(),
      name: 'Northern Crewing',
      timeZone: 'Europe/Oslo',
      language: 'en',
      expiringSoonDays: 90,
      uploadQuotaBytes: 10_000_000_000,
      createdAt: now,
      updatedAt: now,
      ...overrides,
    });
    return this.app.database.manager.save(organization);
  }

  async person({ organization, role }: { organization: Organization; role: Role }): Promise<Person> {
    // One hash for all: argon2 is slow on purpose, and cheap settings are part of the hash itself.
    passwordHash ??= hash(PASSWORD, { algorithm: ARGON2ID, memoryCost: 1024, timeCost: 1, parallelism: 1 });
    const now = new Date();
    const { manager } = this.app.database;
    const user = await manager.save(manager.create(User, { uuid: newId(), createdAt: now, updatedAt: now }));
    const email = `${role}-${randomBytes(6).toString('hex')}@example.org`;
    await manager.insert(Account, {
      id: user.uuid,
      email,
      passwordHash: await passwordHash,
      provedAt: now,
      createdAt: now,
      updatedAt: now,
    });
    const lastName = `Nordmann-${randomBytes(3).toString('hex')}`;
    await this.insertMembership(user.uuid, user.uuid, { email, lastName }, organization, role);
    return {
      id: user.id,
      uuid: user.uuid,
      email,
      password: PASSWORD,
      role,
      organizationId: organization.id,
    };
  }

  /** Whoever is a member elsewhere already belongs to both, by the same names: as people of before each membership had its own. */
  async membership(
    { uuid, email }: { uuid: string; email: string },
    organization: Organization,
    role: Role,
  ): Promise<void> {
    const elsewhere = await this.app.database.manager.findOneByOrFail(Membership, { userUuid: uuid });
    await this.insertMembership(uuid, elsewhere.accountId, { email, lastName: elsewhere.lastName }, organization, role);
  }

  private async insertMembership(
    userUuid: string,
    accountId: string | null,
    person: { email: string; lastName: string },
    organization: Organization,
    role: Role,
  ): Promise<void> {
    const now = new Date();
    await this.app.database.manager.insert(Membership, {
      ...person,
      id: newId(),
      organizationId: organization.id,
      userUuid,
      accountId,
      firstName: 'Kari',
      role,
      state: 'active',
      lastLogin: null,
      createdAt: now,
      updatedAt: now,
    });
  }
}
