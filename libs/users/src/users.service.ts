import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audit, changesOf, type SystemActor } from '#libs/audit';
import type { Actor, Role } from '#libs/auth';
import { Clock, newId } from '#libs/common';
import { normalizeEmail } from './account-fields';
import { Memberships } from './memberships.service';
import { User } from './user.entity';

/** Somebody who comes to an organisation. */
export interface NewPerson {
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  /** The present when left out; demo data has a past. */
  createdAt?: Date;
}

/** The two names of a person, and the membership that they stand for. */
export interface Enrolled {
  uuid: string;
  id: number;
  membershipId: string;
}

/** People come to organisations; for callers who have seen to it that they may. */
@Injectable()
export class Users {
  constructor(
    private readonly memberships: Memberships,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Puts somebody on the roster, with both public names for good. Nobody can sign in by it. @throws already_member */
  async enrol(
    tx: EntityManager,
    actor: Actor | SystemActor,
    organizationId: number,
    { createdAt = this.clock.now(), ...person }: NewPerson,
    accountId: string | null = null,
  ): Promise<Enrolled> {
    const email = normalizeEmail(person.email);
    const { firstName, lastName } = person;
    const user = tx.create(User, { uuid: newId(), createdAt, updatedAt: createdAt });
    await tx.insert(User, user);
    await this.audit.record(tx, actor, {
      action: 'user.create',
      targetType: 'user',
      targetId: user.uuid,
      subject: user.uuid,
      changes: changesOf(null, { email, firstName, lastName }),
    });
    const membership = { ...person, email, organizationId, userUuid: user.uuid, accountId, createdAt };
    const membershipId = await this.memberships.create(tx, actor, membership);
    return { uuid: user.uuid, id: user.id, membershipId };
  }
}
