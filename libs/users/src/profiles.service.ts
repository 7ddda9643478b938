import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Audit, changesOf } from '#libs/audit';
import type { Actor } from '#libs/auth';
import { Clock, requireMatch } from '#libs/common';
import type { Member } from './member';
import { Members } from './members.service';
import { Membership } from './membership.entity';
import type { UpdateProfileDto } from './profile.dto';

/** What people see and change of themselves. */
@Injectable()
export class Profiles {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly members: Members,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  get(actor: Actor): Promise<Member> {
    return this.members.get(actor, actor.userUuid);
  }

  /** @throws changed_since_read */
  update(actor: Actor, { firstName, lastName }: UpdateProfileDto, ifMatch?: string): Promise<Member> {
    const changes = Object.fromEntries(
      Object.entries({ firstName, lastName }).filter(([, value]) => value !== undefined),
    );
    const { userUuid } = actor;
    return this.dataSource.transaction(async (tx) => {
      const before = await this.members.lock(tx, actor, userUuid);
      requireMatch(ifMatch, before.etag);
      if (Object.keys(changes).length === 0) return before;
      await tx.update(Membership, { id: before.membershipId }, { ...changes, updatedAt: this.clock.now() });
      await this.audit.record(tx, actor, {
        action: 'profile.update',
        targetType: 'user',
        targetId: userUuid,
        subject: userUuid,
        changes: changesOf<UpdateProfileDto>(before, changes),
      });
      return this.members.lock(tx, actor, userUuid);
    });
  }
}
