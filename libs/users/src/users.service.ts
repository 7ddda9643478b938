import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf, type SystemActor } from '#libs/audit';
import type { Actor, Role } from '#libs/auth';
import { Clock, newId } from '#libs/common';
import { violatesUnique } from '#libs/database';
import { normalizeEmail } from './account-fields';
import { Memberships } from './memberships.service';
import { User } from './user.entity';
import { emailTaken } from './users.errors';

/** What `register` needs: the password is hashed before the transaction begins, because hashing is slow on purpose. */
export interface NewAccount {
  email: string;
  /** Null: signs in at the identity provider. */
  passwordHash: string | null;
  firstName: string;
  lastName: string;
  role: Role;
  /** The present when left out; demo data has a past. */
  createdAt?: Date;
}

/** People as one row each, whatever the organisation; for callers who have seen to it that they may. */
@Injectable()
export class Users {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: Memberships,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  get(uuid: string): Promise<User> {
    return this.dataSource.manager.findOneByOrFail(User, { uuid });
  }

  /** The uuid of the account with this e-mail address, in lower case. */
  async findUuid(tx: EntityManager, email: string): Promise<string | null> {
    const user = await tx.findOne(User, { select: { uuid: true }, where: { email } });
    return user?.uuid ?? null;
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
    await this.memberships.join(tx, actor, organizationId, { userUuid: user.uuid, role, createdAt });
    return user;
  }

  /** False when the hash that is to be replaced is named, and is the account's no more. */
  async setPassword(
    tx: EntityManager,
    which: { uuid: string; passwordHash?: string | null },
    passwordHash: string,
  ): Promise<boolean> {
    const { affected } = await tx.update(User, which, { passwordHash, updatedAt: this.clock.now() });
    return affected !== 0;
  }
}
